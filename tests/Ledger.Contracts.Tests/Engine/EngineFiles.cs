namespace Ledger.Contracts.Tests.Engine;

/// <summary>Where the scripts of these checks are: in the source tree.</summary>
internal static class EngineFiles
{
    private const string Folder = "tests/Ledger.Contracts.Tests/Engine";

    /// <summary>The checkout.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A file or folder beside this one.</summary>
    public static string PathOf(string name) => Path.Combine(Root, Folder, name);

    /// <summary>The scripts of a folder, in order of their names.</summary>
    public static string[] Scripts(string folder) =>
        [.. Directory.GetFiles(PathOf(folder), "*.js").Order(StringComparer.Ordinal)];

    /// <summary>Compares with a file that LEDGER_REWRITE=1 writes anew.</summary>
    public static void AssertGolden(string name, string content)
    {
        if (Environment.GetEnvironmentVariable("LEDGER_REWRITE") == "1") File.WriteAllText(PathOf(name), content);
        Assert.True(File.Exists(PathOf(name)), $"{name} is missing; LEDGER_REWRITE=1 writes it");
        Assert.Equal(File.ReadAllText(PathOf(name)), content);
    }

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Ledger.sln"))) return folder;
        }

        throw new InvalidOperationException("the tests run from outside a checkout");
    }
}
