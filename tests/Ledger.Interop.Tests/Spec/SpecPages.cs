using Ledger.Interop.Tests.Grpc;

namespace Ledger.Interop.Tests.Spec;

/// <summary>Reads tables of docs/spec.</summary>
internal static class SpecPages
{
    /// <summary>The gRPC status of a reason, as reasons.md has it.</summary>
    public static string StatusOf(string reason) =>
        Rows("reasons.md").SelectMany(row => StatusIn(row, $"`{reason}`")).First();

    /// <summary>The rows of all tables of a page, as cells.</summary>
    public static IEnumerable<string[]> Rows(string page) =>
        File.ReadLines(Path.Combine(ForeignProcess.Root, "docs", "spec", page))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries)[1..^1]);

    // The column behind the reason's.
    private static IEnumerable<string> StatusIn(string[] row, string reason)
    {
        var place = Array.IndexOf(row, reason);
        return place >= 0 ? [row[place + 1]] : [];
    }
}
