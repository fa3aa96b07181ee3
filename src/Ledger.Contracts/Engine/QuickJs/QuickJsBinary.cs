using System.Security.Cryptography;
using Ledger.Contracts.Wasm;
using Ledger.Core.Crypto;

namespace Ledger.Contracts.Engine.QuickJs;

/// <summary>
/// The engine's binary: QuickJS as WebAssembly, which scripts/setup fetches and the build embeds. Translated once a
/// process.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal static class QuickJsBinary
{
    /// <summary>What the binary must hash to: <c>@jitl/quickjs-wasmfile-release-sync</c> 0.32.0.</summary>
    public static readonly Hash256 Hash =
        Hash256.Parse("105c3bed22d457e43e3d1c3c1c6959fda62a8fe06f0fc8a985303c3a2be72232");

    private const string Resource = "quickjs.wasm";

    private static readonly WasmCompileOptions Options = new();

    private static readonly Lazy<Translation> Translated =
        new(() => TranslateBeside(Path.GetDirectoryName(typeof(QuickJsBinary).Assembly.Location)));

    /// <summary>The translated binary.</summary>
    /// <exception cref="InvalidOperationException">The binary is missing, or is another one.</exception>
    public static WasmCode Code => Translated.Value.Code;

    /// <summary>Whether the code came from an assembly beside this one.</summary>
    public static bool IsPrecompiled => Translated.Value.Precompiled;

    /// <summary>Why it did not, where there is one.</summary>
    public static string? Problem => Translated.Value.Problem;

    /// <summary>The bytes of an embedded file.</summary>
    public static byte[] ReadResource(string name)
    {
        using var stream = typeof(QuickJsBinary).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException(
                $"the contract engine ({name}) was not built in: run scripts/setup, then build again");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Writes the translated binary as an assembly, for a compiler of native images or as it is.</summary>
    public static void Save(Stream into)
    {
        if (!WasmModule.TryDecode(ReadBinary(), out var module, out var error)) throw NotDecoded(error);
        WasmCode.Save(module, typeof(QuickJsImports), Options, into, aheadOfTime: true);
    }

    /// <summary>The code in an assembly that <see cref="Save"/> of this very build wrote.</summary>
    /// <exception cref="BadImageFormatException">It was written by another build, or is something else.</exception>
    internal static WasmCode Load(string path)
    {
        if (!WasmModule.TryDecodeKnown(ReadBinary(), out var module, out var error)) throw NotDecoded(error);
        return WasmCode.Load(module, Options, path);
    }

    /// <summary>
    /// With what lies in the folder of this assembly, which is trusted as this assembly is. Without it, or with that of
    /// another build, the process compiles for itself: the same gas and results, later.
    /// </summary>
    internal static Translation TranslateBeside(string? folder)
    {
        string? problem = null;
        if (folder is { Length: > 0 })
        {
            try
            {
                return new Translation(Load(Path.Combine(folder, PrecompiledEngine.FileName)), Precompiled: true, null);
            }
            catch (FileNotFoundException)
            {
                // As beside tests.
            }
            catch (Exception reason) when (reason is FileLoadException or BadImageFormatException)
            {
                problem = reason.Message;
            }
        }

        // Valid by its hash: Save has it validated.
        if (!WasmModule.TryDecodeKnown(ReadBinary(), out var module, out var error)) throw NotDecoded(error);
        return new Translation(WasmCode.Compile(module, typeof(QuickJsImports), Options), Precompiled: false, problem);
    }

    private static byte[] ReadBinary()
    {
        var binary = ReadResource(Resource);
        var actual = new Hash256(SHA256.HashData(binary));
        return actual == Hash
            ? binary
            : throw new InvalidOperationException(
                $"the contract engine's binary has the hash {actual}, not {Hash}: run scripts/setup, then build again");
    }

    private static InvalidOperationException NotDecoded(WasmError error) =>
        new($"the contract engine's binary does not decode: {error}");

    /// <summary>The code, where it came from, and why it was made here although there was some.</summary>
    internal sealed record Translation(WasmCode Code, bool Precompiled, string? Problem);
}
