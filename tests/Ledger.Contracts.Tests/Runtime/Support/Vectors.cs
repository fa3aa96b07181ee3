namespace Ledger.Contracts.Tests.Runtime.Support;

/// <summary>
/// Files under docs that are made from the code, and must not change unless somebody meant it: LEDGER_REWRITE=1 writes them.
/// </summary>
internal static class Vectors
{
    public static string Root { get; } = FindRoot();

    public static void Check(string name, string text) => CheckFile(Path.Combine("docs", "spec", "vectors", name), text);

    public static void CheckFile(string path, string text)
    {
        var file = Path.Combine(Root, path);
        if (Environment.GetEnvironmentVariable("LEDGER_REWRITE") == "1") File.WriteAllText(file, text);
        Assert.True(File.Exists(file), $"{path} is missing; LEDGER_REWRITE=1 writes it");
        Assert.Equal(File.ReadAllText(file).ReplaceLineEndings("\n"), text);
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Ledger.sln")))
            folder = Directory.GetParent(folder)?.FullName ?? throw new InvalidOperationException("no Ledger.sln above");
        return folder;
    }
}
