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

    private static readonly Lazy<WasmCode> Translated = new(Translate);

    /// <summary>The translated binary.</summary>
    /// <exception cref="InvalidOperationException">The binary is missing, or is another one.</exception>
    public static WasmCode Code => Translated.Value;

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

    private static WasmCode Translate()
    {
        var binary = ReadResource(Resource);
        var actual = new Hash256(SHA256.HashData(binary));
        if (actual != Hash)
        {
            throw new InvalidOperationException(
                $"the contract engine's binary has the hash {actual}, not {Hash}: run scripts/setup, then build again");
        }

        if (!WasmModule.TryDecode(binary, out var module, out var error))
            throw new InvalidOperationException($"the contract engine's binary does not decode: {error}");
        return WasmCode.Compile(module!, typeof(QuickJsImports), new WasmCompileOptions());
    }
}
