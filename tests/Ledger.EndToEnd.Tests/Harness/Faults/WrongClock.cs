using System.Globalization;

namespace Ledger.EndToEnd.Tests.Harness.Faults;

/// <summary>
/// Gives a node's process another wall clock, by the library libfaketime (a package of Debian; scripts/setup --tests).
/// The monotonic clock is left alone, as it is when a real machine's clock is wrong.
/// </summary>
internal static class WrongClock
{
    /// <summary>
    /// The node's clock is ahead by so much, or behind: from its next start on, or, once it was started so, within a second.
    /// </summary>
    public static void Set(TestNode node, TimeSpan ahead)
    {
        var file = Path.Combine(node.Folder, "clock");
        File.WriteAllText(file, ahead.TotalSeconds.ToString("+0;-0;+0", CultureInfo.InvariantCulture) + "\n");
        node.Environment["LD_PRELOAD"] = Library();
        node.Environment["FAKETIME_TIMESTAMP_FILE"] = file;
        node.Environment["FAKETIME_CACHE_DURATION"] = "1";
        node.Environment["FAKETIME_DONT_FAKE_MONOTONIC"] = "1";
        node.Environment["DONT_FAKE_MONOTONIC"] = "1";
    }

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
