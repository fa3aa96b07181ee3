namespace Ledger.Node.Tests.Support;

/// <summary>Files of the repository that tests keep up to date; LEDGER_REWRITE=1 writes them anew.</summary>
internal static class Golden
{
    /// <summary>The folder of the repository.</summary>
    public static string Root { get; } = Find();

    public static void Verify(string path, string content)
    {
        var file = Path.Combine(Root, path);
        if (Environment.GetEnvironmentVariable("LEDGER_REWRITE") == "1") File.WriteAllText(file, content);

        Assert.True(File.Exists(file), $"{path} is missing; LEDGER_REWRITE=1 writes it");
        Assert.Equal(File.ReadAllText(file), content);
    }

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Ledger.sln"))) folder = folder.Parent;
        return folder.FullName;
    }
}
