using Ledger.Contracts.Wasm;
using Op = Ledger.Contracts.Wasm.WasmOperator;

namespace Ledger.Contracts.Tests.Wasm;

public sealed class MemoryTests
{
    private static readonly int[] Addresses =
    [
        0, 1, 65535, 65536, WasmLimits.WindowBytes - 1, WasmLimits.WindowBytes, int.MaxValue, int.MinValue,
        -65536, -8, -1,
    ];

    private static readonly long[] Offsets =
        [0, 1, WasmCompiler.MaxFieldOffset, WasmCompiler.MaxFieldOffset + 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF];

    /// <summary>
    /// Every access at every edge stays in the instance: the process lives, and another instance is as it was.
    /// </summary>
    [Fact]
    public void Wrapping_accesses_never_leave_their_instance()
    {
        var codes = Enum.GetValues<Op>().Where(o => WasmSignature.TryOfAccess(o, out _, out _)).ToArray();
        var module = new ModuleBuilder().Memory(1);
        foreach (var code in codes)
        {
            foreach (var offset in Offsets)
            {
                WasmSignature.TryOfAccess(code, out var type, out _);
                module.Function($"{code} {offset}", [WasmValueType.I32], [WasmValueType.I32], [], c =>
                {
                    c.Get(0);
                    if (WasmSignature.IsStore(code)) c.Constant(type, -1).Access(code, offset);
                    else c.Access(code, offset).Raw(0x1A);
                    c.I32(0);
                });
            }
        }

        using var guest = new Guest(module, WasmAccess.Wrapping);
        using var other = new WasmInstance(guest.Code, 1, 1, this);
        var before = other.HashAll();
        foreach (var export in guest.Code.Module.Exports.Keys)
        {
            foreach (var address in Addresses) guest.Call(address, export);
        }

        Assert.Equal(before, other.HashAll());
        Assert.NotEqual(before, guest.Instance.HashAll());
    }

    [Fact]
    public void Wrapping_is_defined()
    {
        using var guest = new Guest(
            new ModuleBuilder().Memory(1)
                .Function("store", [WasmValueType.I32], [WasmValueType.I32], [],
                    c => c.Get(0).I32(0x01020304).Access(Op.I32Store, 4).I32(0))
                .Function("load", [WasmValueType.I32], [WasmValueType.I32], [], c => c.Get(0).Access(Op.I32Load, 4)),
            WasmAccess.Wrapping);

        guest.Call(WasmLimits.WindowBytes + 100, "store");

        Assert.Equal(0x01020304, guest.Call(100, "load"));
        Assert.Equal(0x01020304, guest.Instance.ReadInt32(104));
        foreach (var beyond in new[] { WasmLimits.WindowBytes + 100, int.MaxValue, int.MinValue, -100 })
            Assert.Equal(0, guest.Call(beyond, "load"));
    }

    [Theory]
    [InlineData(0, 65532, WasmTrap.None)]
    [InlineData(0, 65533, WasmTrap.OutOfBounds)]
    [InlineData(4, 65528, WasmTrap.None)]
    [InlineData(4, 65529, WasmTrap.OutOfBounds)]
    [InlineData(4, -4, WasmTrap.OutOfBounds)]
    [InlineData(0xFFFFFFFF, 1, WasmTrap.OutOfBounds)]
    [InlineData(0xFFFFFFFF, -1, WasmTrap.OutOfBounds)]
    public void Trapping_accesses_trap_at_the_first_byte_outside(long offset, int address, WasmTrap expected)
    {
        using var guest = new Guest(new ModuleBuilder().Memory(1)
            .Function("store", [WasmValueType.I32], [WasmValueType.I32], [],
                c => c.Get(0).I32(-1).Access(Op.I32Store, offset).I32(0))
            .Function("load", [WasmValueType.I32], [WasmValueType.I32], [], c => c.Get(0).Access(Op.I32Load, offset)));
        var before = guest.Instance.HashAll();

        Assert.Equal(expected, guest.TrapOf(g => g.Call(address, "load")));
        Assert.Equal(expected, guest.TrapOf(g => g.Call(address, "store")));
        Assert.Equal(expected != WasmTrap.None, before == guest.Instance.HashAll());
    }

    [Fact]
    public void The_host_cannot_reach_outside_the_pages()
    {
        using var guest = new Guest(new ModuleBuilder().Memory(1));
        var instance = guest.Instance;

        Assert.Equal(65536, instance.Memory(0, 65536).Length);
        Assert.Equal(0, instance.Memory(65536, 0).Length);
        (uint, uint)[] outside = [(0, 65537), (65536, 1), (uint.MaxValue, 1), (1, uint.MaxValue)];
        foreach (var (address, length) in outside)
            Assert.Equal(WasmTrap.OutOfBounds, guest.TrapOf(g => g.Instance.Memory(address, length)));
        Assert.Equal(WasmTrap.OutOfBounds, guest.TrapOf(g => g.Instance.ReadInt64(65529)));
        Assert.Equal(WasmTrap.OutOfBounds, guest.TrapOf(g => g.Instance.WriteInt32(uint.MaxValue, 1)));
        instance.Memory(65533, 3).Fill(1);
        Assert.Equal(WasmTrap.OutOfBounds, guest.TrapOf(g => g.Instance.ReadZeroTerminated(65533)));
        Assert.Equal(WasmTrap.OutOfBounds, guest.TrapOf(g => g.Instance.ReadZeroTerminated(uint.MaxValue)));
        instance.WriteByte(65535, 0);
        Assert.Equal(2, instance.ReadZeroTerminated(65533).Length);
    }

    [Fact]
    public void Memory_grows_to_the_least_of_the_bounds()
    {
        using var guest = new Guest(new ModuleBuilder().Memory(1, 4).Function(
            "run", [WasmValueType.I32], [WasmValueType.I32], [], c => c.Get(0).Grow()), most: 16);

        Assert.Equal(1, guest.Call(2));
        Assert.Equal(-1, guest.Call(2));
        Assert.Equal(3, guest.Call(1));
        Assert.Equal(-1, guest.Call(int.MinValue));
        Assert.Equal((4, false), (guest.Instance.Pages, guest.Instance.TryGrow(int.MaxValue)));
        guest.Instance.MaximumPages = 3;
        Assert.True(guest.Instance.TryGrow(0) || guest.Instance.Pages > 3);
        Assert.Throws<ArgumentOutOfRangeException>(() => guest.Instance.MaximumPages = WasmLimits.WindowPages + 1);
    }

    [Fact]
    public void Data_goes_where_it_belongs_and_must_fit()
    {
        var module = new ModuleBuilder().Memory(2).Data(65534, 1, 2, 3);
        using var guest = new Guest(module, pages: 2);

        Assert.Equal([1, 2, 3], guest.Instance.Memory(65534, 3).ToArray());
        Assert.Throws<WasmTrapException>(() => new WasmInstance(guest.Code, 1, 1, this));
    }

    [Fact]
    public void Imports_must_be_there_and_of_the_right_type()
    {
        void Compile(string name, WasmValueType type) => WasmCode.Compile(
            Guest.Decode(new ModuleBuilder().Import(name, [type], []).Build()), typeof(GuestImports), new());

        Compile("see", WasmValueType.I64);
        Assert.Throws<ArgumentException>(() => Compile("none", WasmValueType.I64));
        Assert.Throws<ArgumentException>(() => Compile("see", WasmValueType.I32));
    }

    [Fact]
    public void The_start_function_runs_when_it_is_asked_to()
    {
        using var guest = new Guest(new ModuleBuilder().Import("see", [WasmValueType.I64], [])
            .Function("first", [], [], [], c => c.I64(7).Call(0)).Start(1));
        Assert.Empty(guest.Seen);

        guest.Instance.Start();

        Assert.Equal([7], guest.Seen);
    }

    [Theory]
    [InlineData(0, WasmTrap.None)]
    [InlineData(1, WasmTrap.IndirectCall)]
    [InlineData(2, WasmTrap.IndirectCall)]
    [InlineData(-1, WasmTrap.IndirectCall)]
    public void The_table_calls_only_what_is_there_and_of_the_type(int index, WasmTrap expected)
    {
        using var guest = new Guest(new ModuleBuilder().Table(0, 1)
            .Function("right", [], [WasmValueType.I32], [], c => c.I32(5))
            .Function("wrong", [], [WasmValueType.I64], [], c => c.I64(5))
            .Function("run", [WasmValueType.I32], [WasmValueType.I32], [], c => c.Get(0).CallIndirect(0)));

        Assert.Equal(expected, guest.TrapOf(g => Assert.Equal(5, g.Call(index))));
    }
}
