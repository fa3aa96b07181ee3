using Ledger.Contracts.Wasm;

namespace Ledger.Contracts.Tests.Wasm;

public sealed class DecoderTests
{
    private const string Header = "0061736D01000000";

    // A type, a function of it, and its empty body; split so that sections can come in between.
    private const string Type = "010401600000";
    private const string Function = "03020100";
    private const string Code = "0A040102000B";

    /// <summary>Bytes, and the reason for which they are refused.</summary>
    public static TheoryData<string, WasmErrorCode> Refused => new()
    {
        { "", WasmErrorCode.Truncated },
        { "0061736E01000000", WasmErrorCode.BadMagic },
        { "0061736D02000000", WasmErrorCode.BadVersion },
        { Header + "0D00", WasmErrorCode.UnknownSection },
        { Header + "01", WasmErrorCode.Truncated },
        { Header + "0105016000", WasmErrorCode.Truncated },
        { Header + "01FFFFFFFF0F", WasmErrorCode.Truncated },
        { Header + "01FFFFFFFF1F", WasmErrorCode.IntegerTooLong },
        { Header + "01FFFFFFFFFF00", WasmErrorCode.IntegerTooLong },
        { Header + Type + Type, WasmErrorCode.SectionOrder },
        { Header + "03010001020100", WasmErrorCode.SectionOrder },
        { Header + "01050160000000", WasmErrorCode.SectionSize },
        { Header + "0103016100", WasmErrorCode.BadType },
        { Header + "010501600155" + "00", WasmErrorCode.BadType },
        { Header + "010501600170" + "00", WasmErrorCode.Unsupported },
        { Header + "01050160017B" + "00", WasmErrorCode.Unsupported },
        { Header + "0103" + "FF7F60", WasmErrorCode.LimitExceeded },
        { Header + "0106" + "FFFFFFFF0F60", WasmErrorCode.LimitExceeded },
        { Header + "00020180", WasmErrorCode.BadName },
        { Header + "0207" + "01016101610300", WasmErrorCode.Unsupported },
        { Header + "0206" + "010161016105", WasmErrorCode.BadFlag },
        { Header + "0207" + "01016101610000", WasmErrorCode.UnknownType },
        { Header + "03020100", WasmErrorCode.UnknownType },
        { Header + "0106016000027F7F" + "03020100", WasmErrorCode.Unsupported },
        { Header + Type + Function, WasmErrorCode.CountMismatch },
        { Header + Type + Code, WasmErrorCode.CountMismatch },
        { Header + "0C0101", WasmErrorCode.CountMismatch },
        { Header + "0404016F0000", WasmErrorCode.Unsupported },
        { Header + "04050170" + "000100", WasmErrorCode.SectionSize },
        { Header + "04060170" + "00C0843D", WasmErrorCode.LimitExceeded },
        { Header + "0503" + "010202", WasmErrorCode.Unsupported },
        { Header + "0503" + "010401", WasmErrorCode.Unsupported },
        { Header + "0503" + "010801", WasmErrorCode.BadFlag },
        { Header + "0504" + "01010201", WasmErrorCode.LimitExceeded },
        { Header + "0505" + "0100818004", WasmErrorCode.LimitExceeded },
        { Header + "0505" + "0200010001", WasmErrorCode.Unsupported },
        { Header + "0605" + "017F024100", WasmErrorCode.BadFlag },
        { Header + "0606" + "017F0042000B", WasmErrorCode.BadConstantExpression },
        { Header + "0606" + "017F0041000C", WasmErrorCode.BadConstantExpression },
        { Header + "0606" + "017F0023000B", WasmErrorCode.BadConstantExpression },
        { Header + "0705" + "0101610000", WasmErrorCode.UnknownFunction },
        { Header + "0705" + "0101610100", WasmErrorCode.UnknownTable },
        { Header + "0705" + "0101610200", WasmErrorCode.UnknownMemory },
        { Header + "0705" + "0101610300", WasmErrorCode.UnknownGlobal },
        { Header + "0705" + "0101610400", WasmErrorCode.BadFlag },
        { Header + "0503010001" + "0709" + "020161020001610200", WasmErrorCode.DuplicateExport },
        { Header + "080100", WasmErrorCode.UnknownFunction },
        { Header + "0105016000017F" + Function + "080100", WasmErrorCode.BadStart },
        { Header + "0906" + "010041000B00", WasmErrorCode.UnknownTable },
        { Header + "0404" + "01700000" + "0906" + "010141000B00", WasmErrorCode.Unsupported },
        { Header + Type + Function + "0404" + "01700001" + "0907" + "010041010B0100", WasmErrorCode.SegmentOutOfRange },
        { Header + "0404" + "01700001" + "0907" + "010041000B0100", WasmErrorCode.UnknownFunction },
        { Header + "0B06" + "010041000B00", WasmErrorCode.UnknownMemory },
        { Header + "0503010001" + "0B03" + "010100", WasmErrorCode.Unsupported },
        { Header + "0503010001" + "0B03" + "010300", WasmErrorCode.BadFlag },
        { Header + "0503010001" + "0B0A" + "010041FFFF030B0200" + "00", WasmErrorCode.SegmentOutOfRange },
        { Header + Type + Function + "0A05" + "010302" + "017F", WasmErrorCode.Truncated },
        { Header + Type + Function + "0A08" + "010601" + "E9077F" + "0B0B", WasmErrorCode.LimitExceeded },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_is_malformed_is_refused_with_its_reason(string bytes, WasmErrorCode reason)
    {
        Assert.False(WasmModule.TryDecode(Convert.FromHexString(bytes), out var module, out var error));

        Assert.Null(module);
        Assert.True(reason == error.Code, error.ToString());
        Assert.InRange(error.Offset, 0, bytes.Length / 2);
    }

    [Theory]
    [InlineData(Header)]
    [InlineData(Header + Type + Function + Code)]
    [InlineData(Header + "0001" + "00" + Type + "00020161" + Function + Code)]
    [InlineData(Header + "0C0100")]
    [InlineData(Header + "018480808000" + "01600000")]
    public void What_is_well_formed_is_accepted(string bytes) => Guest.Decode(Convert.FromHexString(bytes));

    [Fact]
    public void Everything_that_a_module_says_is_kept()
    {
        var module = Guest.Decode(new ModuleBuilder()
            .Import("see", [WasmValueType.I64], []).Memory(1, 5).Table(1, 0)
            .Global(WasmValueType.F32, true, c => c.F32(0x7FA00001)).Global(WasmValueType.I64, false, c => c.I64(-3))
            .Data(7, 1, 2, 3)
            .Function("run", [WasmValueType.I32], [WasmValueType.F64], [WasmValueType.I64], c => c.F64(0))
            .Export("memory", WasmExternalKind.Memory, 0)
            .Build());

        Assert.Equal(("host", "see"), (module.Imports[0].Module, module.Imports[0].Name));
        Assert.Equal([WasmValueType.I64], module.Imports[0].Type.Parameters);
        Assert.Equal((2, 1, 5, 2), (module.FunctionCount, module.MinimumPages, module.MaximumPages, module.TableSize));
        Assert.Equal([(WasmValueType.F32, true, 0x7FA00001L), (WasmValueType.I64, false, -3L)],
            module.Globals.Select(g => (g.Type, g.Mutable, g.Initial)));
        Assert.Equal((WasmExternalKind.Function, 1), (module.Exports["run"].Kind, module.Exports["run"].Index));
        Assert.Equal([1, 0], module.Elements[0].Functions);
        Assert.Equal([1, 2, 3], module.Data[0].Bytes.ToArray());
        Assert.Equal([WasmValueType.F64], module.TypeOf(1).Results);
    }

    /// <summary>
    /// Whatever is done to a module's bytes: it is refused with a reason, or it compiles, and runs without doing
    /// anything but trap. Either way decoding takes no memory that the bytes do not justify.
    /// </summary>
    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void Mutated_modules_are_refused_or_run(int round)
    {
        var random = new Random(round);
        var refused = new HashSet<WasmErrorCode>();
        var ran = 0;
        for (var i = 0; i < 3000; i++)
        {
            var bytes = Mutated(RandomProgram.Build(random.Next(300), canonical: false, stray: true), random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var decoded = WasmModule.TryDecode(bytes, out var module, out var error);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (256 << 10) + (300L * bytes.Length));
            if (!decoded)
            {
                refused.Add(error.Code);
                continue;
            }

            if (ran >= 150 || !IsProgram(module!)) continue;
            var access = (WasmAccess)(ran % 2);
            using var guest = new Guest(bytes, access, pages: 2);
            guest.Instance.Gas = 300_000;
            guest.TrapOf(g => g.RunProgram());
            ran++;
        }

        Assert.InRange(ran, 50, 150);
        Assert.InRange(refused.Count, 12, 100);
    }

    // What can be called as one.
    private static bool IsProgram(WasmModule module) =>
        module.Imports.Count == 0 && module.Data.Length == 0
        && module.Exports.TryGetValue("run", out var run) && run.Kind == WasmExternalKind.Function
        && module.TypeOf(run.Index).Parameters.SequenceEqual([WasmValueType.I32, WasmValueType.I64])
        && module.TypeOf(run.Index).Results.SequenceEqual([WasmValueType.I32]);

    private static byte[] Mutated(byte[] bytes, Random random)
    {
        for (var changes = 1 + random.Next(2); changes > 0; changes--)
        {
            var at = 8 + random.Next(bytes.Length - 8);
            switch (random.Next(6))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1 or 2: bytes[at] = (byte)random.Next(256); break;
                case 3: bytes[at] = bytes[8 + random.Next(bytes.Length - 8)]; break;
                case 4: bytes = [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + 1 + random.Next(3))..]]; break;
                default: bytes = [.. bytes[..at], 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, .. bytes[at..]]; break;
            }
        }

        return bytes;
    }
}
