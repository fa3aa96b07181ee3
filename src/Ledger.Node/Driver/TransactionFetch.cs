using Ledger.Core.Crypto;
using Ledger.Network;
using Ledger.Node.Admission;
using Ledger.Node.Wire;

namespace Ledger.Node.Driver;

/// <summary>Asks a validator for transactions by id, and holds what it returns and what was asked for.</summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class TransactionFetch(IPeerNetwork network, AdmissionService admission)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(500);

    /// <summary>Ends when the answer is taken in, or will not come. Throws only when cancelled.</summary>
    public async Task RunAsync(PeerId from, IReadOnlySet<Hash256> ids, CancellationToken stop)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stop);
        timeout.CancelAfter(Timeout);
        try
        {
            var request = new SyncRequest.Transactions([.. ids]).Encode();
            var answer = await network.RequestAsync(from, LedgerProtocols.Sync, request, timeout.Token)
                .ConfigureAwait(false);
            TakeIn(answer, ids, admission);
        }
        catch (PeerRequestException)
        {
            // The next round asks somebody else.
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // Likewise.
        }
    }

    /// <summary>Holds what an answer brings of what was asked for.</summary>
    public static void TakeIn(ReadOnlyMemory<byte> answer, IReadOnlySet<Hash256> ids, AdmissionService admission)
    {
        if (!TransactionMessages.TryDecodeBatch(answer, out var transactions)) return;
        foreach (var encoded in transactions) admission.AdmitForProposal(encoded, ids);
    }
}
