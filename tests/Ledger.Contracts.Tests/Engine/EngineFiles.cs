using System.Runtime.CompilerServices;

namespace Ledger.Contracts.Tests.Engine;

/// <summary>Where the scripts of these checks are: in the source tree.</summary>
internal static class EngineFiles
{
    /// <summary>The folder of this file.</summary>
    public static string Source { get; } = Here();

    /// <summary>The scripts of a folder, in order of their names.</summary>
    public static string[] Scripts(string folder) =>
        [.. Directory.GetFiles(Path.Combine(Source, folder), "*.js").Order(StringComparer.Ordinal)];

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
