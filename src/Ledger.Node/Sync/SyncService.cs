using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Merkle;
using Ledger.Core.Transactions;
using Ledger.Network;
using Ledger.Node.Audit;
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
    private readonly SnapshotKeeper _snapshots;

    public SyncService(LedgerStore store, ChainView chain, TransactionPool pool, SnapshotKeeper snapshots)
    {
        _store = store;
        _chain = chain;
        _pool = pool;
        _snapshots = snapshots;
    }

    /// <summary>What contracts wrote lately.</summary>
    public RecentWrites? Recent { get; init; }

    /// <summary>Answers requests of the sync protocol for as long as the network lives.</summary>
    public static void Serve(
        LedgerStore store, ChainView chain, TransactionPool pool, SnapshotKeeper snapshots, IPeerNetwork network,
        ObserverGate? gate = null, RecentWrites? recent = null)
    {
        RequestHandler answer = new SyncService(store, chain, pool, snapshots) { Recent = recent }.AnswerAsync;
        network.HandleRequests(LedgerProtocols.Sync, gate?.Guard(answer) ?? answer);
    }

    /// <summary>The answer to a request, encoded; empty when there is none.</summary>
    public byte[] Answer(SyncRequest? request, CancellationToken stop) => request switch
    {
        SyncRequest.Blocks blocks => Blocks(blocks, stop),
        SyncRequest.Transactions transactions => Transactions(transactions.Ids),
        SyncRequest.Certificates certificates => Certificates(certificates),
        SyncRequest.Snapshots => SnapshotMessages.EncodeManifests(_snapshots.Manifests()),
        SyncRequest.State state => _snapshots.Chunk(state.Height, state.Range, stop),
        SyncRequest.Remembered remembered => Remembered(remembered, stop),
        SyncRequest.Leaves leaves => Leaves(leaves),
        SyncRequest.Execution execution => ExecutionRecord.Of(_store, execution.Height, Recent)?.Encode() ?? [],
        _ => [],
    };

    private ValueTask<ReadOnlyMemory<byte>> AnswerAsync(
        PeerId peer, ReadOnlyMemory<byte> request, CancellationToken stop) =>
        new(Answer(SyncRequest.Decode(request.Span), stop));

    private byte[] Blocks(SyncRequest.Blocks request, CancellationToken stop)
    {
        CanonicalWriter? writer = null;
        var last = _chain.Certified.Header.Height;
        var height = request.From;
        // A node that has that part of the history is asked next.
        if (_store.Live.Blocks.IsBeforeHistory(height)) return [];
        for (var count = 0; height <= last && count < request.Count; count++, height = height.Next)
        {
            if (writer?.Written.Length > SyncMessages.SoftLimitBytes || stop.IsCancellationRequested) break;
            var header = _store.Live.Blocks.Header(height)!;
            var certificate = _store.Live.Blocks.Certificate(height);
            var transactions = _store.Live.Blocks.EncodedTransactions(header);
            writer ??= new CanonicalWriter(RoomFor(request.Count, transactions));
            SyncMessages.Append(
                writer, header.Bytes.Span, certificate?.Encode(), transactions.Select(t => (ReadOnlyMemory<byte>)t));
        }

        return writer?.ToArray() ?? [];
    }

    // The blocks of a run are much alike. With room for all of them at the start, mebibytes are not thrown away three times
    // over while the answer grows; what is not as expected costs that and nothing else.
    private static int RoomFor(int blocks, IReadOnlyList<byte[]> first)
    {
        var block = SyncMessages.HeadBytes + first.Sum(t => (long)t.Length + SyncMessages.TransactionTagBytes);
        return checked((int)Math.Min(blocks * block, SyncMessages.SoftLimitBytes + block));
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

    private byte[] Remembered(SyncRequest.Remembered request, CancellationToken stop)
    {
        var writer = new CanonicalWriter(4096);
        if (request.From > _chain.Certified.Header.Height) return [];
        var height = request.From.Value;
        for (var count = 0; count < request.Count && height > 0; count++, height--)
        {
            if (writer.Written.Length > SyncMessages.SoftLimitBytes || stop.IsCancellationRequested) break;
            if (_store.Live.Blocks.Remembered(new BlockHeight(height)) is not { } block) break;
            SnapshotMessages.Append(writer, block.HeaderBytes.Span, block.Ids);
        }

        return writer.ToArray();
    }

    // The nodes of the whole tree are where all leaves are.
    private byte[] Leaves(SyncRequest.Leaves request)
    {
        if (_store.FirstLeaf > 0 || request.Size > _chain.Certified.Header.LogSize) return [];
        var leaves = _store.Live.Evidence.Leaves(new LogIndex(request.First), request.Count, LeafMessages.SoftLimitBytes);
        var range = new LogSegment(request.First, (ulong)leaves.Count);
        var proof = LogRange.Prove(_store.Genesis.Suite.Hash, range, request.Size, _store.Live.Log);
        return LeafMessages.Encode(new ServedLeaves(proof, [.. leaves.Select(l => l.Encoded)]));
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
