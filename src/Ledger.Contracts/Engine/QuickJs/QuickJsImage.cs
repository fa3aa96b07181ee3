using Ledger.Contracts.Wasm;
using Ledger.Core.Crypto;

namespace Ledger.Contracts.Engine.QuickJs;

/// <summary>A contract's memory, and which engine it is of. Immutable.</summary>
internal sealed class QuickJsImage(WasmImage memory, Hash256 engine) : ScriptImage
{
    public WasmImage Memory { get; } = memory;

    public Hash256 Engine { get; } = engine;

    /// <inheritdoc/>
    public override Hash256 Hash => Memory.Hash;

    /// <inheritdoc/>
    public override int SizeBytes => Memory.SizeBytes;
}
