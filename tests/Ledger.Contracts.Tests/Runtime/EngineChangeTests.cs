using Ledger.Contracts.Engine;
using Ledger.Contracts.Runtime;
using Ledger.Contracts.Runtime.Host;
using Ledger.Contracts.Tests.Runtime.Support;
using Ledger.Core.Contracts;
using Ledger.Core.Crypto;
using static Ledger.Contracts.Tests.Runtime.LifecycleTests;
using static Ledger.Contracts.Tests.Runtime.Support.ContractChain;

namespace Ledger.Contracts.Tests.Runtime;

/// <summary>What only an engine that is at fault, or another one, can bring about. The engine here is a fake.</summary>
public sealed class EngineChangeTests
{
    private const string Schema = """{"functions":{"run":{}}}""";

    [Fact]
    public void P21_a_source_that_builds_to_different_images_is_refused_at_deployment()
    {
        using var chain = Chain(out var engine);
        engine.BuildsDiffer = true;

        Refused("NOT_DETERMINISTIC", chain.Deploy("c", "writes run", Schema));
    }

    [Fact]
    public void P21_a_node_whose_engine_builds_another_image_stops_instead_of_disagreeing()
    {
        using var chain = Chain(out var engine);
        Value(chain.Deploy("c", "writes run", Schema));
        engine.BuildsDiffer = true;

        var error = Assert.Throws<InvalidOperationException>(() => chain.Call("bob", "c", "run"));

        Assert.Contains("this node's engine is at fault", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void P12_contracts_of_an_older_engine_run_on_the_new_one_or_say_that_they_cannot()
    {
        using var chain = Chain(out var engine);
        Value(chain.Deploy("c", "writes run", Schema));
        Value(chain.Deploy("d", "gone run", Schema));
        var newer = new FakeEngine { Id = Sha256.Instance.Hash("newer"u8), BuildsDiffer = true };
        newer.Scripts["writes"] = engine.Scripts["writes"];
        chain.Runtime = new ContractRuntime(newer, new ContractRuntimeOptions());

        Value(chain.Call("bob", "c", "run"));
        Refused("ENGINE_CHANGED", chain.Call("bob", "d", "run"));
        Refused("ENGINE_MISMATCH", chain.Deploy("e", "writes run", Schema));
        // Blocks from before are executed by the engine of their time, as they were.
        chain.Runtime = new ContractRuntime(engine, new ContractRuntimeOptions());
        Value(chain.Call("bob", "d", "run"));
    }

    [Theory]
    [InlineData(ScriptStatus.OutOfMemory, ContractStatus.OutOfMemory, "OUT_OF_MEMORY")]
    [InlineData(ScriptStatus.TooDeep, ContractStatus.TooDeep, "TOO_DEEP")]
    [InlineData(ScriptStatus.Trapped, ContractStatus.Trapped, "TRAPPED")]
    [InlineData(ScriptStatus.OutOfGas, ContractStatus.OutOfGas, "OUT_OF_GAS")]
    [InlineData(ScriptStatus.Thrown, ContractStatus.Failed, "ERROR")]
    public void However_the_engine_stops_a_contract_nothing_takes_effect(
        ScriptStatus stop, ContractStatus status, string code)
    {
        using var chain = Chain(out var engine);
        Value(chain.Deploy("c", "writes run", Schema));
        var before = chain.State();
        engine.NextRun = stop;

        Ended(status, code, chain.Call("bob", "c", "run"));

        Assert.Equal(before, chain.State());
    }

    [Fact]
    public void A_caller_can_catch_that_the_engine_stopped_its_callee()
    {
        using var chain = Chain(out var engine);
        engine.Scripts["caller"] = (_, _, _, ask) =>
        {
            engine.NextRun = ScriptStatus.TooDeep;
            try
            {
                return ask((int)HostOperation.Call, ["c", "run", "{}"]);
            }
            catch (ScriptHostException e)
            {
                return $"\"{e.Code}\"";
            }
        };
        Value(chain.Deploy("c", "writes run", Schema));
        Value(chain.Deploy("caller", "caller run", Schema));

        Assert.Equal("\"TOO_DEEP\"", Value(chain.Call("bob", "caller", "run")));
    }

    [Fact]
    public void A_script_that_asks_what_there_is_not_gets_an_error()
    {
        using var chain = Chain(out var engine);
        engine.Scripts["odd"] = (_, _, argument, ask) => ask(int.Parse(argument.Trim('"'), null), []);
        Value(chain.Deploy("odd", "odd run", Schema));

        foreach (var operation in new[] { "0", "24", "2147483647" })
            Ended(ContractStatus.Failed, "INVALID_ARGUMENT", chain.Call("bob", "odd", "run", operation));
        // A question without its arguments, each of them.
        foreach (var operation in Enum.GetValues<HostOperation>())
        {
            if (operation is HostOperation.None or HostOperation.GasLeft) continue;
            var number = ((int)operation).ToString(System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(ContractStatus.Failed, chain.Call("bob", "odd", "run", number).Status);
        }
    }

    [Fact]
    public void Images_are_kept_within_the_bytes_that_they_may_take()
    {
        using var chain = Chain(out var engine, new ContractRuntimeOptions { CacheBytes = 2 << 20 });
        foreach (var name in new[] { "a", "b", "c" }) Value(chain.Deploy(name, $"writes run {name}", Schema));
        var built = engine.Builds;

        void Call(string name, int builds)
        {
            Value(chain.Call("bob", name, "run"));
            Assert.Equal(built += builds, engine.Builds);
        }

        Call("a", 1);
        Call("b", 1);
        Call("a", 0);
        Call("c", 1);
        // b was used least recently and had to go.
        Call("a", 0);
        Call("b", 1);
    }

    private static ContractChain Chain(out FakeEngine engine, ContractRuntimeOptions? options = null)
    {
        engine = new FakeEngine();
        engine.Scripts["writes"] = (_, _, _, ask) => ask((int)HostOperation.StatePut, ["k", "1"]);
        engine.Scripts["gone"] = (_, _, _, _) => "1";
        return new ContractChain(engine, options);
    }
}
