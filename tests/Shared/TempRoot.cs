using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Ledger.Tests;

/// <summary>
/// One folder for everything temporary that the tests of an assembly, and the processes that they start, make: it goes when
/// the test process ends. Compiled into every test assembly, and in force before its first test.
/// </summary>
internal static class TempRoot
{
    private const string Prefix = "ledger-tests-";
    private const string Variable = "TMPDIR";

    /// <summary>Where temporary files of all test processes lie, for what they share.</summary>
    public static string Shared { get; } = Path.GetTempPath();

    // The initialiser of a test assembly is nobody's library code.
#pragma warning disable CA2255
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Begin()
    {
        RemoveLeft();
        var prefix = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-");
        var root = Directory.CreateTempSubdirectory(prefix).FullName;
        Environment.SetEnvironmentVariable(Variable, root);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Remove(root);
    }

    // Of test processes that were killed.
    private static void RemoveLeft()
    {
        foreach (var folder in Directory.EnumerateDirectories(Shared, Prefix + "*"))
        {
            var name = Path.GetFileName(folder)[Prefix.Length..].Split('-')[0];
            if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && !Runs(id)) Remove(folder);
        }
    }

    private static bool Runs(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A process that a test started may still write there; the next run removes what is left.
        }
    }
}
