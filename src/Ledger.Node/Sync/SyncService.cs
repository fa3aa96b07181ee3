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
/// Answers the sync protocol: certified blocks and certificates, and transactions of proposals, for nodes that lack them.
/// Every answer is bounded. Safe for concurrent use.
/// </summary>
internal sealed class SyncService
{
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

    private ValueTask<ReadOnlyMemory<byte>> AnswerAsync(
        PeerId peer, ReadOnlyMemory<byte> request, CancellationToken stop) => new(
        SyncRequest.Decode(request.Span) switch
        {
            SyncRequest.Blocks blocks => Blocks(blocks, stop),
            SyncRequest.Transactions transactions => Transactions(transactions.Ids),
            SyncRequest.Certificates certificates => Certificates(certificates),
            _ => [],
        });

    private byte[] Blocks(SyncRequest.Blocks request, CancellationToken stop)
    {
        var writer = new CanonicalWriter(4096);
        var last = _chain.Certified.Header.Height;
        var height = request.From;
        for (var count = 0; height <= last && count < request.Count; count++, height = height.Next)
        {
            if (writer.Written.Length > SyncMessages.SoftLimitBytes || stop.IsCancellationRequested) break;
            var header = _store.Live.Blocks.Header(height)!;
            var certificate = _store.Live.Blocks.Certificate(height);
            SyncMessages.Append(
                writer, header.Bytes.Span, certificate?.Encode(),
                _store.Live.Blocks.EncodedTransactions(header).Select(t => (ReadOnlyMemory<byte>)t));
        }

        return writer.ToArray();
    }

    private byte[] Certificates(SyncRequest.Certificates request)
    {
        var writer = new CanonicalWriter(4096);
        var height = request.From;
        for (var count = 0; count < request.Count; count++, height = height.Next)
        {
            if (height > _chain.Certified.Header.Height || writer.Written.Length > SyncMessages.SoftLimitBytes) break;
            if (_store.Live.Blocks.Certificate(height) is { } certificate)
                SyncMessages.Append(writer, height, certificate);
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
