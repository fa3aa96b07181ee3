using System.Collections.Frozen;
using System.Reflection;

namespace Ledger.Node.WebConsole;

/// <summary>The console's files, read once out of this assembly. Safe for concurrent use.</summary>
internal static class ConsoleFiles
{
    private const string Prefix = "console/";

    private static readonly FrozenDictionary<string, string> ContentTypes = new Dictionary<string, string>
    {
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly Lazy<FrozenDictionary<string, ConsoleFile>> Read = new(ReadAll);

    /// <summary>The page that all of the console's own paths show.</summary>
    public static ConsoleFile Page => All["index.html"];

    /// <summary>Every file by its path, such as <c>assets/main-ABCDEFGH.js</c>.</summary>
    public static FrozenDictionary<string, ConsoleFile> All => Read.Value;

    private static FrozenDictionary<string, ConsoleFile> ReadAll()
    {
        var assembly = typeof(ConsoleFiles).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Where(name => ContentTypes.ContainsKey(Path.GetExtension(name)))
            .ToFrozenDictionary(
                name => name[Prefix.Length..],
                name => new ConsoleFile(
                    BytesOf(assembly, name),
                    BytesOf(assembly, name + ".br"),
                    BytesOf(assembly, name + ".gz"),
                    ContentTypes[Path.GetExtension(name)],
                    name.StartsWith(Prefix + "assets/", StringComparison.Ordinal)),
                StringComparer.Ordinal);
    }

    private static byte[] BytesOf(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name);
        if (stream is null) return [];
        var bytes = new byte[checked((int)stream.Length)];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
