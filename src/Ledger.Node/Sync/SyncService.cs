using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Transactions;
using Ledger.Network;
using Ledger.Node.Execution;
using Ledger.Node.Mempool;
using Ledger.Node.Wire;
using Ledger.Storage;

namespace Ledger.Node.Sync;

/// <summary>
/// Serves certified blocks, and transactions of proposals, to nodes that lack them. Safe for concurrent use.
/// </summary>
internal sealed class SyncService
{
    // Leaves room for one more block of the largest size within a network frame.
    private const int SoftLimitBytes = 1 << 20;

    private readonly LedgerStore _store;
    private readonly ChainView _chain;
    private readonly TransactionPool _pool;

    private SyncService(LedgerStore store, ChainView chain, TransactionPool pool)
    {
        _store = store;
        _chain = chain;
        _pool = pool;
    }

    /// <summary>Answers requests of the sync protocol for as long as the network lives.</summary>
    public static void Serve(LedgerStore store, ChainView chain, TransactionPool pool, IPeerNetwork network) =>
        network.HandleRequests(LedgerProtocols.Sync, new SyncService(store, chain, pool).AnswerAsync);

    private ValueTask<ReadOnlyMemory<byte>> AnswerAsync(PeerId peer, ReadOnlyMemory<byte> request, CancellationToken stop)
    {
        if (!SyncMessages.TryDecodeRequest(request.Span, out var from, out var ids)) return new(ReadOnlyMemory<byte>.Empty);
        return new(ids.Count > 0 ? Transactions(ids) : Blocks(from, stop));
    }

    private byte[] Blocks(BlockHeight from, CancellationToken stop)
    {
        var writer = new CanonicalWriter(4096);
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

        return writer.ToArray();
    }

    private byte[] Transactions(IReadOnlyList<Hash256> ids)
    {
        var found = new List<SignedTransaction>();
        var bytes = 0;
        foreach (var id in ids)
        {
            // A proposal may be executed here and not there, and not certified either as long as a quorum lacks the other
            // one's checkpoint: so blocks, which are served once certified, would come too late.
            var transaction = _pool.Find(id)?.Signed ?? _store.Live.Blocks.Transaction(id)?.Transaction;
            if (transaction is null) continue;
            bytes += transaction.Encoded.Length;
            if (bytes > Transaction.MaxBytes) break;
            found.Add(transaction);
        }

        return TransactionMessages.EncodeBatch(found);
    }
}
