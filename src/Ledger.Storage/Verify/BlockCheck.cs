using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Merkle;
using Ledger.Core.Transactions;
using Ledger.Storage.Blocks;
using Ledger.Storage.Evidence;
using Ledger.Storage.Schema;

namespace Ledger.Storage.Verify;

/// <summary>A result of the block that is being checked. Null where it, or its transaction, is damaged.</summary>
/// <param name="Position">Its place in the block.</param>
/// <param name="Source">The records that it put into the log.</param>
/// <param name="Result">The result.</param>
internal sealed record CheckedResult(uint Position, LeafSource? Source, TransactionResult? Result);

/// <summary>
/// Checks transactions and results against the roots of their header, and hands each block's leaves on. Walks up, so
/// that log indexes can be counted along.
/// </summary>
internal sealed class BlockCheck(VerifyRun run, HeaderCheck headers)
{
    private readonly SenderKeys _keys = new(run);
    private readonly LeafCheck _leaves = new(run);
    private readonly OldLeafCheck _oldLeaves = new(run);

    // The size of the log below the block that is being checked, as the last sound header tells it.
    private ulong _below;

    /// <summary>Number of transactions looked at.</summary>
    public ulong Transactions { get; private set; }

    /// <summary>Number of leaves looked at.</summary>
    public ulong Leaves => _leaves.Count + _oldLeaves.Count;

    /// <summary>Number of leaves that must be there from before the base; null where damage hides it.</summary>
    public ulong? OldLeaves { get; private set; } = run.Context.HasOldLeaves ? null : 0;

    /// <summary>Whether the check was made.</summary>
    public bool Done { get; private set; }

    public void Run()
    {
        if (!run.CanRead(run.Context.Blocks, run.Context.Results)) return;
        Done = true;
        var newest = headers.Newest.Value;
        var context = run.Context;
        if (context.HasBase && headers.Sound(context.BaseHeight.Value) is { } below)
        {
            if (context.HasOldLeaves)
            {
                _oldLeaves.Run(below);
                OldLeaves = below.LogSize;
            }

            _leaves.BeginAt(below);
            _below = below.LogSize;
        }

        for (var height = context.HasBase ? context.BaseHeight.Value + 1 : 0; height <= newest; height++)
        {
            run.Step("blocks", height, newest + 1);
            var header = headers.Sound(height);
            if (header is null)
            {
                // How many transactions and leaves it had is not known; the next sound header tells where to go on.
                LoseCounts();
                _leaves.Skip();
                continue;
            }

            var block = CheckBlock(height, header);
            _leaves.Check(header, block);
            _below = header.LogSize;
        }

        if (headers.LogSize is { } size) _leaves.Finish(size);
    }

    // In the order of execution: scheduled calls come first, though their results stand last.
    private List<CheckedResult> CheckBlock(ulong height, BlockHeader header)
    {
        run.Expect(run.Context.Blocks, header.TransactionCount);
        run.Expect(run.Context.Results, header.TransactionCount);
        // Bound: one block, which the channel's parameters bound.
        var transactions = new List<SignedTransaction?>();
        for (var position = 0u; position < header.TransactionCount; position++)
        {
            Transactions++;
            transactions.Add(ReadTransaction(height, position));
        }

        var idsMatch = transactions.All(t => t is not null)
            && RootOf(transactions.Select(t => t!.Id.ToArray())) == header.TransactionRoot;
        if (!idsMatch) NameDamagedTransactions(height, transactions);
        CheckSignatures(height, transactions);
        var scheduled = ReadScheduled(header);
        run.Expect(run.Context.Results, (ulong)scheduled.Count);
        var results = CheckResults(height, header, transactions, scheduled);
        CheckIds(height, transactions);
        CheckIndex(height, transactions, results);
        CheckScheduledIndex(header, scheduled);
        var first = header.TransactionCount;
        return
        [
            .. scheduled.Select((r, i) => new CheckedResult(checked(first + (uint)i), SourceOf(null, r), r)),
            .. transactions.Select((t, i) => new CheckedResult((uint)i, SourceOf(t, results[i]), results[i])),
        ];
    }

    private SignedTransaction? ReadTransaction(ulong height, uint position)
    {
        var key = LedgerSchema.PositionKey(new BlockHeight(height), position);
        var bytes = run.Scope.Get(run.Context.Blocks, key);
        if (bytes is null)
        {
            run.ReportMissing(run.Context.Blocks, key, height, "the transaction");
            return null;
        }

        if (SignedTransaction.TryDecode(bytes, run.Hash, out var transaction, out var error)) return transaction;
        run.Report(run.Context.Blocks, key, height, $"the transaction does not decode: {error}");
        return null;
    }

    // The root says that some transaction of the block was changed; the index, written from the original ids, says
    // which.
    private void NameDamagedTransactions(ulong height, List<SignedTransaction?> transactions)
    {
        if (transactions.Any(t => t is null)) return;
        var named = false;
        for (var i = 0; i < transactions.Count; i++)
        {
            var place = new TransactionPlace(new BlockHeight(height), (uint)i);
            var key = LedgerSchema.PositionKey(place.Height, place.Position);
            var indexed = run.Scope.Get(run.Context.TransactionIndex, transactions[i]!.Id.AsSpan());
            if (indexed is not null && TransactionPlace.TryDecode(indexed, out var found) && found == place) continue;
            run.Report(run.Context.Blocks, key, height, "the transaction is not the one that the header's root covers");
            transactions[i] = null;
            named = true;
        }

        if (named) return;
        run.Report(
            run.Context.Blocks, LedgerSchema.HeightKey(new BlockHeight(height)), height,
            "the transactions do not have the root that the header names");
    }

    private void CheckSignatures(ulong height, List<SignedTransaction?> transactions)
    {
        for (var i = 0; i < transactions.Count; i++)
        {
            if (transactions[i] is not { } transaction) continue;
            if (_keys.Find(transaction.Content.Sender) is not { } key) continue;
            if (transaction.IsSignedBy(key, run.Context.Suite)) continue;
            run.Report(
                run.Context.Blocks, LedgerSchema.PositionKey(new BlockHeight(height), (uint)i), height,
                "the signature is not the sender's");
        }
    }

    private List<TransactionResult?> CheckResults(
        ulong height, BlockHeader header, List<SignedTransaction?> transactions, List<TransactionResult> scheduled)
    {
        var results = new List<TransactionResult?>(transactions.Count);
        for (var i = 0; i < transactions.Count; i++)
        {
            var key = LedgerSchema.PositionKey(new BlockHeight(height), (uint)i);
            var bytes = run.Scope.Get(run.Context.Results, key);
            if (bytes is null) run.ReportMissing(run.Context.Results, key, height, "the result");
            Hash256? id = transactions[i]?.Id ?? default(Hash256);
            if (bytes is not null && ResultCodec.TryDecode(bytes, id, out var result))
            {
                results.Add(result);
                continue;
            }

            run.Report(run.Context.Results, key, height, "the result does not decode");
            results.Add(null);
        }

        var complete = results.All(r => r is not null) && transactions.All(t => t is not null);
        var encoded = results.Where(r => r is not null).Select(r => r!.Value).Concat(scheduled).Select(r => r.Encode());
        if (complete && RootOf(encoded) != header.ResultRoot)
            NameDamagedResults(height, header, transactions, results, scheduled);
        return results;
    }

    // The root says that some result was changed; counting the leaves says which, unless it is the reason of a refusal.
    private void NameDamagedResults(
        ulong height, BlockHeader header, List<SignedTransaction?> transactions, List<TransactionResult?> results,
        List<TransactionResult> scheduled)
    {
        var next = _below + (ulong)scheduled.Sum(r => r.LeafCount);
        var named = false;
        for (var i = 0; i < results.Count; i++)
        {
            var result = results[i]!.Value;
            var count = LeafSource.Of(transactions[i], result)?.Items.Count ?? 0;
            var anchored = count > 0 && next + (ulong)count <= header.LogSize && result.Succeeded;
            var expected = anchored
                ? result with { Refusal = Refusal.None, FirstLeaf = new LogIndex(next), LeafCount = (uint)count }
                : result with { FirstLeaf = default, LeafCount = 0 };
            if (anchored) next += (ulong)count;
            if (result == expected) continue;
            var key = LedgerSchema.PositionKey(new BlockHeight(height), (uint)i);
            run.Report(run.Context.Results, key, height, "the result is not the one that the header's root covers");
            results[i] = null;
            named = true;
        }

        if (named) return;
        var refused = Enumerable.Range(0, results.Count).Where(i => !results[i]!.Value.Succeeded).ToList();
        var suspect = refused.Count == 1
            ? LedgerSchema.PositionKey(new BlockHeight(height), (uint)refused[0])
            : LedgerSchema.HeightKey(new BlockHeight(height));
        run.Report(run.Context.Results, suspect, height, "the results do not have the root that the header names");
    }

    private void CheckIds(ulong height, List<SignedTransaction?> transactions)
    {
        var family = run.Context.BlockIds;
        if (transactions.Count == 0 || !run.CanRead(family)) return;
        run.Expect(family);
        var key = LedgerSchema.HeightKey(new BlockHeight(height));
        var stored = run.Scope.Get(family, key);
        if (stored is null) run.ReportMissing(family, key, height, "the entry of the block's ids");
        // Where a transaction is damaged, the entry is right or not; the block is named already.
        else if (transactions.All(t => t is not null)
            && !stored.AsSpan().SequenceEqual(BlockIds.Encode([.. transactions.Select(t => t!.Id)])))
        {
            run.Report(family, key, height, "the entry does not have the ids of the block's transactions");
        }
    }

    private void CheckIndex(ulong height, List<SignedTransaction?> transactions, List<TransactionResult?> results)
    {
        if (!run.CanRead(run.Context.TransactionIndex)) return;
        for (var i = 0; i < transactions.Count; i++)
        {
            var place = new TransactionPlace(new BlockHeight(height), (uint)i);
            if (transactions[i] is not { } transaction || results[i] is not { } result)
            {
                run.LoseCount(run.Context.TransactionIndex);
                continue;
            }

            if (!BlockWriter.IsIndexed(result)) continue;
            run.Expect(run.Context.TransactionIndex);
            CheckEntry(height, transaction.Id, place, "the transaction's entry");
        }
    }

    // Null results would leave out ids that the root covers: what does not decode ends the list, and the root tells.
    private List<TransactionResult> ReadScheduled(BlockHeader header)
    {
        var results = new List<TransactionResult>();
        try
        {
            foreach (var (_, result) in new BlockReader(run.Scope).Scheduled(header)) results.Add(result);
        }
        catch (StorageException damage)
        {
            run.Report(
                run.Context.Results,
                LedgerSchema.PositionKey(header.Height, header.TransactionCount + (uint)results.Count),
                header.Height.Value, damage.Message);
        }

        return results;
    }

    private void CheckScheduledIndex(BlockHeader header, List<TransactionResult> scheduled)
    {
        if (!run.CanRead(run.Context.TransactionIndex)) return;
        for (var i = 0; i < scheduled.Count; i++)
        {
            run.Expect(run.Context.TransactionIndex);
            var place = new TransactionPlace(header.Height, checked(header.TransactionCount + (uint)i));
            CheckEntry(header.Height.Value, scheduled[i].TransactionId, place, "the scheduled call's entry");
        }
    }

    private void CheckEntry(ulong height, in Hash256 id, TransactionPlace place, string what)
    {
        var key = id.AsSpan();
        var stored = run.Scope.Get(run.Context.TransactionIndex, key);
        if (stored is null) run.ReportMissing(run.Context.TransactionIndex, key, height, what);
        else if (!stored.AsSpan().SequenceEqual(place.Encode()))
        {
            run.Report(
                run.Context.TransactionIndex, key, height, $"the entry does not lead to position {place.Position}");
        }
    }

    private void LoseCounts()
    {
        run.LoseCount(run.Context.Blocks);
        run.LoseCount(run.Context.BlockIds);
        run.LoseCount(run.Context.Results);
        run.LoseCount(run.Context.TransactionIndex);
    }

    private static LeafSource? SourceOf(SignedTransaction? transaction, in TransactionResult? result) =>
        result is { Succeeded: true, LeafCount: > 0 } known ? LeafSource.Of(transaction, known) : null;

    private Hash256 RootOf(IEnumerable<byte[]> leaves)
    {
        var frontier = new LogFrontier(run.Hash);
        foreach (var leaf in leaves) frontier.Append(LogTree.LeafHash(run.Hash, leaf));
        return frontier.Root();
    }
}
