namespace Ledger.Core.Tests;

/// <summary>
/// Files of docs/spec that are made from the code. A test makes each anew and demands that nothing changed; run once with
/// LEDGER_REWRITE=1 to write a file whose source changed on purpose.
/// </summary>
internal static class SpecFile
{
    public static string Read(string name) => File.ReadAllText(PathOf(name));

    public static void AssertCurrent(string name, string generated)
    {
        var path = PathOf(name);
        if (Environment.GetEnvironmentVariable("LEDGER_REWRITE") == "1") File.WriteAllText(path, generated);

        Assert.True(
            File.Exists(path) && File.ReadAllText(path) == generated,
            $"docs/spec/{name} is stale: run the tests once with LEDGER_REWRITE=1 and commit the file");
    }

    public static string PathOf(string name) => Path.Combine(Root(), "docs", "spec", name);

    public static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Ledger.sln")))
            directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException("there is no Ledger.sln above the tests");
    }
}
