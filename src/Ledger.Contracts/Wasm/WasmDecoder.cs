using System.Diagnostics.CodeAnalysis;

namespace Ledger.Contracts.Wasm;

/// <summary>
/// Reads a module's sections (specification, section 5.5). Bodies are only cut out here; <see cref="WasmValidator"/>
/// reads them.
/// </summary>
internal static class WasmDecoder
{
    private const int DataCountSection = 12;

    // The order of sections: the count of data segments stands before the code.
    private static ReadOnlySpan<byte> Order => [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 10];

    public static bool TryDecode(
        ReadOnlyMemory<byte> binary, [NotNullWhen(true)] out WasmModule? module, out WasmError error)
    {
        module = null;
        var reader = new WasmReader(binary.Span, 0, binary.Length);
        if (binary.Length > WasmLimits.MaxModuleBytes) reader.Fail(WasmErrorCode.LimitExceeded, "module");
        if (!reader.ReadBytes(4).SequenceEqual("\0asm"u8)) reader.Fail(WasmErrorCode.BadMagic);
        if (!reader.ReadBytes(4).SequenceEqual("\u0001\0\0\0"u8)) reader.Fail(WasmErrorCode.BadVersion);
        var sections = new Sections(new WasmModule(binary));
        var last = 0;
        while (reader.Remaining > 0)
        {
            int id = reader.ReadByte();
            var section = reader.Slice((int)Math.Min(reader.ReadUInt32(), int.MaxValue));
            if (id > DataCountSection) reader.Fail(WasmErrorCode.UnknownSection);
            if (reader.Failed) break;
            if (id == 0)
            {
                section.ReadName();
            }
            else
            {
                if (Order[id] <= last) reader.Fail(WasmErrorCode.SectionOrder);
                last = Order[id];
                sections.Read(id, ref section);
                if (!section.Failed && section.Remaining > 0) section.Fail(WasmErrorCode.SectionSize);
            }

            if (section.Failed) reader.Fail(section.Error);
        }

        if (!reader.Failed) sections.Finish(ref reader);
        error = reader.Error;
        if (!reader.Failed) module = sections.Module;
        return module is not null;
    }

    /// <summary>A constant expression of one type; its value as bits (specification, section 3.3.7).</summary>
    internal static long ReadConstant(ref WasmReader reader, WasmValueType expected)
    {
        var code = (WasmOperator)reader.ReadByte();
        var (type, value) = code switch
        {
            WasmOperator.I32Const => (WasmValueType.I32, reader.ReadInt32()),
            WasmOperator.I64Const => (WasmValueType.I64, reader.ReadInt64()),
            WasmOperator.F32Const => (WasmValueType.F32, ReadFixed(ref reader, 4)),
            WasmOperator.F64Const => (WasmValueType.F64, ReadFixed(ref reader, 8)),
            _ => (WasmValueType.None, 0),
        };
        if (type != expected || reader.ReadByte() != (byte)WasmOperator.End)
            reader.Fail(WasmErrorCode.BadConstantExpression);
        return value;
    }

    internal static long ReadFixed(ref WasmReader reader, int bytes)
    {
        var value = 0L;
        for (var i = 0; i < bytes; i++) value |= (long)reader.ReadByte() << (8 * i);
        return value;
    }

    /// <summary>Reads section by section into a module.</summary>
    private sealed class Sections(WasmModule module)
    {
        private int[] _declared = [];
        private int _dataCount = -1;

        public WasmModule Module => module;

        public void Read(int id, ref WasmReader reader)
        {
            switch (id)
            {
                case 1: ReadTypes(ref reader); break;
                case 2: ReadImports(ref reader); break;
                case 3: ReadFunctions(ref reader); break;
                case 4: ReadTable(ref reader); break;
                case 5: ReadMemory(ref reader); break;
                case 6: ReadGlobals(ref reader); break;
                case 7: ReadExports(ref reader); break;
                case 8: ReadStart(ref reader); break;
                case 9: ReadElements(ref reader); break;
                case 10: ReadCode(ref reader); break;
                case 11: ReadData(ref reader); break;
                default: _dataCount = (int)Math.Min(reader.ReadUInt32(), int.MaxValue); break;
            }
        }

        /// <summary>What can only be said when all sections have been read.</summary>
        public void Finish(ref WasmReader reader)
        {
            if (module.Bodies.Length != _declared.Length) reader.Fail(WasmErrorCode.CountMismatch, "code");
            if (_dataCount >= 0 && _dataCount != module.Data.Length) reader.Fail(WasmErrorCode.CountMismatch, "data");
        }

        private static WasmValueType[] ReadValueTypes(ref WasmReader reader, int limit)
        {
            var types = new WasmValueType[reader.ReadCount(limit)];
            for (var i = 0; i < types.Length; i++) types[i] = reader.ReadValueType();
            return types;
        }

        private void ReadTypes(ref WasmReader reader)
        {
            var types = new WasmFunctionType[reader.ReadCount(WasmLimits.MaxTypes)];
            for (var i = 0; i < types.Length && !reader.Failed; i++)
            {
                if (reader.ReadByte() != 0x60) reader.Fail(WasmErrorCode.BadType, "function type");
                types[i] = new WasmFunctionType(
                    ReadValueTypes(ref reader, WasmLimits.MaxParameters),
                    ReadValueTypes(ref reader, WasmLimits.MaxBlockResults));
            }

            module.TypeArray = types;
        }

        private void ReadImports(ref WasmReader reader)
        {
            var functions = new List<WasmImport>();
            var types = new List<int>();
            for (var left = reader.ReadCount(WasmLimits.MaxImports); left > 0 && !reader.Failed; left--)
            {
                var (from, name) = (reader.ReadName(), reader.ReadName());
                switch ((WasmExternalKind)reader.ReadByte())
                {
                    case WasmExternalKind.Function:
                        var type = ReadFunctionType(ref reader);
                        if (reader.Failed) return;
                        functions.Add(new WasmImport(from, name, module.TypeArray[type]));
                        types.Add(type);
                        break;
                    case WasmExternalKind.Memory:
                        SetMemory(ref reader);
                        break;
                    case WasmExternalKind.Table:
                    case WasmExternalKind.Global:
                        reader.Fail(WasmErrorCode.Unsupported, "import of a table or global");
                        break;
                    default:
                        reader.Fail(WasmErrorCode.BadFlag, "kind of import");
                        break;
                }
            }

            module.ImportArray = [.. functions];
            module.FunctionTypes = [.. types];
        }

        private int ReadFunctionType(ref WasmReader reader)
        {
            var type = reader.ReadIndex(module.TypeArray.Length, WasmErrorCode.UnknownType);
            if (!reader.Failed && module.TypeArray[type].ResultTypes.Length > 1)
                reader.Fail(WasmErrorCode.Unsupported, "function of several results");
            return type;
        }

        private void ReadFunctions(ref WasmReader reader)
        {
            _declared = new int[reader.ReadCount(WasmLimits.MaxFunctions)];
            for (var i = 0; i < _declared.Length && !reader.Failed; i++) _declared[i] = ReadFunctionType(ref reader);
            module.FunctionTypes = [.. module.FunctionTypes, .. _declared];
        }

        private void ReadTable(ref WasmReader reader)
        {
            if (reader.ReadCount(1) == 0) return;
            if (reader.ReadByte() != 0x70) reader.Fail(WasmErrorCode.Unsupported, "table of other than functions");
            var (minimum, _) = ReadLimits(ref reader, uint.MaxValue);
            if (minimum > WasmLimits.MaxTableSize) reader.Fail(WasmErrorCode.LimitExceeded, "table");
            module.TableSize = reader.Failed ? 0 : (int)minimum;
            module.HasTable = true;
        }

        private void ReadMemory(ref WasmReader reader)
        {
            if (reader.ReadCount(2) == 0) return;
            SetMemory(ref reader);
            if (reader.Remaining > 0) reader.Fail(WasmErrorCode.Unsupported, "several memories");
        }

        private void SetMemory(ref WasmReader reader)
        {
            if (module.HasMemory) reader.Fail(WasmErrorCode.Unsupported, "several memories");
            var (minimum, maximum) = ReadLimits(ref reader, 65_536);
            module.HasMemory = true;
            module.MinimumPages = (int)minimum;
            module.MaximumPages = (int)maximum;
        }

        private static (uint Minimum, uint Maximum) ReadLimits(ref WasmReader reader, uint most)
        {
            var flag = reader.ReadByte();
            if (flag is 2 or 3) reader.Fail(WasmErrorCode.Unsupported, "shared memory");
            else if (flag is > 3 and < 8) reader.Fail(WasmErrorCode.Unsupported, "memory of 64 bits");
            else if (flag > 1) reader.Fail(WasmErrorCode.BadFlag, "limits");
            var minimum = reader.ReadUInt32();
            var maximum = flag == 1 ? reader.ReadUInt32() : most;
            if (minimum > maximum || maximum > most) reader.Fail(WasmErrorCode.LimitExceeded, "limits");
            return reader.Failed ? (0, 0) : (minimum, maximum);
        }

        private void ReadGlobals(ref WasmReader reader)
        {
            var globals = new WasmGlobal[reader.ReadCount(WasmLimits.MaxGlobals)];
            for (var i = 0; i < globals.Length && !reader.Failed; i++)
            {
                var type = reader.ReadValueType();
                var mutable = reader.ReadByte();
                if (mutable > 1) reader.Fail(WasmErrorCode.BadFlag, "mutability");
                globals[i] = new WasmGlobal(type, mutable == 1, ReadConstant(ref reader, type));
            }

            module.GlobalArray = globals;
        }

        private void ReadExports(ref WasmReader reader)
        {
            var exports = new Dictionary<string, WasmExport>(StringComparer.Ordinal);
            for (var left = reader.ReadCount(WasmLimits.MaxExports); left > 0 && !reader.Failed; left--)
            {
                var name = reader.ReadName();
                var kind = (WasmExternalKind)reader.ReadByte();
                var index = kind switch
                {
                    WasmExternalKind.Function =>
                        reader.ReadIndex(module.FunctionTypes.Length, WasmErrorCode.UnknownFunction),
                    WasmExternalKind.Table => reader.ReadIndex(module.HasTable ? 1 : 0, WasmErrorCode.UnknownTable),
                    WasmExternalKind.Memory => reader.ReadIndex(module.HasMemory ? 1 : 0, WasmErrorCode.UnknownMemory),
                    WasmExternalKind.Global => reader.ReadIndex(module.GlobalArray.Length, WasmErrorCode.UnknownGlobal),
                    _ => -1,
                };
                if (index < 0) reader.Fail(WasmErrorCode.BadFlag, "kind of export");
                if (!reader.Failed && !exports.TryAdd(name, new WasmExport(name, kind, index)))
                    reader.Fail(WasmErrorCode.DuplicateExport, name);
            }

            module.ExportTable = exports;
        }

        private void ReadStart(ref WasmReader reader)
        {
            var start = reader.ReadIndex(module.FunctionTypes.Length, WasmErrorCode.UnknownFunction);
            if (reader.Failed) return;
            var type = module.TypeOf(start);
            if (type.ParameterTypes.Length > 0 || type.ResultTypes.Length > 0) reader.Fail(WasmErrorCode.BadStart);
            module.Start = start;
        }

        private void ReadElements(ref WasmReader reader)
        {
            var elements = new WasmElementSegment[reader.ReadCount(WasmLimits.MaxSegments)];
            for (var i = 0; i < elements.Length && !reader.Failed; i++)
            {
                if (reader.ReadUInt32() != 0) reader.Fail(WasmErrorCode.Unsupported, "kind of element segment");
                if (!module.HasTable) reader.Fail(WasmErrorCode.UnknownTable);
                var offset = unchecked((uint)ReadConstant(ref reader, WasmValueType.I32));
                var functions = new int[reader.ReadCount(WasmLimits.MaxTableSize)];
                if (offset + (ulong)functions.Length > (ulong)module.TableSize)
                    reader.Fail(WasmErrorCode.SegmentOutOfRange, "element");
                for (var k = 0; k < functions.Length && !reader.Failed; k++)
                    functions[k] = reader.ReadIndex(module.FunctionTypes.Length, WasmErrorCode.UnknownFunction);
                elements[i] = new WasmElementSegment(unchecked((int)offset), functions);
            }

            module.Elements = elements;
        }

        private void ReadCode(ref WasmReader reader)
        {
            var bodies = new WasmBody[reader.ReadCount(WasmLimits.MaxFunctions)];
            if (bodies.Length != _declared.Length) reader.Fail(WasmErrorCode.CountMismatch, "code");
            for (var i = 0; i < bodies.Length && !reader.Failed; i++)
            {
                var size = reader.ReadUInt32();
                if (size > WasmLimits.MaxBodyBytes) reader.Fail(WasmErrorCode.LimitExceeded, "body");
                var body = reader.Slice((int)Math.Min(size, WasmLimits.MaxBodyBytes));
                var locals = ReadLocals(ref body, module.TypeArray[_declared[i]].ParameterTypes.Length);
                if (body.Failed) reader.Fail(body.Error);
                else bodies[i] = new WasmBody(locals, body.Position, body.End);
            }

            module.Bodies = bodies;
        }

        private static WasmValueType[] ReadLocals(ref WasmReader reader, int parameters)
        {
            // Bytes: collections of a type of this assembly would be compiled whenever a process starts.
            var locals = new List<byte>();
            for (var groups = reader.ReadCount(WasmLimits.MaxLocals); groups > 0 && !reader.Failed; groups--)
            {
                var count = reader.ReadUInt32();
                var type = reader.ReadValueType();
                if (count + (ulong)locals.Count + (ulong)parameters > WasmLimits.MaxLocals)
                    reader.Fail(WasmErrorCode.LimitExceeded, "locals");
                if (!reader.Failed)
                {
                    for (var i = 0; i < count; i++) locals.Add((byte)type);
                }
            }

            var types = new WasmValueType[locals.Count];
            for (var i = 0; i < types.Length; i++) types[i] = (WasmValueType)locals[i];
            return types;
        }

        private void ReadData(ref WasmReader reader)
        {
            var data = new WasmDataSegment[reader.ReadCount(WasmLimits.MaxSegments)];
            for (var i = 0; i < data.Length && !reader.Failed; i++)
            {
                var flag = reader.ReadUInt32();
                if (flag == 1) reader.Fail(WasmErrorCode.Unsupported, "passive data");
                if (flag > 2) reader.Fail(WasmErrorCode.BadFlag, "data");
                if (!module.HasMemory || (flag == 2 && reader.ReadUInt32() != 0))
                    reader.Fail(WasmErrorCode.UnknownMemory);
                var offset = unchecked((uint)ReadConstant(ref reader, WasmValueType.I32));
                var size = reader.ReadCount(WasmLimits.MaxModuleBytes);
                var start = reader.Position;
                reader.ReadBytes(size);
                var pages = Math.Min(module.MinimumPages, WasmLimits.WindowPages);
                if (offset + (ulong)size > (ulong)pages * WasmLimits.PageBytes)
                    reader.Fail(WasmErrorCode.SegmentOutOfRange, "data");
                if (!reader.Failed)
                    data[i] = new WasmDataSegment(unchecked((int)offset), module.Binary.Slice(start, size));
            }

            module.Data = data;
        }
    }
}
