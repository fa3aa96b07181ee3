namespace Ledger.Contracts.Wasm;

/// <summary>Reads the instructions of a body (specification, section 5.4).</summary>
internal static class WasmInstructionReader
{
    /// <summary>
    /// Reads a body that a validated module holds.
    /// </summary>
    public static List<WasmInstruction> Read(WasmModule module, WasmBody body)
    {
        var into = new List<WasmInstruction>(body.End - body.Start);
        if (!TryRead(module, body, into, out var error)) throw new InvalidOperationException(error.ToString());
        return into;
    }

    /// <summary>
    /// Reads a body into a list, which is cleared first. Indices of labels, locals and so on are not checked yet.
    /// </summary>
    public static bool TryRead(WasmModule module, WasmBody body, List<WasmInstruction> into, out WasmError error)
    {
        into.Clear();
        var reader = new WasmReader(module.Binary.Span, body.Start, body.End);
        while (reader.Remaining > 0)
        {
            var instruction = ReadOne(module, ref reader);
            if (!reader.Failed) into.Add(instruction);
        }

        error = reader.Error;
        return !reader.Failed;
    }

    private static WasmInstruction ReadOne(WasmModule module, ref WasmReader reader)
    {
        var offset = reader.Position;
        var code = ReadOperator(ref reader);
        var index = 0;
        var value = 0L;
        int[]? targets = null;
        switch (code)
        {
            case WasmOperator.Block or WasmOperator.Loop or WasmOperator.If:
                index = ReadBlockType(module, ref reader);
                break;
            case WasmOperator.Branch or WasmOperator.BranchIf or WasmOperator.Call
                or (>= WasmOperator.LocalGet and <= WasmOperator.GlobalSet):
                index = (int)Math.Min(reader.ReadUInt32(), int.MaxValue);
                break;
            case WasmOperator.BranchTable:
                targets = new int[reader.ReadCount(WasmLimits.MaxBranchTargets) + 1];
                for (var i = 0; i < targets.Length; i++) targets[i] = (int)Math.Min(reader.ReadUInt32(), int.MaxValue);
                break;
            case WasmOperator.CallIndirect:
                index = reader.ReadIndex(module.TypeArray.Length, WasmErrorCode.UnknownType);
                if (reader.ReadByte() != 0 || !module.HasTable) reader.Fail(WasmErrorCode.UnknownTable);
                break;
            case >= WasmOperator.I32Load and <= WasmOperator.I64Store32:
                value = ReadMemoryArgument(module, code, ref reader);
                break;
            case WasmOperator.MemorySize or WasmOperator.MemoryGrow or WasmOperator.MemoryFill:
                ReadMemoryIndex(module, ref reader);
                break;
            case WasmOperator.MemoryCopy:
                ReadMemoryIndex(module, ref reader);
                ReadMemoryIndex(module, ref reader);
                break;
            case WasmOperator.I32Const:
                value = reader.ReadInt32();
                break;
            case WasmOperator.I64Const:
                value = reader.ReadInt64();
                break;
            case WasmOperator.F32Const:
                value = WasmDecoder.ReadFixed(ref reader, 4);
                break;
            case WasmOperator.F64Const:
                value = WasmDecoder.ReadFixed(ref reader, 8);
                break;
        }

        return new WasmInstruction(code, index, value, targets, offset);
    }

    private static WasmOperator ReadOperator(ref WasmReader reader)
    {
        int code = reader.ReadByte();
        if (code == 0xFC) code = 0xFC00 | (int)Math.Min(reader.ReadUInt32(), 0xFF);
        var known = code switch
        {
            <= 0x05 or (>= 0x0B and <= 0x11) or 0x1A or 0x1B => true,
            (>= 0x20 and <= 0x24) or (>= 0x28 and <= 0xC4) => true,
            (>= 0xFC00 and <= 0xFC07) or 0xFC0A or 0xFC0B => true,
            _ => false,
        };
        if (!known && !reader.Failed)
        {
            // Named, because a compiler's defaults bring them in unasked.
            var feature = code switch
            {
                0x06 or 0x07 or 0x08 or 0x09 or 0x0A or 0x18 or 0x19 or 0x1F => "exception handling",
                0x12 or 0x13 => "tail calls",
                0x1C or 0x25 or 0x26 or 0xD0 or 0xD1 or 0xD2 or (>= 0xFC0C and <= 0xFC11) => "reference types",
                0x14 or 0x15 or 0xD3 or 0xD4 or 0xD5 or 0xD6 or 0xFB => "typed references",
                0xFC08 or 0xFC09 => "passive data",
                0xFD => "vectors",
                0xFE => "threads",
                _ => null,
            };
            reader.Fail(feature is null ? WasmErrorCode.UnknownOperator : WasmErrorCode.Unsupported, feature);
        }

        return (WasmOperator)code;
    }

    private static int ReadBlockType(WasmModule module, ref WasmReader reader)
    {
        var type = reader.ReadInt33();
        if (type >= 0)
        {
            if (type >= module.TypeArray.Length) reader.Fail(WasmErrorCode.UnknownType);
            return reader.Failed ? 0 : (int)type;
        }

        // A byte of the signed encoding: -64 is none, the others are value types.
        if (type == -64) return ~(int)WasmValueType.None;
        if (type is < -4 or > -1) reader.Fail(WasmErrorCode.BadType, "block type");
        return ~(int)(type & 0x7F);
    }

    private static long ReadMemoryArgument(WasmModule module, WasmOperator code, ref WasmReader reader)
    {
        WasmSignature.TryOfAccess(code, out _, out var bytes);
        var alignment = reader.ReadUInt32();
        if (alignment >= 0x40) reader.Fail(WasmErrorCode.Unsupported, "several memories");
        if (alignment >= 32 || 1L << (int)alignment > bytes) reader.Fail(WasmErrorCode.BadAlignment);
        if (!module.HasMemory) reader.Fail(WasmErrorCode.UnknownMemory);
        return reader.ReadUInt32();
    }

    private static void ReadMemoryIndex(WasmModule module, ref WasmReader reader)
    {
        if (reader.ReadByte() != 0 || !module.HasMemory) reader.Fail(WasmErrorCode.UnknownMemory);
    }
}
