using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Merkle;
using Ledger.Core.Transactions;
using Ledger.Storage.Blocks;
using Ledger.Storage.Schema;

namespace Ledger.Storage.Verify;

/// <summary>A transaction of the block that is being checked. Null where it, or its result, is damaged.</summary>
internal sealed record CheckedTransaction(
    SignedTransaction? Transaction, EvidenceBody? Body, TransactionResult? Result);

/// <summary>
/// Checks transactions and results against the roots of their header, and hands each block's leaves on. Walks up, so
/// that log indexes can be counted along.
/// </summary>
internal sealed class BlockCheck(VerifyRun run, HeaderCheck headers)
{
    private readonly SenderKeys _keys = new(run);
    private readonly LeafCheck _leaves = new(run);

    // The size of the log below the block that is being checked, as the last sound header tells it.
    private ulong _below;

    /// <summary>Number of transactions looked at.</summary>
    public ulong Transactions { get; private set; }

    /// <summary>Number of leaves looked at.</summary>
    public ulong Leaves => _leaves.Count;

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

    private List<CheckedTransaction> CheckBlock(ulong height, BlockHeader header)
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
        var results = CheckResults(height, header, transactions);
        CheckIndex(height, transactions, results);
        return [.. transactions.Select((t, i) => new CheckedTransaction(t, BodyOf(t, results[i]), results[i]))];
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
        ulong height, BlockHeader header, List<SignedTransaction?> transactions)
    {
        var results = new List<TransactionResult?>(transactions.Count);
        for (var i = 0; i < transactions.Count; i++)
        {
            var key = LedgerSchema.PositionKey(new BlockHeight(height), (uint)i);
            var bytes = run.Scope.Get(run.Context.Results, key);
            if (bytes is null) run.ReportMissing(run.Context.Results, key, height, "the result");
            var id = transactions[i]?.Id ?? default;
            if (bytes is not null && ResultCodec.TryDecode(bytes, id, out var result))
            {
                results.Add(result);
                continue;
            }

            run.Report(run.Context.Results, key, height, "the result does not decode");
            results.Add(null);
        }

        var complete = results.All(r => r is not null) && transactions.All(t => t is not null);
        if (complete && RootOf(results.Select(r => r!.Value.Encode())) != header.ResultRoot)
            NameDamagedResults(height, header, transactions, results);
        return results;
    }

    // The root says that some result was changed; counting the leaves says which, unless it is the reason of a refusal.
    private void NameDamagedResults(
        ulong height, BlockHeader header, List<SignedTransaction?> transactions, List<TransactionResult?> results)
    {
        var next = _below;
        var named = false;
        for (var i = 0; i < results.Count; i++)
        {
            var decodes = EvidenceBody.TryDecode(transactions[i]!.Content.Body, out var body, out _);
            var count = decodes ? body!.Items.Count : 0;
            var anchored = next + (ulong)count <= header.LogSize && results[i]!.Value.Succeeded;
            var expected = anchored
                ? new TransactionResult(transactions[i]!.Id, Refusal.None, new LogIndex(next), (uint)count)
                : new TransactionResult(transactions[i]!.Id, results[i]!.Value.Refusal, default, 0);
            if (anchored) next += (ulong)count;
            if (results[i] == expected) continue;
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
            var key = transaction.Id.AsSpan();
            var stored = run.Scope.Get(run.Context.TransactionIndex, key);
            if (stored is null) run.ReportMissing(run.Context.TransactionIndex, key, height, "the transaction's entry");
            else if (!stored.AsSpan().SequenceEqual(place.Encode()))
                run.Report(run.Context.TransactionIndex, key, height, $"the entry does not lead to position {i}");
        }
    }

    private void LoseCounts()
    {
        run.LoseCount(run.Context.Blocks);
        run.LoseCount(run.Context.Results);
        run.LoseCount(run.Context.TransactionIndex);
    }

    private static EvidenceBody? BodyOf(SignedTransaction? transaction, in TransactionResult? result) =>
        transaction is not null && result is { Succeeded: true, LeafCount: > 0 }
            && EvidenceBody.TryDecode(transaction.Content.Body, out var body, out _)
            ? body
            : null;

    private Hash256 RootOf(IEnumerable<byte[]> leaves)
    {
        var frontier = new LogFrontier(run.Hash);
        foreach (var leaf in leaves) frontier.Append(LogTree.LeafHash(run.Hash, leaf));
        return frontier.Root();
    }
}
