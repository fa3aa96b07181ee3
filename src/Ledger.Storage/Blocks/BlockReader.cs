using System.Buffers.Binary;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Core.Transactions;
using Ledger.Storage.Evidence;
using Ledger.Storage.KeyValue;
using Ledger.Storage.Schema;
using Ledger.Storage.Snapshots;

namespace Ledger.Storage.Blocks;

/// <summary>Reads headers, certificates, blocks and transactions. Safe for concurrent use.</summary>
public sealed class BlockReader
{
    private readonly ReadScope _scope;

    internal BlockReader(ReadScope scope) => _scope = scope;

    /// <summary>The header at a height; null beyond the end of the chain.</summary>
    public StoredHeader? Header(BlockHeight height)
    {
        var key = LedgerSchema.HeightKey(height);
        var bytes = _scope.Get(_scope.Context.Headers, key);
        if (bytes is null) return null;
        return BlockHeader.TryDecode(bytes, out var header, out var error)
            ? new StoredHeader(header, bytes, BlockHeader.HashOf(bytes, _scope.Context.Hash))
            : throw _scope.Corrupt(_scope.Context.Headers, key, error.ToString());
    }

    /// <summary>The certificate of a height; null while it has none.</summary>
    public QuorumCertificate? Certificate(BlockHeight height)
    {
        var key = LedgerSchema.HeightKey(height);
        var bytes = _scope.Get(_scope.Context.Certificates, key);
        if (bytes is null) return null;
        return QuorumCertificate.TryDecode(bytes, out var certificate, out var error)
            ? certificate
            : throw _scope.Corrupt(_scope.Context.Certificates, key, error.ToString());
    }

    /// <summary>A header together with its certificate; null while the height has no certificate.</summary>
    public CertifiedHeader? CertifiedHeader(BlockHeight height) =>
        Certificate(height) is { } certificate && Header(height) is { } header
            ? new CertifiedHeader(header.Bytes, certificate)
            : null;

    /// <summary>The block at a height; null beyond the end of the chain, and before the history of this store.</summary>
    public Block? Block(BlockHeight height)
    {
        var header = Header(height);
        if (header is null || IsBeforeHistory(height)) return null;
        // The count comes from our own header and the lists grow as records are found.
        var transactions = new List<SignedTransaction>();
        var results = new List<TransactionResult>();
        for (var position = 0u; position < header.Header.TransactionCount; position++)
        {
            var transaction = Transaction(new TransactionPlace(height, position));
            transactions.Add(transaction);
            results.Add(Result(new TransactionPlace(height, position), transaction.Id));
        }

        results.AddRange(Scheduled(header.Header).Select(stored => stored.Result));

        return new Block(header.Header, header.Hash, transactions, results);
    }

    /// <summary>
    /// What a block holds from a place on, read as it is enumerated: for those who stop early. Nothing beyond the end of the
    /// chain, and before the history of this store.
    /// </summary>
    public IEnumerable<BlockItem> Items(BlockHeight height, uint from)
    {
        if (Header(height) is not { } header || IsBeforeHistory(height)) yield break;
        for (var position = from; position < header.Header.TransactionCount; position++)
        {
            var place = new TransactionPlace(height, position);
            var transaction = Transaction(place);
            yield return new BlockItem(position, transaction, Result(place, transaction.Id));
        }

        foreach (var (place, result) in Scheduled(header.Header))
        {
            if (place.Position >= from) yield return new BlockItem(place.Position, null, result);
        }
    }

    /// <summary>
    /// The first height of a range, both ends included, with a result of a contract; null when there is none. Looks at
    /// results alone.
    /// </summary>
    public BlockHeight? FirstWithOutcome(BlockHeight from, BlockHeight to)
    {
        var range = new KeyRange(LedgerSchema.PositionKey(from, 0), LedgerSchema.PositionKey(to.Next, 0));
        using var iterator = _scope.Iterate(_scope.Context.Results, range);
        for (var more = iterator.SeekToFirst(); more; more = iterator.MoveNext())
        {
            if (!ResultCodec.HasOutcome(iterator.Value)) continue;
            return new BlockHeight(BinaryPrimitives.ReadUInt64BigEndian(iterator.Key));
        }

        return null;
    }

    /// <summary>The signed transactions of a block as they are stored, undecoded: for those who check them anyway.</summary>
    public IReadOnlyList<byte[]> EncodedTransactions(StoredHeader header)
    {
        var transactions = new List<byte[]>();
        for (var position = 0u; position < header.Header.TransactionCount; position++)
            transactions.Add(Present(_scope.Context.Blocks, LedgerSchema.PositionKey(header.Header.Height, position)));
        return transactions;
    }

    /// <summary>
    /// Where a transaction stands on the chain; null when it does not. In a store that began from a snapshot the place may
    /// lie at or below the base, and nothing but the place is known.
    /// </summary>
    public TransactionPlace? Find(Hash256 transactionId)
    {
        var key = transactionId.AsSpan();
        var bytes = _scope.Get(_scope.Context.TransactionIndex, key);
        if (bytes is null) return BaseReader.Transaction(_scope, transactionId);
        return TransactionPlace.TryDecode(bytes, out var place)
            ? place
            : throw _scope.Corrupt(_scope.Context.TransactionIndex, key, "not a place");
    }

    /// <summary>Whether a transaction is on the chain. Cheaper than <see cref="Find"/>.</summary>
    public bool Contains(Hash256 transactionId) =>
        _scope.Contains(_scope.Context.TransactionIndex, transactionId.AsSpan())
        || BaseReader.IsRemembered(_scope, transactionId);

    /// <summary>A transaction with its place and result; null when it is not on the chain, or before the base.</summary>
    public StoredTransaction? Transaction(Hash256 transactionId)
    {
        if (Find(transactionId) is not { } place || IsBeforeHistory(place.Height)) return null;
        var transaction = IsScheduled(place) ? null : Transaction(place);
        return new StoredTransaction(place, transaction, Result(place, transaction?.Id));
    }

    /// <summary>
    /// The results of a block in their order, encoded as the result root covers them: those of the transactions, then
    /// those of scheduled calls.
    /// </summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> EncodedResults(BlockHeight height) =>
        [.. Block(height)!.Results.Select(r => (ReadOnlyMemory<byte>)r.Encode())];

    /// <summary>The validators of an epoch; null when it has not begun.</summary>
    public ValidatorSet? Validators(Epoch epoch)
    {
        var key = LedgerSchema.EpochKey(epoch);
        var bytes = _scope.Get(_scope.Context.Epochs, key);
        if (bytes is null) return null;
        return StoredValidators.TryOpen(_scope.Context, epoch, bytes, out var set, out var fault)
            ? set
            : throw _scope.Corrupt(_scope.Context.Epochs, key, fault);
    }

    /// <summary>The first height whose time is <paramref name="time"/> or later; null when there is none.</summary>
    public BlockHeight? FirstAtOrAfter(Timestamp time, BlockHeight newest)
    {
        // Consensus time rises with height, so halving finds it.
        var low = _scope.Context.BaseHeight.Value;
        var high = checked(newest.Value + 1);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (Required(new BlockHeight(middle)).Header.Time < time) low = middle + 1;
            else high = middle;
        }

        return low <= newest.Value ? new BlockHeight(low) : null;
    }

    /// <summary>
    /// A block's header and transaction ids; null beyond the end of the chain, and where not even these are remembered.
    /// Reads no transaction.
    /// </summary>
    public RememberedBlock? Remembered(BlockHeight height)
    {
        if (IsBeforeHistory(height)) return BaseReader.Block(_scope, height);
        return Header(height) is { } header
            ? new RememberedBlock(
                height, header.Header.Previous, header.Bytes, BlockIds.Read(_scope, header.Header))
            : null;
    }

    /// <summary>Whether a block's transactions lie before the history that this store holds.</summary>
    public bool IsBeforeHistory(BlockHeight height) => _scope.Context.HasBase && height <= _scope.Context.BaseHeight;

    private byte[] Present(ColumnFamily family, byte[] key) =>
        _scope.Get(family, key) ?? throw _scope.Corrupt(family, key, "missing");

    internal StoredHeader Required(BlockHeight height) => Header(height)
        ?? throw _scope.Corrupt(_scope.Context.Headers, LedgerSchema.HeightKey(height), "missing");

    internal SignedTransaction Transaction(TransactionPlace place)
    {
        var key = LedgerSchema.PositionKey(place.Height, place.Position);
        var bytes = Present(_scope.Context.Blocks, key);
        return SignedTransaction.TryDecode(bytes, _scope.Context.Hash, out var transaction, out var error)
            ? transaction
            : throw _scope.Corrupt(_scope.Context.Blocks, key, error.ToString());
    }

    // Whether a result stands at a place without a transaction: that of a scheduled call.
    internal bool IsScheduled(TransactionPlace place) =>
        place.Position >= Required(place.Height).Header.TransactionCount;

    /// <summary>The results of a block's scheduled calls. Only keys that are there are found.</summary>
    internal IEnumerable<(TransactionPlace Place, TransactionResult Result)> Scheduled(BlockHeader header)
    {
        if (header.Height.Value == 0) yield break;
        var range = new KeyRange(
            LedgerSchema.PositionKey(header.Height, header.TransactionCount),
            LedgerSchema.PositionKey(header.Height.Next, 0));
        using var iterator = _scope.Iterate(_scope.Context.Results, range);
        for (var more = iterator.SeekToFirst(); more; more = iterator.MoveNext())
        {
            var place = new TransactionPlace(header.Height, BinaryPrimitives.ReadUInt32BigEndian(iterator.Key[8..]));
            yield return ResultCodec.TryDecode(iterator.Value, null, out var result)
                ? (place, result)
                : throw _scope.Corrupt(_scope.Context.Results, iterator.Key, "not a scheduled call's result");
        }
    }

    /// <summary>The records that stand at a place; null when what is there holds none.</summary>
    internal LeafSource? SourceAt(TransactionPlace place)
    {
        var transaction = IsScheduled(place) ? null : Transaction(place);
        // Records of evidence transactions need no result, and are there even where that is damaged.
        var needsResult = transaction?.Content.Kind != TransactionKind.Evidence;
        return LeafSource.Of(transaction, needsResult ? Result(place, transaction?.Id) : default);
    }

    internal TransactionResult Result(TransactionPlace place, Hash256? transactionId)
    {
        var key = LedgerSchema.PositionKey(place.Height, place.Position);
        var bytes = Present(_scope.Context.Results, key);
        return ResultCodec.TryDecode(bytes, transactionId, out var result)
            ? result
            : throw _scope.Corrupt(_scope.Context.Results, key, "not a result");
    }
}
