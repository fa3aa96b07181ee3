using Ledger.Contracts.Wasm;
using Op = Ledger.Contracts.Wasm.WasmOperator;

namespace Ledger.Contracts.Tests.Wasm;

/// <summary>Writes the instructions of a body.</summary>
internal sealed class CodeBuilder
{
    public const byte None = 0x40;

    private readonly List<byte> _bytes = [];

    /// <summary>
    /// When set, whatever may give a NaN is followed by code that makes it the one NaN, as our compiler does by itself: with
    /// it another engine has to come to the same bits. The locals are scratch, of 32 and 64 bits.
    /// </summary>
    public (int Single, int Double)? CanonicalNaN { get; init; }

    public byte[] ToArray() => [.. _bytes];

    public CodeBuilder Raw(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    /// <summary>An operator without immediates.</summary>
    public CodeBuilder Op(Op code)
    {
        if ((int)code > 0xFF) Raw(0xFC, (byte)((int)code & 0xFF));
        else Raw((byte)code);
        if (CanonicalNaN is not { } scratch || !MayGiveNaN(code, out var type)) return this;
        var single = type == WasmValueType.F32;
        var local = single ? scratch.Single : scratch.Double;
        Set(local).Get(local);
        if (single) F32(0x7FC00000);
        else F64(0x7FF8000000000000);
        return Get(local).Get(local).Op(single ? WasmOperator.F32Eq : WasmOperator.F64Eq).Op(WasmOperator.Select);
    }

    public CodeBuilder I32(int value) => Raw([0x41, .. Signed(value)]);

    public CodeBuilder I64(long value) => Raw([0x42, .. Signed(value)]);

    public CodeBuilder F32(int bits) => Raw([0x43, .. BitConverter.GetBytes(bits)]);

    public CodeBuilder F64(long bits) => Raw([0x44, .. BitConverter.GetBytes(bits)]);

    public CodeBuilder Constant(WasmValueType type, long bits) => type switch
    {
        WasmValueType.I32 => I32(unchecked((int)bits)),
        WasmValueType.I64 => I64(bits),
        WasmValueType.F32 => F32(unchecked((int)bits)),
        _ => F64(bits),
    };

    public CodeBuilder Get(int local) => Indexed(0x20, local);

    public CodeBuilder Set(int local) => Indexed(0x21, local);

    public CodeBuilder Tee(int local) => Indexed(0x22, local);

    public CodeBuilder GetGlobal(int global) => Indexed(0x23, global);

    public CodeBuilder SetGlobal(int global) => Indexed(0x24, global);

    public CodeBuilder Access(Op code, long offset = 0) => Raw([(byte)code, 0, .. ModuleBuilder.Unsigned(offset)]);

    public CodeBuilder Call(int function) => Indexed(0x10, function);

    public CodeBuilder CallIndirect(int type) => Raw([0x11, .. ModuleBuilder.Unsigned(type), 0]);

    public CodeBuilder Branch(int depth) => Indexed(0x0C, depth);

    public CodeBuilder BranchIf(int depth) => Indexed(0x0D, depth);

    public CodeBuilder BranchTable(params int[] depths) =>
        Raw([0x0E, .. ModuleBuilder.Unsigned(depths.Length - 1), .. depths.SelectMany(d => ModuleBuilder.Unsigned(d))]);

    /// <summary>A block; the type is none, a value type's byte, or the index of a type.</summary>
    public CodeBuilder Block(Op kind, int type, Action<CodeBuilder> write)
    {
        Raw([(byte)kind, .. type >= 0x40 ? [(byte)type] : Signed(type)]);
        write(this);
        return Raw(0x0B);
    }

    public CodeBuilder If(int type, Action<CodeBuilder> then, Action<CodeBuilder>? otherwise = null) =>
        Block(WasmOperator.If, type, c =>
        {
            then(c);
            if (otherwise is null) return;
            c.Raw(0x05);
            otherwise(c);
        });

    public CodeBuilder Copy() => Raw(0xFC, 0x0A, 0, 0);

    public CodeBuilder Fill() => Raw(0xFC, 0x0B, 0);

    public CodeBuilder Grow() => Raw(0x40, 0);

    public CodeBuilder Size() => Raw(0x3F, 0);

    public static byte[] Signed(long value)
    {
        var bytes = new List<byte>();
        while (true)
        {
            var part = (byte)(value & 0x7F);
            value >>= 7;
            var last = (value == 0 && (part & 0x40) == 0) || (value == -1 && (part & 0x40) != 0);
            bytes.Add(last ? part : (byte)(part | 0x80));
            if (last) return [.. bytes];
        }
    }

    /// <summary>The load of a whole value; in the binary format the types of both stand in one order.</summary>
    public static Op LoadOf(WasmValueType type) => (Op)((int)WasmOperator.I32Load + 0x7F - (int)type);

    public static Op StoreOf(WasmValueType type) => (Op)((int)WasmOperator.I32Store + 0x7F - (int)type);

    /// <summary>Whether the standard leaves the bits of a NaN that the operator gives open.</summary>
    public static bool MayGiveNaN(Op code, out WasmValueType type)
    {
        type = code switch
        {
            >= WasmOperator.F32Ceil and <= WasmOperator.F32Max or WasmOperator.F32DemoteF64 => WasmValueType.F32,
            >= WasmOperator.F64Ceil and <= WasmOperator.F64Max or WasmOperator.F64PromoteF32 => WasmValueType.F64,
            _ => WasmValueType.None,
        };
        return type != WasmValueType.None;
    }

    private CodeBuilder Indexed(byte code, int index) => Raw([code, .. ModuleBuilder.Unsigned(index)]);
}
