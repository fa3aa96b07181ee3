using Ledger.Core.Encoding;
using Ledger.Network;
using Ledger.Node.Execution;
using Ledger.Node.Wire;
using Ledger.Storage;

namespace Ledger.Node.Sync;

/// <summary>Serves certified blocks to nodes that lack them. Safe for concurrent use.</summary>
internal sealed class SyncService
{
    // Leaves room for one more block of the largest size within a network frame.
    private const int SoftLimitBytes = 1 << 20;

    private readonly LedgerStore _store;
    private readonly ChainView _chain;

    public SyncService(LedgerStore store, ChainView chain, IPeerNetwork network)
    {
        _store = store;
        _chain = chain;
        network.HandleRequests(LedgerProtocols.Sync, AnswerAsync);
    }

    private ValueTask<ReadOnlyMemory<byte>> AnswerAsync(PeerId peer, ReadOnlyMemory<byte> request, CancellationToken stop)
    {
        var writer = new CanonicalWriter(4096);
        if (!SyncMessages.TryDecodeRequest(request.Span, out var from)) return new(writer.ToArray());
        var last = _chain.Certified.Header.Height;
        var height = from;
        for (var count = 0; height <= last && count < SyncMessages.MaxBlocks; count++, height = height.Next)
        {
            if (writer.Written.Length > SoftLimitBytes || stop.IsCancellationRequested) break;
            var certificate = _store.Live.Blocks.Certificate(height);
            var header = _store.Live.Blocks.Header(height)!;
            var block = _store.Live.Blocks.Block(height)!;
            SyncMessages.Append(
                writer, header.Bytes.Span, certificate?.Encode(), block.Transactions.Select(t => t.Encoded));
        }

        return new(writer.ToArray());
    }
}
