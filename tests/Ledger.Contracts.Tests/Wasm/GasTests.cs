using System.Reflection;
using Ledger.Contracts.Wasm;
using Op = Ledger.Contracts.Wasm.WasmOperator;

namespace Ledger.Contracts.Tests.Wasm;

/// <summary>Exact gas, by the rule of docs/internals/wasm.md; equal however code is compiled.</summary>
public sealed class GasTests
{
    // In quarters of a unit.
    private const int Entry = WasmPrices.Entry;
    private const int Plain = 1;

    [Fact]
    public void Straight_code_costs_its_instructions_rounded_up_to_units()
    {
        // Locals and constants are free.
        Assert.Equal(Units(Entry), GasOf(c => c.I32(5)));
        Assert.Equal(Units(Entry + Plain), GasOf(c => c.Get(0).Get(0).Op(Op.I32Add)));
        Assert.Equal(Units(Entry + (3 * Plain)), GasOf(c => Add(c.Get(0), 3)));
        Assert.Equal(Units(Entry + WasmPrices.Division), GasOf(c => c.Get(0).I32(3).Op(Op.I32DivU)));
        Assert.Equal(Units(Entry + WasmPrices.Multiplication), GasOf(c => c.Get(0).I32(3).Op(Op.I32Mul)));
        Assert.Equal(Units(Entry), GasOf(c => c.Op(Op.Nop).I32(5).Op(Op.Nop)));
    }

    [Fact]
    public void Every_operator_has_a_price_and_only_what_the_host_s_compiler_makes_nothing_of_is_free()
    {
        Op[] free =
        [
            Op.Nop, Op.Block, Op.Loop, Op.Else, Op.End, Op.Drop, Op.LocalGet, Op.LocalSet, Op.LocalTee, Op.I32Const,
            Op.I64Const, Op.F32Const, Op.F64Const,
        ];

        Assert.Equal(free.Order(), Enum.GetValues<Op>().Where(o => WasmPrices.Of(o) == 0).Order());
        foreach (var access in Enum.GetValues<Op>())
        {
            if (!WasmSignature.TryOfAccess(access, out _, out var bytes)) continue;
            var price = WasmSignature.IsStore(access) ? WasmPrices.Store
                : bytes < 4 ? WasmPrices.LoadSmall
                : WasmPrices.Load;
            Assert.Equal(price, WasmPrices.Of(access));
        }

        Assert.Equal(WasmPrices.Float, WasmPrices.Of(Op.F64Add));
        Assert.Equal(WasmPrices.Conversion, WasmPrices.Of(Op.I64TruncSatF64U));
        Assert.Equal(WasmPrices.Conversion, WasmPrices.Of(Op.F64ConvertI32S));
        Assert.Equal(Plain, WasmPrices.Of(Op.I32WrapI64));
        Assert.Equal(Plain, WasmPrices.Of(Op.I64ExtendI32U));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1000)]
    public void A_loop_costs_its_code_each_time_round(int times)
    {
        // A subtraction and the branch; what is behind it can only be reached from here.
        var gas = GasOf(c => c.Block(Op.Loop, CodeBuilder.None, Countdown).Get(0), times);

        Assert.Equal(Units(Entry) + ((long)Units(WasmPrices.Round + (2 * Plain)) * times), gas);
    }

    [Theory]
    [InlineData("walk", WasmPrices.SingleWalk, 1)]
    [InlineData("walk-twice", WasmPrices.DoubleWalk, 2)]
    public void A_walk_along_pointers_in_a_large_memory_pays_for_places_that_it_has_not_come_by_lately(
        string walk, int price, int loads)
    {
        const int Places = 1000;
        using var guest = new Guest(Walker(), pages: WasmPrices.WalkPages + 1, most: WasmPrices.WalkPages + 1);
        guest.GasOf(g => g.Call(Places, "link"));

        var first = guest.GasOf(g => g.Call(Places * Line, walk));
        var again = guest.GasOf(g => g.Call(Places * Line, walk));

        var rounds = Places / loads;
        var round = (long)Units(WasmPrices.Round + (loads * WasmPrices.Load) + Plain);
        Assert.Equal(Units(Entry) + (round * rounds), again);
        Assert.Equal(again + ((long)price * rounds), first);
    }

    [Fact]
    public void A_walk_by_more_places_than_are_remembered_pays_for_each_of_them_again()
    {
        const int Places = 3 * WasmPlaces.Sets * WasmPlaces.Ways / 2;
        using var guest = new Guest(Walker(), pages: WasmPrices.WalkPages + 1, most: WasmPrices.WalkPages + 1);
        guest.GasOf(g => g.Call(Places, "link"));

        var first = guest.GasOf(g => g.Call(Places * Line, "walk"));

        Assert.InRange(first, (long)Places * WasmPrices.SingleWalk, long.MaxValue);
        Assert.Equal(first, guest.GasOf(g => g.Call(Places * Line, "walk")));
    }

    [Fact]
    public void Of_a_set_of_places_the_one_that_came_first_makes_room()
    {
        var places = WasmPlaces.Allocate();
        try
        {
            // Lines that fall into the set of the first; an address within a line is the same place.
            int[] same = [.. SetOf(WasmPlaces.Ways + 1)];
            foreach (var address in same) Assert.True(WasmPlaces.IsNew(places, address));

            Assert.All(same[1..], a => Assert.False(WasmPlaces.IsNew(places, a + Line - 1)));
            Assert.True(WasmPlaces.IsNew(places, same[0]));
            Assert.True(WasmPlaces.IsNew(places, same[1]));
            WasmPlaces.Clear(places);
            Assert.True(WasmPlaces.IsNew(places, same[^1]));
        }
        finally
        {
            WasmPlaces.Free(places);
        }

        static IEnumerable<int> SetOf(int count)
        {
            var address = 0;
            for (; count > 0; address += Line)
            {
                if (WasmPlaces.SetOf(address) != WasmPlaces.SetOf(0)) continue;
                count--;
                yield return address;
            }
        }
    }

    [Fact]
    public void A_memory_is_large_once_it_has_grown_and_what_is_put_back_remembers_no_places()
    {
        using var guest = new Guest(Walker(), pages: WasmPrices.WalkPages, most: WasmPrices.WalkPages + 1);
        guest.GasOf(g => g.Call(10, "link"));
        var small = guest.GasOf(g => g.Call(10 * Line, "walk"));
        var image = guest.Instance.TakeImage();

        Assert.True(guest.Instance.TryGrow(1));
        var large = guest.GasOf(g => g.Call(10 * Line, "walk"));
        var largeImage = guest.Instance.TakeImage();
        guest.Instance.Restore(image);
        var back = guest.GasOf(g => g.Call(10 * Line, "walk"));
        guest.Instance.Restore(largeImage);

        Assert.Equal(small + (10L * WasmPrices.SingleWalk), large);
        Assert.Equal(small, back);
        Assert.Equal(large, guest.GasOf(g => g.Call(10 * Line, "walk")));
        Assert.Equal(small, guest.GasOf(g => g.Call(10 * Line, "walk")));
        guest.Instance.Restore(largeImage);
        Assert.Equal(large, guest.GasOf(g => g.Call(10 * Line, "walk")));
    }

    private const int Line = 1 << WasmPlaces.LineShift;

    // Each line of memory begins with the address of the one before it; the first holds none.
    private static ModuleBuilder Walker() => new ModuleBuilder().Memory(1, WasmPrices.WalkPages + 1)
        .Function("link", [WasmValueType.I32], [WasmValueType.I32], [], c => c.Block(Op.Loop, CodeBuilder.None, l => l
            .Get(0).I32(Line).Op(Op.I32Mul).Get(0).I32(1).Op(Op.I32Sub).Tee(0).I32(Line).Op(Op.I32Mul)
            .Access(Op.I32Store).Get(0).BranchIf(0)).Get(0))
        .Function("walk", [WasmValueType.I32], [WasmValueType.I32], [], c => c.Block(Op.Loop, CodeBuilder.None, l => l
            .Get(0).Access(Op.I32Load).Tee(0).BranchIf(0)).Get(0))
        .Function("walk-twice", [WasmValueType.I32], [WasmValueType.I32], [], c => c.Block(
            Op.Loop, CodeBuilder.None, l => l
                .Get(0).Access(Op.I32Load).Access(Op.I32Load).Tee(0).BranchIf(0)).Get(0));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(0, 0)]
    public void A_long_part_costs_when_it_runs_and_a_short_one_always(int condition, int runs)
    {
        var longOne = GasOf(c => c.Get(0).If(CodeBuilder.None, t => Work(t, 20)).I32(0), condition);
        var shortOne = GasOf(c => c.Get(0).If(CodeBuilder.None, t => Work(t, 5)).I32(0), condition);

        Assert.Equal(Units(Entry + Plain) + (Units(20 * Plain) * runs), longOne);
        Assert.Equal(Units(Entry + Plain + (5 * Plain)), shortOne);
    }

    [Fact]
    public void Code_at_a_join_costs_unless_it_is_next_to_nothing()
    {
        var much = GasOf(c => Work(c.Get(0).If(CodeBuilder.None, _ => { }), 1).Op(Op.Nop).I32(0));
        var enough = GasOf(c => Work(c.Get(0).If(CodeBuilder.None, _ => { }), 9).I32(0));

        Assert.Equal(Units(Entry + Plain), much);
        Assert.Equal(Units(Entry + Plain) + Units(9 * Plain), enough);
    }

    [Fact]
    public void Only_the_branch_that_is_taken_costs()
    {
        CodeBuilder Switch(CodeBuilder c) => c
            .Block(Op.Block, CodeBuilder.None, outer => outer
                .Block(Op.Block, CodeBuilder.None, inner => inner.Get(0).BranchTable(0, 1))
                .Raw(Repeat(30)).Branch(0))
            .I32(0);

        Assert.Equal(Units(Entry + WasmPrices.Table) + Units(31 * Plain), GasOf(c => Switch(c), 0));
        Assert.Equal(Units(Entry + WasmPrices.Table), GasOf(c => Switch(c), 1));
    }

    [Fact]
    public void A_call_costs_the_call_and_the_code_that_it_runs()
    {
        using var guest = new Guest(new ModuleBuilder()
            .Function("callee", [], [], [], c => Work(c, 4))
            .Function("run", [WasmValueType.I32], [WasmValueType.I32], [], c => c.Call(0).Call(0).I32(0)));

        Assert.Equal(
            Units(Entry + (2 * WasmPrices.Call)) + (2 * Units(Entry + (4 * Plain))), guest.GasOf(g => g.Call(0)));
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, 1, 1)]
    [InlineData(16, 2, 1)]
    [InlineData(17, 2, 2)]
    [InlineData(64, 6, 4)]
    [InlineData(1008, 95, 63)]
    [InlineData(1009, 95, 64)]
    [InlineData(1014, 96, 64)]
    public void Bulk_operations_cost_by_the_byte(int bytes, int copied, int filled)
    {
        var own = Units(Entry + WasmPrices.Bulk);
        Assert.Equal(own + copied, GasOf(c => c.I32(0).I32(9).Get(0).Copy().I32(0), bytes));
        Assert.Equal(own + filled, GasOf(c => c.I32(0).I32(9).Get(0).Fill().I32(0), bytes));
    }

    [Fact]
    public void Growing_costs_by_the_page_and_only_when_it_happens()
    {
        var own = Units(Entry + WasmPrices.Bulk);
        Assert.Equal(own + (3 * WasmPrices.Page), GasOf(c => c.Get(0).Grow(), 3));
        Assert.Equal(own, GasOf(c => c.Get(0).Grow(), 16));
        Assert.Equal(own, GasOf(c => c.Get(0).Grow(), -1));
    }

    [Fact]
    public void P20_an_endless_loop_or_recursion_runs_out_of_gas_at_the_same_instruction()
    {
        using var guest = new Guest(new ModuleBuilder().Import("see", [WasmValueType.I64], [])
            .Function("loop", [], [], [WasmValueType.I64], c => c.Block(Op.Loop, CodeBuilder.None, l => l
                .Get(0).I64(1).Op(Op.I64Add).Tee(0).Call(0).Branch(0)))
            .Function("recurse", [], [], [], c => c.Call(2)));

        guest.Instance.Gas = 1000;
        Assert.Equal(WasmTrap.OutOfGas, guest.TrapOf(g => g.Run("loop")));
        var round = Units(WasmPrices.Round + Plain + WasmPrices.Call + Plain);
        Assert.Equal((1000 - Units(Entry)) / round, guest.Seen.Count);
        guest.Instance.Gas = 1000;
        guest.Instance.Depth = long.MaxValue / 2;
        Assert.Equal(WasmTrap.OutOfGas, guest.TrapOf(g => g.Run("recurse")));
    }

    [Fact]
    public void A_copy_that_cannot_be_paid_for_is_not_made()
    {
        using var guest = new Guest(Module(c => c.I32(0).I32(9).Get(0).Fill().I32(0)));

        guest.Instance.Gas = 200;

        Assert.Equal(WasmTrap.OutOfGas, guest.TrapOf(g => g.Call(5000)));
        Assert.Equal(0, guest.Instance.ReadByte(0));
    }

    [Fact]
    public void The_host_charges_before_it_works()
    {
        using var guest = new Guest(Module(c => c.I32(0)));
        guest.Instance.Gas = 10;

        guest.Instance.Charge(10);
        Assert.Equal(0, guest.Instance.Gas);
        Assert.Equal(WasmTrap.OutOfGas, guest.TrapOf(g => g.Instance.Charge(1)));
        Assert.Equal(WasmTrap.OutOfGas, guest.TrapOf(g => g.Instance.Charge(long.MaxValue)));
        Assert.True(guest.Instance.Gas < 0);
    }

    /// <summary>Gas, depth and every byte: optimised, not optimised, in tiers; accesses checked or not.</summary>
    [Fact]
    public void P21_nothing_depends_on_how_the_host_compiles()
    {
        for (var seed = 5_000_000; seed < 5_000_060; seed++)
        {
            var binary = RandomProgram.Build(seed, canonical: false, stray: false);
            var reports = new[]
            {
                Report(binary, WasmAccess.Wrapping, MethodImplAttributes.AggressiveOptimization),
                Report(binary, WasmAccess.Wrapping, MethodImplAttributes.NoOptimization),
                Report(binary, WasmAccess.Wrapping, MethodImplAttributes.IL),
                Report(binary, WasmAccess.Trapping, MethodImplAttributes.AggressiveOptimization),
            };

            Assert.True(reports.Distinct().Count() == 1, $"seed {seed}: {string.Join(", ", reports)}");
        }
    }

    private static string Report(byte[] binary, WasmAccess access, MethodImplAttributes flags)
    {
        using var guest = new Guest(binary, access, pages: 1, most: 4, flags);
        var trap = guest.TrapOf(g => g.RunProgram());
        return $"{trap} {Guest.Plenty - guest.Instance.Gas} {guest.Instance.Depth} {guest.Instance.HashMemory()}";
    }

    private static ModuleBuilder Module(Action<CodeBuilder> write) => new ModuleBuilder().Memory(1)
        .Function("run", [WasmValueType.I32], [WasmValueType.I32], [], write);

    private static long GasOf(Action<CodeBuilder> write, int argument = 1)
    {
        using var guest = new Guest(Module(write));
        return guest.GasOf(g => g.Call(argument));
    }

    private static void Countdown(CodeBuilder code) => code.Get(0).I32(1).Op(Op.I32Sub).Tee(0).BranchIf(0);

    private static int Units(int quarters) => WasmPrices.Units(quarters);

    private static CodeBuilder Add(CodeBuilder code, int times)
    {
        for (; times > 0; times--) code.I32(1).Op(Op.I32Add);
        return code;
    }

    private static CodeBuilder Work(CodeBuilder code, int times) => code.Raw(Repeat(times));

    // A constant, a test for zero, and a drop: three instructions, of which one costs.
    private static byte[] Repeat(int times) =>
        [.. Enumerable.Repeat<byte[]>([0x41, 0, 0x45, 0x1A], times).SelectMany(p => p)];
}
