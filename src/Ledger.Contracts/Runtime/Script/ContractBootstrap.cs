using System.Text;
using Ledger.Contracts.Runtime.Host;

namespace Ledger.Contracts.Runtime.Script;

/// <summary>
/// The script that gives contracts their <c>ctx</c> and the helper <c>Money</c>: what
/// <see cref="Engine.ScriptEngineOptions.Bootstrap"/> takes, and so part of the engine's id.
/// </summary>
/// <remarks>Immutable and safe for concurrent use. docs/spec/contract-runtime.md.</remarks>
public static class ContractBootstrap
{
    /// <summary>The script.</summary>
    public static string Source { get; } = Assemble();

    // One script of all files, in the order of their names, so that they share what the first one took from the language.
    private static string Assemble()
    {
        var text = new StringBuilder("(() => {\n\"use strict\";\nconst OP = {\n");
        foreach (var operation in Enum.GetValues<HostOperation>())
        {
            if (operation == HostOperation.None) continue;
            text.Append("  ").Append(operation.ToString()).Append(": ").Append((int)operation).Append(",\n");
        }

        text.Append("};\n");
        var assembly = typeof(ContractBootstrap).Assembly;
        var files = assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        foreach (var file in files)
        {
            using var stream = assembly.GetManifestResourceStream(file)!;
            using var reader = new StreamReader(stream, Encoding.UTF8);
            text.Append(reader.ReadToEnd().ReplaceLineEndings("\n"));
        }

        return text.Append("return contextOf;\n})()\n").ToString();
    }

    private const string Prefix = "runtime-script/";
}
