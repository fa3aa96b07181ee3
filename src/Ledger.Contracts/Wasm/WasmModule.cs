using System.Diagnostics.CodeAnalysis;

namespace Ledger.Contracts.Wasm;

/// <summary>What an import or export is; numbered as in the binary format.</summary>
public enum WasmExternalKind : byte
{
    Function = 0,
    Table = 1,
    Memory = 2,
    Global = 3,
}

/// <summary>A function that the module wants of its host.</summary>
public sealed record WasmImport(string Module, string Name, WasmFunctionType Type);

/// <summary>Something of the module that its host can find by name.</summary>
public sealed record WasmExport(string Name, WasmExternalKind Kind, int Index);

/// <summary>A global variable; its initial value as bits.</summary>
public sealed record WasmGlobal(WasmValueType Type, bool Mutable, long Initial);

/// <summary>Functions that go into the table when an instance begins.</summary>
internal sealed record WasmElementSegment(int Offset, int[] Functions);

/// <summary>Bytes that go into the memory when an instance begins.</summary>
internal sealed record WasmDataSegment(int Offset, ReadOnlyMemory<byte> Bytes);

/// <summary>A function's code: its locals, and where its expression lies in the module.</summary>
internal sealed record WasmBody(WasmValueType[] Locals, int Start, int End);

/// <summary>
/// A WebAssembly module, decoded and validated: what its types, indices and stack effects promise is so. Immutable,
/// and free of threads. W3C WebAssembly Core Specification 1.0, with sign extension, saturating conversions, bulk copy
/// and fill, and blocks of several values; everything else is refused by name.
/// </summary>
public sealed class WasmModule
{
    internal WasmModule(ReadOnlyMemory<byte> binary) => Binary = binary;

    public IReadOnlyList<WasmFunctionType> Types => TypeArray;

    /// <summary>Imported functions. A memory may be imported too; nothing else.</summary>
    public IReadOnlyList<WasmImport> Imports => ImportArray;

    public IReadOnlyDictionary<string, WasmExport> Exports => ExportTable;

    public IReadOnlyList<WasmGlobal> Globals => GlobalArray;

    /// <summary>Functions, the imported ones first.</summary>
    public int FunctionCount => FunctionTypes.Length;

    /// <summary>Pages that the module says its memory begins with; 0 without a memory.</summary>
    public int MinimumPages { get; internal set; }

    /// <summary>Pages that the module says its memory may have at most.</summary>
    public int MaximumPages { get; internal set; } = 65_536;

    public bool HasMemory { get; internal set; }

    public int TableSize { get; internal set; }

    internal bool HasTable { get; set; }

    internal ReadOnlyMemory<byte> Binary { get; }

    internal WasmFunctionType[] TypeArray { get; set; } = [];

    internal WasmImport[] ImportArray { get; set; } = [];

    internal Dictionary<string, WasmExport> ExportTable { get; set; } = [];

    internal WasmGlobal[] GlobalArray { get; set; } = [];

    /// <summary>The type index of each function, the imported ones first.</summary>
    internal int[] FunctionTypes { get; set; } = [];

    internal WasmBody[] Bodies { get; set; } = [];

    internal WasmElementSegment[] Elements { get; set; } = [];

    internal WasmDataSegment[] Data { get; set; } = [];

    /// <summary>The function to call when an instance begins, or -1.</summary>
    internal int Start { get; set; } = -1;

    /// <summary>Decodes and validates a module. Nothing that the bytes can hold makes it throw.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> binary, [NotNullWhen(true)] out WasmModule? module, out WasmError error)
    {
        if (!WasmDecoder.TryDecode(binary, out module, out error)) return false;
        if (WasmValidator.TryValidate(module, out error)) return true;
        module = null;
        return false;
    }

    /// <summary>
    /// Decodes a module whose bytes are known to be valid, by their hash.
    /// </summary>
    internal static bool TryDecodeKnown(
        ReadOnlyMemory<byte> binary, [NotNullWhen(true)] out WasmModule? module, out WasmError error) =>
        WasmDecoder.TryDecode(binary, out module, out error);

    /// <summary>The type of a function, imported or not.</summary>
    public WasmFunctionType TypeOf(int function) => TypeArray[FunctionTypes[function]];

    /// <summary>
    /// The type that a block's immediate stands for: an index of a type, or, complemented, a value type or none.
    /// </summary>
    internal WasmFunctionType BlockType(int index) =>
        index >= 0 ? TypeArray[index] : WasmFunctionType.OfBlock((WasmValueType)~index);

    /// <summary>The least type that is equal: how the type check of an indirect call tells types apart.</summary>
    internal int CanonicalType(int type)
    {
        for (var i = 0; i < type; i++)
        {
            if (TypeArray[i].HasSameShapeAs(TypeArray[type])) return i;
        }

        return type;
    }
}
