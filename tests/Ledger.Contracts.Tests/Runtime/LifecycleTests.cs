using System.Buffers.Binary;
using System.Text;
using Ledger.Contracts.Runtime;
using Ledger.Contracts.Tests.Runtime.Support;
using Ledger.Core.Contracts;
using Ledger.Core.Crypto;
using static Ledger.Contracts.Tests.Runtime.Support.Sources;
using static Ledger.Contracts.Tests.Runtime.Support.ContractChain;

namespace Ledger.Contracts.Tests.Runtime;

[Collection(SharedEngineTests.Name)]
public sealed class LifecycleTests(ContractThread thread)
{
    [Fact]
    public void A_deployment_builds_runs_init_and_reports_version_image_and_exports()
    {
        using var chain = new ContractChain(thread);

        var value = Value(chain.Deploy("counter", Counter, CounterSchema, """{"start":7}"""));

        var record = RecordOf(chain, "counter");
        Assert.Equal(
            $$"""{"version":1,"image":"{{record.ImageHash}}","exports":["add","init","migrate","queries"]}""", value);
        Assert.Equal(("counter", 1u, "ops"), (record.Name, record.Version, record.Owner));
        Assert.Equal(ContractState.Active, record.State);
        Assert.Equal(chain.Engine.Id, record.Engine);
        Assert.Equal(Sha256.Instance.Hash(Encoding.UTF8.GetBytes(Counter)), record.SourceHash);
        Assert.Equal(Sha256.Instance.Hash(Encoding.UTF8.GetBytes(CounterSchema)), record.SchemaHash);
        Assert.Equal(1UL, record.Height.Value);
        Assert.Equal("7", chain.StateOf("counter", "count"));
        Assert.Equal("\"ops\"", chain.StateOf("counter", "owner"));
    }

    [Fact]
    public void A_call_writes_emits_and_returns()
    {
        using var chain = new ContractChain(thread);
        chain.Deploy("counter", Counter, CounterSchema);

        var outcome = chain.Call("bob", "counter", "add", """{"by":5}""");

        Assert.Equal("""{"count":5}""", Value(outcome));
        Assert.Equal("5", chain.StateOf("counter", "count"));
        var happened = Assert.Single(outcome.Events);
        Assert.Equal(("counter", "added", """{"count":5}"""),
            (happened.Contract, happened.Name, Encoding.UTF8.GetString(happened.Payload.Span)));
        Assert.InRange(outcome.GasUsed, 1UL, Gas);
        Assert.Equal("5", Value(chain.Query("counter", "count")));
    }

    [Fact]
    public void An_upgrade_migrates_and_keeps_the_old_source_on_chain()
    {
        using var chain = new ContractChain(thread);
        chain.Deploy("counter", Counter, CounterSchema);
        chain.Call("bob", "counter", "add", """{"by":5}""");
        var newer = Counter.Replace("args.by;", "2 * args.by;", StringComparison.Ordinal);

        Value(chain.Upgrade("counter", newer, CounterSchema, """{"why":"twice"}"""));

        Assert.Equal(2u, RecordOf(chain, "counter").Version);
        Assert.Equal(
            """{"fromVersion":1,"upgrade":{"fromVersion":1,"args":{"why":"twice"}},"version":2}""",
            chain.StateOf("counter", "migrated"));
        Assert.Equal("""{"count":11}""", Value(chain.Call("bob", "counter", "add", """{"by":3}""")));
        Assert.Equal(Counter, VersionOf(chain, "counter/1"));
        Assert.Equal(newer, VersionOf(chain, "counter/2"));
    }

    [Fact]
    public void Contracts_are_deployed_while_their_images_fit_what_every_node_keeps()
    {
        using var chain = new ContractChain(thread);
        Value(chain.Deploy("one", Counter, CounterSchema));
        var one = ImageBytesOf(chain, "");
        Assert.InRange(one, 100_000, 4_000_000);
        Assert.Equal(one, ImageBytesOf(chain, "one/image"));
        using var small = new ContractChain(thread, new ContractRuntimeOptions { ImageBytes = (2 * one) + (one / 2) });
        Value(small.Deploy("one", Counter, CounterSchema));
        Value(small.Deploy("two", Counter, CounterSchema));

        Refused("IMAGES_FULL", small.Deploy("three", Counter, CounterSchema));
        // A new version takes the place of the old one, and a retired contract leaves its own.
        Value(small.Upgrade("two", Counter, CounterSchema));
        Refused("IMAGES_FULL", small.Deploy("three", Counter, CounterSchema));
        Value(small.Manage(ContractAction.Retire, "one"));
        Assert.Equal(0, ImageBytesOf(small, "one/image"));
        Value(small.Deploy("three", Counter, CounterSchema));
    }

    [Fact]
    public void Calls_of_all_contracts_in_turn_build_none_anew()
    {
        using var chain = new ContractChain(thread);
        string[] names = ["one", "two", "three"];
        foreach (var name in names) Value(chain.Deploy(name, Counter, CounterSchema));
        foreach (var name in names) Value(chain.Call("bob", name, "add", """{"by":1}"""));
        var built = chain.Runtime.ImagesBuilt;
        for (var round = 0; round < 3; round++)
        {
            foreach (var name in names) Value(chain.Call("bob", name, "add", """{"by":1}"""));
        }

        Assert.InRange(built, 1, names.Length);
        Assert.Equal(built, chain.Runtime.ImagesBuilt);
    }

    [Fact]
    public void A_frozen_contract_answers_queries_and_nothing_else_until_it_is_unfrozen()
    {
        using var chain = new ContractChain(thread);
        chain.Deploy("counter", Counter, CounterSchema);

        Value(chain.Manage(ContractAction.Freeze, "counter"));
        Refused("CONTRACT_FROZEN", chain.Call("bob", "counter", "add", """{"by":1}"""));
        Assert.Equal("0", Value(chain.Query("counter", "count")));
        Value(chain.Manage(ContractAction.Unfreeze, "counter"));

        Value(chain.Call("bob", "counter", "add", """{"by":1}"""));
    }

    [Fact]
    public void A_retired_contract_is_never_called_again_and_still_answers_queries()
    {
        using var chain = new ContractChain(thread);
        chain.Deploy("counter", Counter, CounterSchema);

        Assert.Equal("""{"version":1,"state":"retired"}""", Value(chain.Manage(ContractAction.Retire, "counter")));

        Refused("CONTRACT_RETIRED", chain.Call("bob", "counter", "add", """{"by":1}"""));
        Refused("CONTRACT_RETIRED", chain.Manage(ContractAction.Retire, "counter"));
        Refused("CONTRACT_RETIRED", chain.Upgrade("counter", Counter, CounterSchema));
        Refused("NOT_FROZEN", chain.Manage(ContractAction.Unfreeze, "counter"));
        Refused("NOT_ACTIVE", chain.Manage(ContractAction.Freeze, "counter"));
        Refused("NAME_TAKEN", chain.Deploy("counter", Counter, CounterSchema));
        Assert.Equal("0", Value(chain.Query("counter", "count")));
    }

    [Fact]
    public void Each_refusal_of_a_deployment_has_its_own_reason_and_changes_nothing()
    {
        using var chain = new ContractChain(thread);
        chain.Deploy("taken", Counter, CounterSchema);
        var before = chain.State();
        var wrongEngine = chain.Body(ContractAction.Deploy, "c", Counter, CounterSchema) with { Engine = Hash256.Zero };
        var notText = chain.Body(ContractAction.Deploy, "c", Counter, CounterSchema)
            with { Source = new byte[] { 0xff, 0xfe } };
        var greedy = chain.Body(ContractAction.Deploy, "c", Counter, CounterSchema) with { GasLimit = 1UL << 40 };
        var poor = chain.Body(ContractAction.Deploy, "c", Counter, CounterSchema) with { GasLimit = 1000 };

        Refused("NOT_ALLOWED", chain.Deploy("c", Counter, CounterSchema, by: "alice"));
        Refused("NAME_TAKEN", chain.Deploy("taken", Counter, CounterSchema));
        Refused("ENGINE_MISMATCH", chain.Execute("ops", wrongEngine));
        Refused("SOURCE_INVALID", chain.Execute("ops", notText));
        Refused("GAS_LIMIT_TOO_HIGH", chain.Execute("ops", greedy));
        Refused("SCHEMA_INVALID", chain.Deploy("c", Counter, """{"functions":{"add":{"argument":{}}}}"""));
        Refused("MISSING_EXPORT", chain.Deploy("c", Counter, """{"functions":{"take":{}}}"""));
        Refused("MISSING_EXPORT", chain.Deploy("c", Counter, """{"queries":{"total":{}}}"""));
        Refused("ARGUMENTS_INVALID", chain.Deploy("c", Counter, CounterSchema, """{"start":"seven"}"""));
        Refused("SCHEDULE_INVALID", chain.Deploy("c", Counter + "export const schedule = { gone: { every: 'P1D' } };"));
        Refused("SCHEDULE_INVALID", chain.Deploy("c", Counter + "export const schedule = { add: { every: 'daily' } };"));
        Ended(ContractStatus.Failed, "SOURCE_INVALID", chain.Deploy("c", "export function (", "{}"));
        Ended(ContractStatus.Failed, "NO", chain.Deploy("c", "export function init(ctx) { ctx.fail('NO', 'no'); }", "{}"));
        Ended(ContractStatus.OutOfGas, "OUT_OF_GAS", chain.Execute("ops", poor));

        Assert.Equal(before, chain.State());
    }

    [Fact]
    public void Each_refusal_of_a_call_has_its_own_reason_and_changes_nothing()
    {
        using var chain = new ContractChain(thread);
        chain.Deploy("counter", Counter, CounterSchema, """{"start":450}""");
        var before = chain.State();

        Refused("NO_SUCH_CONTRACT", chain.Call("bob", "nobody", "add"));
        Refused("NO_SUCH_FUNCTION", chain.Call("bob", "counter", "take"));
        Refused("NO_SUCH_FUNCTION", chain.Call("bob", "counter", "init"));
        Refused("NO_SUCH_FUNCTION", chain.Call("bob", "counter", "migrate"));
        Refused("NO_SUCH_FUNCTION", chain.Query("counter", "add"));
        Refused("ARGUMENTS_INVALID", chain.Call("bob", "counter", "add", """{"by":0}"""));
        Refused("ARGUMENTS_INVALID", chain.Call("bob", "counter", "add", "{"));
        Ended(ContractStatus.Failed, "RESULT_INVALID", chain.Call("bob", "counter", "add", """{"by":51}"""));
        Ended(ContractStatus.OutOfGas, "OUT_OF_GAS", chain.Call("bob", "counter", "add", """{"by":1}""", gas: 100_000));

        Assert.Equal(before, chain.State());
    }

    [Fact]
    public void Only_the_owner_and_managers_manage_a_contract()
    {
        using var chain = new ContractChain(thread);
        chain.Add("dev", "operator");
        chain.Deploy("counter", Counter, CounterSchema, by: "dev");
        // The owner loses its role and keeps its contract.
        chain.Add("dev", "developer");

        foreach (var action in new[] { ContractAction.Freeze, ContractAction.Unfreeze, ContractAction.Retire })
            Refused("NOT_ALLOWED", chain.Manage(action, "counter", "bob"));
        Refused("NOT_ALLOWED", chain.Upgrade("counter", Counter, CounterSchema, by: "bob"));
        Refused("NO_SUCH_CONTRACT", chain.Manage(ContractAction.Freeze, "nobody"));
        Refused("NO_SUCH_CONTRACT", chain.Upgrade("nobody", Counter, CounterSchema));
        Value(chain.Upgrade("counter", Counter, CounterSchema, by: "dev"));
        Value(chain.Manage(ContractAction.Freeze, "counter", "dev"));
        Value(chain.Manage(ContractAction.Unfreeze, "counter"));
        Assert.Equal("dev", RecordOf(chain, "counter").Owner);
    }

    [Fact]
    public void A_failed_migration_leaves_the_old_version_in_place()
    {
        using var chain = new ContractChain(thread);
        chain.Deploy("counter", Counter, CounterSchema);
        var before = chain.State();

        var broken = Counter.Replace(
            "ctx.state.put(\"migrated\"", "ctx.fail(\"BROKEN\"); (0, \"\"", StringComparison.Ordinal);
        Ended(ContractStatus.Failed, "BROKEN", chain.Upgrade("counter", broken, CounterSchema));

        Assert.Equal(before, chain.State());
    }

    [Fact]
    public void P19_limits_that_parameters_set_never_lock_governance_out()
    {
        using var chain = new ContractChain(thread);
        chain.Deploy("counter", Counter, CounterSchema);
        chain.Runtime = new ContractRuntime(new SharedEngine(thread.Engine), new ContractRuntimeOptions
        {
            MaxGas = 0,
            QueryGas = 0,
            ScheduledGas = 0,
            MaxPages = 0,
            CallDepth = 0,
            MaxWrites = 0,
            CacheBytes = 0,
            ManagerRoles = [],
        });

        Value(chain.Manage(ContractAction.Freeze, "counter"));
        Value(chain.Manage(ContractAction.Unfreeze, "counter"));
        Value(chain.Call("bob", "counter", "add", """{"by":1}"""));
        Assert.Equal("1", Value(chain.Query("counter", "count")));
        var upgrade = chain.Body(ContractAction.Upgrade, "counter", Counter, CounterSchema)
            with { GasLimit = (ulong)ContractRuntimeOptions.GasFloor };
        Value(chain.Execute("ops", upgrade));
        Value(chain.Manage(ContractAction.Retire, "counter"));
    }

    internal static void Refused(string code, ContractOutcome outcome) => Ended(ContractStatus.Refused, code, outcome);

    internal static void Ended(ContractStatus status, string code, ContractOutcome outcome)
    {
        Assert.Equal((status, code), (outcome.Status, outcome.Code));
        Assert.NotEmpty(outcome.Message);
    }

    internal static ContractRecord RecordOf(ContractChain chain, string name)
    {
        var value = chain.Ledger.Read("contracts", Encoding.UTF8.GetBytes(name))!.Value;
        Assert.True(ContractRecord.TryDecode(value.Span, out var record, out _));
        return record;
    }

    private static long ImageBytesOf(ContractChain chain, string key) =>
        chain.Ledger.Read("contract-sources", Encoding.UTF8.GetBytes(key)) is { } value
            ? BinaryPrimitives.ReadInt64BigEndian(value.Span)
            : 0;

    private static string VersionOf(ContractChain chain, string key)
    {
        var value = chain.Ledger.Read("contract-sources", Encoding.UTF8.GetBytes(key))!.Value;
        Assert.True(ContractVersion.TryDecode(value.Span, out var version, out _));
        return Encoding.UTF8.GetString(version.Source.Span);
    }
}
