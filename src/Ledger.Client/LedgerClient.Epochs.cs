using Ledger.Client.Verify;
using Ledger.Core.Api.V1;
using Ledger.Core.Receipts;

namespace Ledger.Client;

public sealed partial class LedgerClient
{
    /// <summary>
    /// Verifies a header and its certificate, after asking how the epochs before ended when it is of a later one than
    /// the client has met.
    /// </summary>
    private async Task<CertifiedBlockHeader> VerifyAsync(
        ReadOnlyMemory<byte> header, ReadOnlyMemory<byte> certificate, CancellationToken cancellation)
    {
        await LearnEpochsAsync(header, cancellation);
        return _verifier.Verify(header, certificate.Span);
    }

    private async Task LearnEpochsAsync(ReadOnlyMemory<byte> header, CancellationToken cancellation)
    {
        if (_verifier.IsOfLaterEpoch(header.Span)) await FollowEpochsAsync(cancellation);
    }

    private async Task FollowEpochsAsync(CancellationToken cancellation)
    {
        var changes = new List<EpochChange>();
        while (changes.Count < Receipt.MaxEpochChanges)
        {
            var request = new GetEpochChangesRequest { FromEpoch = (ulong)changes.Count };
            var answer = await _pool.CallAsync(
                (node, timeout, stop) => node.GetEpochChangesAsync(request, timeout, stop), cancellation);
            foreach (var bytes in answer.EpochChanges)
            {
                if (!EpochChange.TryDecode(bytes.Span, out var change, out var error))
                    throw new LedgerIntegrityException($"an epoch change from the node is malformed: {error}");
                changes.Add(change);
            }

            if (answer.EpochChanges.Count == 0 || (ulong)changes.Count >= answer.Epoch) break;
        }

        _verifier.Learn(changes);
    }
}
