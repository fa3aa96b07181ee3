using System.Globalization;

namespace Ledger.EndToEnd.Tests.Harness.Faults;

/// <summary>
/// Gives a node's process another wall clock, by the library libfaketime (a package of Debian; scripts/setup --tests).
/// The monotonic clock is left alone, as it is when a real machine's clock is wrong.
/// </summary>
internal static class WrongClock
{
    /// <summary>From its next start on, the node's clock is ahead by so much, or behind.</summary>
    public static void Set(TestNode node, TimeSpan ahead)
    {
        Clear(node);
        node.Environment["LD_PRELOAD"] = Library();
        node.Environment["FAKETIME"] = ahead.TotalSeconds.ToString("+0;-0", CultureInfo.InvariantCulture);
        node.Environment["FAKETIME_DONT_FAKE_MONOTONIC"] = "1";
        node.Environment["DONT_FAKE_MONOTONIC"] = "1";
    }

    /// <summary>From its next start on, the node's clock is the machine's.</summary>
    public static void Clear(TestNode node) => node.Environment.Clear();

    private static string Library()
    {
        string[] found =
        [
            .. Directory.EnumerateDirectories("/usr/lib", "*-linux-gnu")
                .Select(folder => Path.Combine(folder, "faketime", "libfaketime.so.1"))
                .Where(File.Exists),
        ];
        return found is [var library, ..]
            ? library
            : throw new InvalidOperationException("libfaketime is not installed: run scripts/setup --tests");
    }
}
