namespace Ledger.Storage.Evidence;

/// <summary>
/// The value of an index entry: the further leaves of the same block with the same text or digest. The key holds the
/// first; each further one is the distance from the one before, in base 128, low part first. Empty for a single leaf.
/// </summary>
/// <remarks>
/// A block of a thousand records of one type has one entry and not a thousand: most of what committing a block costs is
/// inserting keys. Local layout, not a format: see LedgerSchema.
/// </remarks>
internal static class IndexRun
{
    /// <summary>Most leaves of one entry: what a reader that wants one of them has to pass over.</summary>
    public const int MaxLeaves = 1024;

    // Of a distance within one block.
    private const int MaxDistanceBytes = 5;

    /// <summary>Appends the distance to the next leaf, which must lie beyond the last.</summary>
    public static void Append(List<byte> run, ulong last, ulong next)
    {
        var distance = checked((uint)(next - last));
        for (; distance >= 0x80; distance >>= 7) run.Add((byte)((distance & 0x7f) | 0x80));
        run.Add((byte)distance);
    }

    /// <summary>
    /// Adds the leaves of an entry to <paramref name="leaves"/>, in ascending order. False, with what was read before the
    /// fault, for a value that <see cref="Append"/> does not write.
    /// </summary>
    public static bool TryRead(ulong first, ReadOnlySpan<byte> run, List<ulong> leaves)
    {
        leaves.Add(first);
        for (var count = 1; !run.IsEmpty; count++)
        {
            var length = run[..Math.Min(run.Length, MaxDistanceBytes)].IndexOfAnyInRange((byte)0, (byte)0x7f) + 1;
            // A last byte of zero is not the shortest form, and stands for no distance when it is the only one.
            if (length == 0 || run[length - 1] == 0 || count == MaxLeaves) return false;
            var distance = 0UL;
            for (var i = length - 1; i >= 0; i--) distance = (distance << 7) | (run[i] & 0x7fUL);
            if (ulong.MaxValue - distance < leaves[^1]) return false;
            leaves.Add(leaves[^1] + distance);
            run = run[length..];
        }

        return true;
    }
}
