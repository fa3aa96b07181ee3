using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Merkle;

namespace Ledger.Storage.Snapshots;

/// <summary>How far the installation of a snapshot is: what a node that was killed goes on from. Immutable.</summary>
/// <param name="StateRoot">The root of the tree over what is installed of the state.</param>
/// <param name="Next">Everything before this path is installed.</param>
/// <param name="StateDone">Whether the whole state is.</param>
/// <param name="NextRemembered">The highest block whose transaction ids are yet to come.</param>
/// <param name="NextHash">The hash of that block's header.</param>
/// <param name="NextLeaf">The log index of the first leaf that is yet to come.</param>
/// <param name="Leaves">How many leaves are needed; 0 on a channel without contracts.</param>
public sealed record InstallProgress(
    Hash256 StateRoot, Hash256 Next, bool StateDone, BlockHeight NextRemembered, Hash256 NextHash, ulong NextLeaf,
    ulong Leaves)
{
    /// <summary>The ranges that are yet to come, in path order; at most <see cref="StateRange.MaxDepth"/>.</summary>
    public IReadOnlyList<StateRange> Missing()
    {
        if (StateDone) return [];
        // Down the way to the next path, every right-hand sibling of it is missing whole; and it itself.
        var missing = new List<StateRange>();
        var range = StateRange.Whole;
        while (range.Prefix != Next)
        {
            var (low, high) = range.Split();
            if (low.Contains(Next))
            {
                missing.Add(high);
                range = low;
            }
            else
            {
                range = high;
            }
        }

        missing.Add(range);
        missing.Reverse();
        return missing;
    }

    internal byte[] Encode()
    {
        var writer = new CanonicalWriter(96);
        writer.Hash(1, StateRoot);
        writer.Hash(2, Next);
        writer.Bool(3, StateDone);
        writer.UInt64(4, NextRemembered.Value);
        writer.Hash(5, NextHash);
        writer.UInt64(6, NextLeaf);
        writer.UInt64(7, Leaves);
        return writer.ToArray();
    }

    internal static InstallProgress? Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new CanonicalReader(bytes);
        var progress = new InstallProgress(
            reader.Hash(1), reader.Hash(2), reader.Bool(3), new BlockHeight(reader.UInt64(4)), reader.Hash(5),
            reader.UInt64(6), reader.UInt64(7));
        return reader.End() ? progress : null;
    }
}
