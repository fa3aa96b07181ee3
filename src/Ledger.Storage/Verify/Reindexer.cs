using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Core.Merkle;
using Ledger.Storage.Blocks;
using Ledger.Storage.Evidence;
using Ledger.Storage.KeyValue;
using Ledger.Storage.LogTrees;
using Ledger.Storage.Schema;
using Ledger.Storage.Snapshots;

namespace Ledger.Storage.Verify;

/// <summary>
/// Rebuilds every index and the log tree from blocks, results and leaf pointers; the outcome is what commits had
/// written, byte for byte. A run that was interrupted leaves a mark with which the store refuses to open, until a run
/// has ended.
/// </summary>
public static class Reindexer
{
    private const int BatchOperations = 5000;

    /// <summary>Rebuilds the indexes of a database that nobody has open.</summary>
    /// <exception cref="StorageException">The database is open elsewhere, or its blocks are damaged.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static void Run(
        StorageOptions options, Genesis genesis, IProgress<VerifyProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        var context = LedgerStore.OpenContext(options, genesis, readOnly: false);
        using var database = context.Database;
        using var batch = database.CreateBatch();
        var scope = new ReadScope(context, snapshot: null);
        var newest = scope.Mark(LedgerSchema.WatermarkKey) is { } mark ? Watermark.Decode(mark) : null;
        if (scope.Mark(LedgerSchema.BaseKey) is { Length: 8 } began)
            context.BaseHeight = new BlockHeight(LedgerSchema.ReadNumber(began));
        // First without writing: nothing is dropped that could not be made again.
        if (newest is not null) new Rebuild(context, scope, null, progress, cancellation).Run(newest);
        batch.Put(context.Meta, LedgerSchema.ReindexingKey, Sealed.Seal(LedgerSchema.ReindexingKey, []));
        database.Write(batch, sync: true);
        batch.Clear();
        foreach (var name in LedgerSchema.Derived) batch.DeleteBelow(database.Family(name), LedgerSchema.BeyondAll);
        database.Write(batch, sync: false);

        if (newest is not null) new Rebuild(context, scope, batch, progress, cancellation).Run(newest);
        batch.Clear();
        batch.Delete(context.Meta, LedgerSchema.ReindexingKey);
        database.Write(batch, sync: true);
    }

    private sealed class Rebuild(
        StoreContext context, ReadScope scope, WriteBatch? batch, IProgress<VerifyProgress>? progress,
        CancellationToken cancellation)
    {
        private const ulong ReportEvery = 1024;

        private readonly BlockReader _blocks = new(scope);
        private readonly RecordReader _records = new(scope);
        private readonly IndexEntries _entries = new();
        private BlockHeight _entriesOf;

        public void Run(Watermark newest)
        {
            batch?.Clear();
            for (var height = context.HasBase ? context.BaseHeight.Value + 1 : 0; height <= newest.Height.Value; height++)
            {
                AddTransactions(new BlockHeight(height));
                Step("transactions", height, newest.Height.Value + 1);
            }

            var first = context.HasBase ? _blocks.Required(context.BaseHeight).Header.LogSize : 0;
            var held = context.HasOldLeaves ? 0 : first;
            var log = LogFrontier.Restore(context.Hash, held, new LogReader(scope));
            var nodes = new List<LogNode>();
            for (var index = held; index < first; index++)
            {
                AddOldLeaf(index, first, log, nodes);
                Step("leaves", index, newest.LogSize);
            }

            for (var index = first; index < newest.LogSize; index++)
            {
                AddLeaf(index, log, nodes);
                Step("leaves", index, newest.LogSize);
            }

            if (batch is not null)
            {
                _entries.PutTo(batch, context);
                context.Database.Write(batch, sync: false);
            }

            if (log.Root() != newest.LogRoot)
            {
                throw new StorageException(
                    StorageFault.Corruption,
                    $"Database {context.Database.Path}: the leaves do not have the root that the chain names; " +
                    "indexes cannot be rebuilt from them. Run `ledger db verify`.");
            }
        }

        private void AddTransactions(BlockHeight height)
        {
            var header = _blocks.Required(height).Header;
            var count = header.TransactionCount;
            // Grows as transactions are found.
            var ids = new List<Hash256>();
            for (var position = 0u; position < count; position++)
            {
                var place = new TransactionPlace(height, position);
                var transaction = _blocks.Transaction(place);
                ids.Add(transaction.Id);
                if (!BlockWriter.IsIndexed(_blocks.Result(place, transaction.Id))) continue;
                batch?.Put(context.TransactionIndex, transaction.Id.AsSpan(), place.Encode());
                WriteWhenFull();
            }

            if (batch is not null) BlockIds.Put(batch, context, height, ids);
            foreach (var (place, result) in _blocks.Scheduled(header))
                batch?.Put(context.TransactionIndex, result.TransactionId.AsSpan(), place.Encode());
        }

        private void AddLeaf(ulong index, LogFrontier log, List<LogNode> nodes)
        {
            var key = LedgerSchema.LeafKey(new LogIndex(index));
            var bytes = scope.Get(context.Leaves, key);
            if (bytes is null || !LeafPointer.TryDecode(bytes, out var pointer))
                throw scope.Corrupt(context.Leaves, key, "not a leaf pointer");
            var record = _records.Read(pointer) ?? throw scope.Corrupt(context.Leaves, key, "leads to no record");
            if (batch is not null)
            {
                // An entry names leaves of one block.
                if (pointer.Height != _entriesOf) _entries.PutTo(batch, context);
                _entriesOf = pointer.Height;
                _entries.Add(record, index);
            }

            Append(pointer.Hash, log, nodes);
        }

        private void AddOldLeaf(ulong index, ulong count, LogFrontier log, List<LogNode> nodes)
        {
            var leaf = OldLeaves.Load(scope, new LogIndex(index))
                ?? throw scope.Corrupt(context.OldLeaves, LedgerSchema.LeafKey(new LogIndex(index)), "missing");
            if (batch is not null)
            {
                _entries.Add(leaf.Record, index);
                if (OldLeaves.EndsWindow(index, count)) _entries.PutTo(batch, context);
            }

            Append(leaf.Hash, log, nodes);
        }

        private void Append(in Hash256 hash, LogFrontier log, List<LogNode> nodes)
        {
            nodes.Clear();
            log.Append(hash, nodes);
            if (batch is not null) LogWriter.Add(batch, context, nodes);
            WriteWhenFull();
        }

        private void WriteWhenFull()
        {
            if (batch is null || batch.Count < BatchOperations) return;
            context.Database.Write(batch, sync: false);
            batch.Clear();
        }

        private void Step(string stage, ulong done, ulong total)
        {
            if (done % ReportEvery != 0) return;
            cancellation.ThrowIfCancellationRequested();
            progress?.Report(new VerifyProgress(stage, done, total));
        }
    }
}
