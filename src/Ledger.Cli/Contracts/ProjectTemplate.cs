using System.Text;
using Ledger.Core.Contracts;

namespace Ledger.Cli.Contracts;

/// <summary>The files of a new contract project.</summary>
internal static class ProjectTemplate
{
    private const string Prefix = "contract-template/";
    private const string Placeholder = "my-contract";

    /// <summary>Writes a new project; gives its files, relative to the folder.</summary>
    public static IReadOnlyList<string> Write(string name, string folder)
    {
        if (!ContractLimits.IsName(name))
            throw new CliException(
                ExitCodes.Usage,
                    $"'{name}' is no contract's name: it begins with a letter and holds a-z, 0-9 and single '-'");
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new CliException(ExitCodes.Usage,
                $"{folder} exists already and is not empty; choose another folder with --out");
        var assembly = typeof(ProjectTemplate).Assembly;
        var written = new List<string>();
        foreach (var resource in assembly.GetManifestResourceNames().Order(StringComparer.Ordinal))
        {
            if (!resource.StartsWith(Prefix, StringComparison.Ordinal)) continue;
            var file = resource[Prefix.Length..] switch
            {
                // Under their real names these would rule the repository that they lie in.
                "gitignore" => ".gitignore",
                "npmrc" => ".npmrc",
                var other => other,
            };
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
            var text = reader.ReadToEnd().ReplaceLineEndings("\n").Replace(Placeholder, name, StringComparison.Ordinal);
            Output.OutputFile.Write(Path.Combine(folder, file), Encoding.UTF8.GetBytes(text));
            written.Add(file);
        }

        return written;
    }
}
