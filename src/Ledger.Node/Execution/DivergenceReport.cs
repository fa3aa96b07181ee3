using System.Text;
using Ledger.Core.Crypto;
using Ledger.Node.Wire;

namespace Ledger.Node.Execution;

/// <summary>
/// Says in what a node's execution of a block differs from the quorum's: which transactions came to other results, and
/// which keys of the state were given other values (PITFALLS P18).
/// </summary>
internal static class DivergenceReport
{
    // A message for people: whoever needs more compares the databases.
    private const int MaxNamed = 20;

    /// <summary>The differences, as a sentence; empty when there is none to be seen.</summary>
    /// <param name="own">What this node computed.</param>
    /// <param name="theirs">What f+1 others say that they computed.</param>
    /// <param name="ids">The ids of the block's transactions.</param>
    public static string Compare(BlockExecution own, BlockExecution theirs, IReadOnlyList<Hash256> ids)
    {
        var parts = new List<string>();
        var count = Math.Max(own.Results.Count, theirs.Results.Count);
        for (var i = 0; i < count; i++)
        {
            if (i < own.Results.Count && i < theirs.Results.Count
                && own.Results[i].Span.SequenceEqual(theirs.Results[i].Span))
            {
                continue;
            }

            parts.Add($"transaction {i} ({(i < ids.Count ? ids[i].ToString() : "unknown here")}) came to another result");
        }

        var mine = ByKey(own);
        var others = ByKey(theirs);
        foreach (var name in mine.Keys.Union(others.Keys).Order(StringComparer.Ordinal))
        {
            var (ours, value) = (mine.GetValueOrDefault(name), others.GetValueOrDefault(name));
            if (ours is { } written && value is { } same && written.Span.SequenceEqual(same.Span)) continue;
            parts.Add($"key {name}: own {Text(ours)}, theirs {Text(value)}");
        }

        if (parts.Count > MaxNamed)
        {
            var more = parts.Count - MaxNamed;
            parts.RemoveRange(MaxNamed, more);
            parts.Add($"and {more} more");
        }

        return string.Join("; ", parts);
    }

    /// <summary>The answer that at least <paramref name="needed"/> peers gave alike; null when none is.</summary>
    public static BlockExecution? Agreed(IReadOnlyList<byte[]> answers, int needed)
    {
        foreach (var answer in answers)
        {
            if (answers.Count(a => a.AsSpan().SequenceEqual(answer)) >= needed
                && BlockExecution.TryDecode(answer, out var execution))
            {
                return execution;
            }
        }

        return null;
    }

    private static Dictionary<string, ReadOnlyMemory<byte>?> ByKey(BlockExecution execution)
    {
        var found = new Dictionary<string, ReadOnlyMemory<byte>?>(StringComparer.Ordinal);
        foreach (var write in execution.Writes) found[Name(write.Namespace, write.Key.Span)] = write.Value;
        return found;
    }

    private static string Name(string space, ReadOnlySpan<byte> key) =>
        System.Text.Unicode.Utf8.IsValid(key)
            ? $"{space}/{Encoding.UTF8.GetString(key)}"
            : $"{space}/0x{Convert.ToHexStringLower(key)}";

    private static string Text(ReadOnlyMemory<byte>? value) =>
        value is not { } bytes ? "not written"
        : bytes.IsEmpty ? "deleted"
        : Convert.ToHexStringLower(bytes.Span[..Math.Min(bytes.Length, 64)]);
}
