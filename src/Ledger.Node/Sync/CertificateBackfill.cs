using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
using Ledger.Network;
using Ledger.Node.Execution;
using Ledger.Node.Hosting;
using Ledger.Node.Observability;
using Ledger.Node.Wire;
using Ledger.Storage;

namespace Ledger.Node.Sync;

/// <summary>
/// Fetches the certificates of blocks that have none of their own here, because a later block's reached them: without it
/// the API could never prove such a block alone. docs/spec/sync.md section 2.
/// </summary>
/// <remarks>Owned by its loop. One request at a time: it is never urgent.</remarks>
internal sealed class CertificateBackfill(
    LedgerStore store, ChainView chain, IPeerNetwork network, Func<IReadOnlyList<PeerId>> peers, EpochSets sets,
    NodeClock clock, NodeMetrics metrics, ILogger<CertificateBackfill> logger)
{
    // How far behind the newest certificate a start looks for gaps.
    private const ulong LookBack = 10_000;

    // Bounds one pass over the store.
    private const int MaxLookedAt = 2_000;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly LieLog _lies = new(logger, metrics);

    // Everything up to here has a certificate, or was given up.
    private ulong _whole;
    private int _nextPeer;
    private bool _begun;

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Interval, clock.Provider);
        while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
        {
            while (await FillAsync(stop).ConfigureAwait(false))
            {
                // As long as it helps.
            }
        }
    }

    /// <summary>Looks for a gap and asks one peer about it. True when that filled something.</summary>
    internal async Task<bool> FillAsync(CancellationToken stop)
    {
        var others = peers();
        if (others.Count == 0 || FirstGap() is not { } gap) return false;
        var peer = others[_nextPeer++ % others.Count];
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stop);
        timeout.CancelAfter(Timeout);
        try
        {
            var request = new SyncRequest.Certificates(new BlockHeight(gap), SyncRequest.Certificates.MaxCount);
            var answer = await network.RequestAsync(peer, LedgerProtocols.Sync, request.Encode(), timeout.Token)
                .ConfigureAwait(false);
            metrics.SyncReceived(answer.Length);
            return TakeIn(peer, answer.Span);
        }
        catch (PeerRequestException)
        {
            // The next round asks somebody else.
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // Likewise.
        }

        return false;
    }

    private ulong? FirstGap()
    {
        var certified = chain.Certified.Header.Height.Value;
        if (!_begun)
        {
            _whole = Math.Max(store.Base?.Value ?? 0, certified - Math.Min(certified, LookBack));
            _begun = true;
        }

        for (var looked = 0; _whole + 1 < certified && looked < MaxLookedAt; looked++, _whole++)
        {
            if (store.Live.Blocks.Certificate(new BlockHeight(_whole + 1)) is null) return _whole + 1;
        }

        return null;
    }

    private bool TakeIn(PeerId peer, ReadOnlySpan<byte> answer)
    {
        if (!SyncMessages.TryDecodeCertificates(answer, out var certificates))
        {
            _lies.Report(peer, SyncFault.NotAnAnswer, clock.Elapsed);
            return false;
        }

        var filled = false;
        foreach (var (height, certificate) in certificates)
        {
            if (height >= chain.Certified.Header.Height || store.Live.Blocks.Header(height) is not { } header) break;
            if (store.Live.Blocks.Certificate(height) is not null) continue;
            if (!Holds(certificate, header.Header, header.Hash))
            {
                _lies.Report(peer, SyncFault.NotCertified, clock.Elapsed);
                return filled;
            }

            store.SaveCertificate(height, certificate);
            filled = true;
        }

        return filled;
    }

    private bool Holds(QuorumCertificate certificate, BlockHeader header, in Hash256 hash) =>
        sets.Find(header.Epoch) is { } validators
        && certificate.Verify(hash, validators, store.Genesis.Suite) == CertificateFault.None;
}
