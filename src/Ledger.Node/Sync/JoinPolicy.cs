using Ledger.Core.Blocks;
using Ledger.Core.Snapshots;
using Ledger.Network;
using Ledger.Node.Hosting;
using Ledger.Node.Options;
using Ledger.Node.Wire;
using Ledger.Storage;

namespace Ledger.Node.Sync;

/// <summary>
/// Decides whether a node that is behind begins anew from a snapshot instead of executing what it missed. How far it is
/// behind, nobody's word tells: a snapshot that a peer offers does, which is proven.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class JoinPolicy(
    NodeConfig config, LedgerStore store, IPeerNetwork network, Func<IReadOnlyList<PeerId>> peers, NodeClock clock)
{
    // A node that decided against it catches up meanwhile.
    private const long CheckInterval = 60_000;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    private readonly Lock _gate = new();
    private long? _lastCheck;

    /// <summary>Whether to ask now what is on offer. At most once a minute, and of few nodes at all.</summary>
    public bool ShouldAsk()
    {
        var mayUse = config.Sync switch
        {
            SyncModes.Snapshot => true,
            // A history that is there is worth more than the time that replaying costs.
            SyncModes.Auto => store.Base is not null || store.Watermark!.Height.Value == 0,
            _ => false,
        };
        lock (_gate)
        {
            if (!mayUse || (_lastCheck is { } last && clock.Elapsed - last < CheckInterval)) return false;
            _lastCheck = clock.Elapsed;
            return true;
        }
    }

    /// <summary>Whether somebody offers a snapshot that is far enough ahead.</summary>
    public async Task<bool> AskAsync(CancellationToken stop)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stop);
        timeout.CancelAfter(Timeout);
        var offers = await Task.WhenAll(peers().Select(p => AskAsync(p, timeout.Token))).ConfigureAwait(false);
        return offers.Any(o => o is { } height && IsFar(height));
    }

    private bool IsFar(BlockHeight height)
    {
        var own = store.Watermark!.Height.Value;
        return height.Value > own && height.Value - own >= (ulong)config.SnapshotBehindBlocks;
    }

    private async Task<BlockHeight?> AskAsync(PeerId peer, CancellationToken cancel)
    {
        try
        {
            var answer = await network
                .RequestAsync(peer, LedgerProtocols.Sync, new SyncRequest.Snapshots().Encode(), cancel).ConfigureAwait(false);
            if (!SnapshotMessages.TryDecodeManifests(answer.Span, out var manifests)) return null;
            foreach (var manifest in manifests)
            {
                if (manifest.Verify(store.Genesis, out var proven) == SnapshotFault.None) return proven!.Height;
            }
        }
        catch (Exception e) when (e is PeerRequestException or OperationCanceledException)
        {
            // Somebody else may know.
        }

        return null;
    }
}
