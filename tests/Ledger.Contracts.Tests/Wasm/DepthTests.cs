using System.Reflection;
using Ledger.Contracts.Engine;
using Ledger.Contracts.Wasm;
using Op = Ledger.Contracts.Wasm.WasmOperator;

namespace Ledger.Contracts.Tests.Wasm;

public sealed class DepthTests
{
    [Fact]
    public void Recursion_traps_at_the_call_that_the_budget_has_no_room_for()
    {
        using var guest = new Guest(Recursive(locals: 3));
        var weight = guest.Code.Statistics[0].Weight;
        guest.Instance.Depth = (10 * weight) + weight - 1;

        Assert.Equal(WasmTrap.TooDeep, guest.TrapOf(g => g.Call(100)));
        Assert.Equal(10, guest.Seen.Count);
    }

    [Fact]
    public void Depth_comes_back_when_calls_return()
    {
        using var guest = new Guest(Recursive(locals: 3));
        guest.Instance.Depth = 10 * guest.Code.Statistics[0].Weight;
        var before = guest.Instance.Depth;

        for (var i = 0; i < 3; i++) Assert.Equal(0, guest.Call(9));

        Assert.Equal(before, guest.Instance.Depth);
    }

    [Fact]
    public void Calls_through_the_table_and_back_from_the_host_share_the_budget()
    {
        using var guest = new Guest(new ModuleBuilder()
            .Import("call", [WasmValueType.I32], [WasmValueType.I32]).Table(1)
            .Function("run", [WasmValueType.I32], [WasmValueType.I32], [], c => c.Get(0).Call(0))
            .Function("through", [WasmValueType.I32], [WasmValueType.I32], [], c => c.Get(0).I32(0).CallIndirect(0)));
        var calls = 0;
        guest.OnCall = n => ++calls > 1000 ? throw new InvalidOperationException("no end") : guest.Call(n, "through");
        guest.Instance.Depth = 20 * guest.Code.Statistics.Max(s => s.Weight);

        Assert.Equal(WasmTrap.TooDeep, guest.TrapOf(g => g.Call(1)));
        Assert.InRange(calls, 8, 12);
    }

    /// <summary>
    /// The greatest budget on the thread that the engine's contract asks for, with the largest frames.
    /// </summary>
    [Theory]
    [InlineData(0, MethodImplAttributes.NoOptimization)]
    [InlineData(WasmLimits.MaxLocals - 1, MethodImplAttributes.NoOptimization)]
    [InlineData(WasmLimits.MaxLocals - 1, MethodImplAttributes.AggressiveOptimization)]
    public void The_stack_of_a_contract_thread_never_overflows(int locals, MethodImplAttributes flags)
    {
        var trap = WasmTrap.None;
        var thread = new Thread(
            () =>
            {
                using var guest = new Guest(Recursive(locals).Build(), flags: flags);
                guest.Instance.Depth = ScriptLimits.MaxDepth;
                trap = guest.TrapOf(g => g.Call(int.MaxValue));
            },
            ScriptLimits.ThreadStackBytes);
        thread.Start();
        thread.Join();

        Assert.Equal(WasmTrap.TooDeep, trap);
    }

    // Counts down by calling itself; its locals are alive across the call.
    private static ModuleBuilder Recursive(int locals) => new ModuleBuilder().Import("see", [WasmValueType.I64], [])
        .Function(
            "run", [WasmValueType.I32], [WasmValueType.I32], [.. Enumerable.Repeat(WasmValueType.I64, locals)],
            c =>
            {
                c.I64(1).Call(0);
                for (var i = 1; i <= locals; i++) c.Get(0).Op(Op.I64ExtendI32S).I64(i).Op(Op.I64Add).Set(i);
                c.Get(0).Op(Op.I32Eqz).If(
                    (int)WasmValueType.I32, t => t.I32(0), o => o.Get(0).I32(1).Op(Op.I32Sub).Call(1));
                for (var i = 1; i <= locals; i++) c.Get(i).Op(Op.I32WrapI64).Op(Op.I32Or);
                c.I32(0).Op(Op.I32And);
            });
}
