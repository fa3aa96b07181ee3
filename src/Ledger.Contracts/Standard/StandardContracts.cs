using System.Text;

namespace Ledger.Contracts.Standard;

/// <summary>A contract that comes with the ledger.</summary>
/// <param name="Name">Its name, and the one under which it is usually deployed.</param>
/// <param name="Source">Its source: one ES module, the same text on every machine.</param>
/// <param name="Schema">The JSON schema of its functions, queries and events.</param>
public sealed record StandardContract(string Name, string Source, string Schema);

/// <summary>The standard contracts, built into this assembly.</summary>
/// <remarks>
/// Immutable and safe for concurrent use. A contract's folder holds its parts, which make one module in the order of
/// their names: so each part is short, and nothing has to bundle them.
/// </remarks>
public static class StandardContracts
{
    private const string Prefix = "standard/";

    /// <summary>All of them, in the order of their names.</summary>
    public static IReadOnlyList<StandardContract> All { get; } = Load();

    /// <summary>A contract by its name, or null.</summary>
    public static StandardContract? Find(string name) => All.FirstOrDefault(c => c.Name == name);

    private static List<StandardContract> Load()
    {
        var assembly = typeof(StandardContracts).Assembly;
        var parts = new SortedDictionary<string, SortedDictionary<string, string>>(StringComparer.Ordinal);
        foreach (var resource in assembly.GetManifestResourceNames())
        {
            if (!resource.StartsWith(Prefix, StringComparison.Ordinal)) continue;
            var path = resource[Prefix.Length..].Split('/');
            if (!parts.TryGetValue(path[0], out var files))
                parts.Add(path[0], files = new SortedDictionary<string, string>(StringComparer.Ordinal));
            files.Add(path[1], Read(assembly.GetManifestResourceStream(resource)!));
        }

        return
        [
            .. parts.Select(p => new StandardContract(
                p.Key,
                string.Join('\n', p.Value.Where(f => f.Key.EndsWith(".js", StringComparison.Ordinal)).Select(f =>
                    f.Value)),
                p.Value["schema.json"])),
        ];
    }

    // Line ends are part of what is deployed: a check-out with other ones makes the same text.
    private static string Read(Stream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
