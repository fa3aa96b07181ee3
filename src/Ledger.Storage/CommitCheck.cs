namespace Ledger.Storage;

/// <summary>
/// What must hold before a block is written: it continues what is on disk, and its parts fit together.
/// </summary>
internal static class CommitCheck
{
    public static void RequireNext(BlockCommit commit, Watermark? newest, StoreContext context)
    {
        var header = commit.Block.Header;
        var expected = newest?.Height.Next.Value ?? 0;
        if (header.Height.Value != expected)
            throw new InvalidOperationException($"block {header.Height} was to be written where {expected} is next");
        if (header.Channel != context.Genesis.Channel) throw Conflict(commit, "is another channel's");
        if (header.Previous != (newest?.HeaderHash ?? default))
            throw Conflict(commit, "does not follow the newest block");
        if (header.LogSize != checked((newest?.LogSize ?? 0) + (ulong)commit.Leaves.Count))
            throw Conflict(commit, "does not count the leaves that it brings");
        if (header.TransactionCount != (uint)commit.Block.Transactions.Count
            || commit.Block.Results.Count < commit.Block.Transactions.Count)
        {
            throw Conflict(commit, "does not count its transactions, or lacks results");
        }

        if (commit.StateChanges.Count != commit.StateWrites.Count)
            throw Conflict(commit, "does not change the state tree as it changes the state");
        if (header.NextValidators != commit.NextValidators?.HashWith(context.Hash))
            throw Conflict(commit, "does not name the validators that it brings");
    }

    private static StorageException Conflict(BlockCommit commit, string what) => new(
        StorageFault.Conflict, $"Block {commit.Block.Header.Height} ({commit.Block.Hash}) {what}.");
}
