using Ledger.Contracts.Wasm;

namespace Ledger.Contracts.Tests.Wasm;

/// <summary>Writes WebAssembly modules: what the text format is to others.</summary>
internal sealed class ModuleBuilder
{
    public const WasmValueType I32 = WasmValueType.I32;
    public const WasmValueType I64 = WasmValueType.I64;
    public const WasmValueType F32 = WasmValueType.F32;
    public const WasmValueType F64 = WasmValueType.F64;

    private readonly List<(WasmValueType[] Parameters, WasmValueType[] Results)> _types = [];
    private readonly List<(string Name, int Type)> _imports = [];
    private readonly List<(int Type, WasmValueType[] Locals, byte[] Code)> _functions = [];
    private readonly List<(string Name, byte Kind, int Index)> _exports = [];
    private readonly List<byte[]> _globals = [];
    private readonly List<(int Offset, byte[] Bytes)> _data = [];
    private int[]? _table;
    private (int Minimum, int? Maximum)? _memory;
    private int? _start;

    public int Type(WasmValueType[] parameters, WasmValueType[] results)
    {
        var known = _types.FindIndex(t => t.Parameters.SequenceEqual(parameters) && t.Results.SequenceEqual(results));
        if (known >= 0) return known;
        _types.Add((parameters, results));
        return _types.Count - 1;
    }

    /// <summary>A function of the module "host". Imports come before functions.</summary>
    public ModuleBuilder Import(string name, WasmValueType[] parameters, WasmValueType[] results)
    {
        _imports.Add((name, Type(parameters, results)));
        return this;
    }

    public ModuleBuilder Memory(int minimum, int? maximum = null)
    {
        _memory = (minimum, maximum);
        return this;
    }

    public ModuleBuilder Global(WasmValueType type, bool mutable, Action<CodeBuilder> initial)
    {
        var code = new CodeBuilder();
        initial(code);
        _globals.Add([(byte)type, mutable ? (byte)1 : (byte)0, .. code.ToArray(), 0x0B]);
        return this;
    }

    public ModuleBuilder Table(params int[] functions)
    {
        _table = functions;
        return this;
    }

    public ModuleBuilder Data(int offset, params byte[] bytes)
    {
        _data.Add((offset, bytes));
        return this;
    }

    public ModuleBuilder Start(int function)
    {
        _start = function;
        return this;
    }

    /// <summary>A function, exported under its name. The end of its body is added.</summary>
    public ModuleBuilder Function(
        string name,
        WasmValueType[] parameters,
        WasmValueType[] results,
        WasmValueType[] locals,
        Action<CodeBuilder> write)
    {
        var code = new CodeBuilder();
        write(code);
        return Function(name, parameters, results, locals, [.. code.ToArray(), 0x0B]);
    }

    public ModuleBuilder Function(
        string name, WasmValueType[] parameters, WasmValueType[] results, WasmValueType[] locals, byte[] code)
    {
        _exports.Add((name, 0, _imports.Count + _functions.Count));
        _functions.Add((Type(parameters, results), locals, code));
        return this;
    }

    public ModuleBuilder Export(string name, WasmExternalKind kind, int index)
    {
        _exports.Add((name, (byte)kind, index));
        return this;
    }

    public byte[] Build()
    {
        var bytes = new List<byte> { 0, (byte)'a', (byte)'s', (byte)'m', 1, 0, 0, 0 };
        Section(bytes, 1, _types.Select(t => (byte[])[0x60, .. Types(t.Parameters), .. Types(t.Results)]));
        Section(bytes, 2, _imports.Select(i => (byte[])[.. Name("host"), .. Name(i.Name), 0, .. Unsigned(i.Type)]));
        Section(bytes, 3, _functions.Select(f => Unsigned(f.Type)));
        if (_table is { } table) Section(bytes, 4, [[0x70, 0, .. Unsigned(table.Length)]]);
        if (_memory is { } memory)
            Section(bytes, 5, [memory.Maximum is { } most
                ? [1, .. Unsigned(memory.Minimum), .. Unsigned(most)] : [0, .. Unsigned(memory.Minimum)]]);
        Section(bytes, 6, _globals);
        Section(bytes, 7, _exports.Select(e => (byte[])[.. Name(e.Name), e.Kind, .. Unsigned(e.Index)]));
        if (_start is { } start) bytes.AddRange([8, .. Sized(Unsigned(start))]);
        if (_table is { Length: > 0 } entries)
            Section(bytes, 9, [[0, 0x41, 0, 0x0B, .. Unsigned(entries.Length), .. entries.SelectMany(f => Unsigned(f))]]);
        Section(bytes, 10, _functions.Select(f => Sized(
            [.. Unsigned(f.Locals.Length), .. f.Locals.SelectMany(l => (byte[])[1, (byte)l]), .. f.Code])));
        Section(bytes, 11, _data.Select(d =>
            (byte[])[0, 0x41, .. CodeBuilder.Signed(d.Offset), 0x0B, .. Sized(d.Bytes)]));
        return [.. bytes];
    }

    internal static byte[] Unsigned(long value)
    {
        var bytes = new List<byte>();
        do
        {
            var more = value >> 7 != 0;
            bytes.Add((byte)((value & 0x7F) | (more ? 0x80L : 0)));
            value >>= 7;
        }
        while (value != 0);
        return [.. bytes];
    }

    private static byte[] Sized(byte[] bytes) => [.. Unsigned(bytes.Length), .. bytes];

    private static byte[] Name(string name) => Sized(System.Text.Encoding.UTF8.GetBytes(name));

    private static byte[] Types(WasmValueType[] types) => [.. Unsigned(types.Length), .. types.Select(t => (byte)t)];

    private static void Section(List<byte> bytes, byte id, IEnumerable<byte[]> items)
    {
        var all = items.ToArray();
        if (all.Length == 0) return;
        bytes.Add(id);
        bytes.AddRange(Sized([.. Unsigned(all.Length), .. all.SelectMany(i => i)]));
    }
}
