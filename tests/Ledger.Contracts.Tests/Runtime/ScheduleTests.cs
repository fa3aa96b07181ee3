using System.Globalization;
using System.Text.Json;
using Ledger.Contracts.Runtime;
using Ledger.Contracts.Runtime.Schedule;
using Ledger.Contracts.Tests.Runtime.Support;
using Ledger.Core.Blocks;
using Ledger.Core.Contracts;
using Ledger.Testing.Consensus;
using static Ledger.Contracts.Tests.Runtime.LifecycleTests;
using static Ledger.Contracts.Tests.Runtime.Support.ContractChain;

namespace Ledger.Contracts.Tests.Runtime;

[Collection(SharedEngineTests.Name)]
public sealed class ScheduleTests(ContractThread thread)
{
    private const string Settling = """
        export function settle(ctx, args) {
          const list = ctx.state.get("list") ?? [];
          list.push([args.due, ctx.time]);
          ctx.state.put("list", list);
        }
        export function fails(ctx) {
          ctx.state.put("trace", 1);
          ctx.fail("BROKEN", "it does");
        }
        export const schedule = { settle: { every: "P1D", at: "02:00" }, fails: { every: "PT6H" } };
        """;

    [Theory]
    [InlineData("PT15M", null, null, "2026-01-01T00:07:00Z", "2026-01-01T00:15:00Z")]
    [InlineData("PT15M", null, null, "2026-01-01T00:15:00Z", "2026-01-01T00:30:00Z")]
    [InlineData("PT6H", null, null, "2026-01-01T05:59:59.999Z", "2026-01-01T06:00:00Z")]
    [InlineData("P1D", "02:00", null, "2026-01-01T01:59:59.999Z", "2026-01-01T02:00:00Z")]
    [InlineData("P1D", "02:00", null, "2026-01-01T02:00:00Z", "2026-01-02T02:00:00Z")]
    [InlineData("P1W", "23:59", null, "2026-01-01T00:00:00Z", "2026-01-05T23:59:00Z")]
    [InlineData("P1M", null, null, "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z")]
    [InlineData("P1M", "02:30", 28u, "2026-02-28T02:29:00Z", "2026-02-28T02:30:00Z")]
    [InlineData("P3M", null, 5u, "2026-01-05T00:00:00Z", "2026-04-05T00:00:00Z")]
    [InlineData("P12M", null, null, "2026-06-01T00:00:00Z", "2027-01-01T00:00:00Z")]
    public void A_period_falls_due_at_fixed_times_of_utc(string every, string? at, uint? on, string after, string due)
    {
        var recurrence = Read(every, at, on);

        Assert.Equal(TimeOf(due), recurrence.Next(TimeOf(after)));
    }

    [Theory]
    [InlineData("""{"every":"daily"}""")]
    [InlineData("""{"every":"P0D"}""")]
    [InlineData("""{"every":"P01D"}""")]
    [InlineData("""{"every":"P1Y"}""")]
    [InlineData("""{"every":"PT1S"}""")]
    [InlineData("""{"every":"P1DT1H"}""")]
    [InlineData("""{"every":"P1000D"}""")]
    [InlineData("""{"every":"P-1D"}""")]
    [InlineData("""{"every":"P1D","at":"24:00"}""")]
    [InlineData("""{"every":"P1D","at":"2:00"}""")]
    [InlineData("""{"every":"PT1H","at":"02:00"}""")]
    [InlineData("""{"every":"P1D","on":3}""")]
    [InlineData("""{"every":"P1M","on":29}""")]
    [InlineData("""{"every":"P1M","on":0}""")]
    [InlineData("""{"every":"P1D","until":"2027"}""")]
    [InlineData("""{"at":"02:00"}""")]
    [InlineData("[]")]
    public void Another_period_is_refused_with_a_reason(string entry)
    {
        using var document = JsonDocument.Parse(entry);

        Assert.Null(Recurrence.Read(document.RootElement, out var fault));
        Assert.NotEmpty(fault);
    }

    [Fact]
    public void Periods_are_strictly_after_and_never_skip_a_slot()
    {
        var random = new SplitMix64(3);
        foreach (var every in new[] { "PT1M", "PT7H", "P1D", "P2W", "P1M", "P5M" })
        {
            var recurrence = Read(every, null, null);
            for (var i = 0; i < 200; i++)
            {
                var after = new Timestamp(1_700_000_000_000 + (random.Next() % 100_000_000_000));
                var due = recurrence.Next(after)!.Value;
                Assert.True(due > after);
                // From anywhere in between, the same slot comes next.
                var between = after.UnixMilliseconds + (random.Next() % (due.UnixMilliseconds - after.UnixMilliseconds));
                Assert.Equal(due, recurrence.Next(new Timestamp(between)));
            }
        }
    }

    [Fact]
    public void A_deployed_schedule_falls_due_again_and_again()
    {
        using var chain = new ContractChain(thread);
        Value(chain.Deploy("daily", Settling, "{}"));

        Assert.Equal(TimeOf("2026-01-01T02:00:00Z"), NextDue(chain));
        Assert.Null(chain.Due());
        chain.Ledger.Time = TimeOf("2026-01-01T02:00:00Z");
        Value(chain.Due()!);
        Assert.Null(chain.Due());
        // Three days without a block: the slots that were missed are one call.
        chain.Ledger.Time = TimeOf("2026-01-04T10:00:00Z");
        Ended(ContractStatus.Failed, "BROKEN", chain.Due()!);
        Value(chain.Due()!);
        Assert.Null(chain.Due());

        var first = TimeOf("2026-01-01T02:00:00Z").UnixMilliseconds;
        var second = TimeOf("2026-01-02T02:00:00Z").UnixMilliseconds;
        Assert.Equal(
            $"[[{first},{first}],[{second},{TimeOf("2026-01-04T10:00:01Z").UnixMilliseconds}]]",
            chain.StateOf("daily", "list"));
        Assert.Null(chain.StateOf("daily", "trace"));
        Assert.Equal(TimeOf("2026-01-04T12:00:00Z"), NextDue(chain));
    }

    [Fact]
    public void A_new_version_brings_its_own_schedule_and_keeps_calls_for_one_time()
    {
        using var chain = new ContractChain(thread);
        Value(chain.Deploy("p", Sources.Program + "export const schedule = { due: { every: 'PT1H' } };"));
        var time = chain.Ledger.Time.UnixMilliseconds + 100_000;
        Value(chain.Call("bob", "p", "run", $$"""[{"do":"at","time":{{time}},"fn":"due","args":{} }]"""));
        Assert.Equal(2, Entries(chain));

        Value(chain.Upgrade("p", Sources.Program));

        Assert.Equal(1, Entries(chain));
        Assert.Equal(new Timestamp(time), NextDue(chain));
    }

    [Fact]
    public void Retirement_clears_the_schedule_and_a_freeze_lets_calls_pass_by()
    {
        using var chain = new ContractChain(thread);
        Value(chain.Deploy("daily", Settling, "{}"));
        Value(chain.Manage(ContractAction.Freeze, "daily"));
        chain.Ledger.Time = TimeOf("2026-01-01T02:00:00Z");

        Refused("CONTRACT_FROZEN", chain.Due()!);

        Assert.Equal(2, Entries(chain));
        Value(chain.Manage(ContractAction.Retire, "daily"));
        Assert.Null(NextDue(chain));
        Assert.Equal(0, Entries(chain));
    }

    [Fact]
    public void Random_schedules_are_executed_in_the_order_of_time_and_number()
    {
        using var chain = new ContractChain(thread);
        Value(chain.Deploy("p", Sources.Program));
        Value(chain.Deploy("q", Sources.Program));
        var random = new SplitMix64(5);
        var model = new List<(ulong Time, ulong Number, string Contract, string Id)>();
        var start = chain.Ledger.Time.UnixMilliseconds;
        for (ulong i = 1; i <= 40; i++)
        {
            var contract = random.Chance(500) ? "p" : "q";
            if (random.Chance(200) && model.Count > 0)
            {
                var entry = model[random.Below(model.Count)];
                var cancelled = Value(chain.Call(
                    "bob", contract, "run", $$"""[{"do":"cancel","id":"{{entry.Id}}"}]"""));
                // Only the contract that it belongs to cancels a call.
                Assert.Equal(contract == entry.Contract ? "[true]" : "[false]", cancelled);
                if (contract == entry.Contract) model.Remove(entry);
            }

            var time = start + 1_000_000 + (ulong)random.Below(10);
            var id = Value(chain.Call("bob", contract, "run", $$"""[{"do":"at","time":{{time}},"fn":"due","args":{} }]"""));
            model.Add((time, i, contract, id[2..^2]));
        }

        var executed = new List<string>();
        chain.Ledger.Time = new Timestamp(start + 1_000_004);
        while (chain.Due() is not null)
        {
            executed.Add(chain.History.Count.ToString(CultureInfo.InvariantCulture));
            chain.Ledger.Time = new Timestamp(start + 1_000_004);
        }

        var due = model.Where(m => m.Time <= start + 1_000_004).OrderBy(m => m.Time).ThenBy(m => m.Number).ToArray();
        Assert.Equal(due.Length, executed.Count);
        Assert.NotEmpty(due);
        Assert.Equal(model.Count - due.Length, Entries(chain));
        Assert.Equal(new Timestamp(model.Except(due).Min(m => m.Time)), NextDue(chain));
    }

    [Fact]
    public void A_scheduled_call_is_called_by_the_schedule_and_its_failure_takes_it_off_all_the_same()
    {
        using var chain = new ContractChain(thread);
        Value(chain.Deploy("p", Sources.Program));
        var now = chain.Ledger.Time.UnixMilliseconds;
        Value(chain.Call("bob", "p", "run", $$"""
            [{"do":"at","time":{{now}},"fn":"due","args":{"n":1} },
             {"do":"at","time":{{now}},"fn":"due","args":{"steps":[{"do":"put","key":"x","value":1},
               {"do":"fail","code":"NO"}]} }]
            """));

        Value(chain.Due()!);
        Ended(ContractStatus.Failed, "NO", chain.Due()!);

        Assert.Null(chain.Due());
        Assert.Equal(
            """{"args":{"n":1},"kind":"schedule","origin":null}""", chain.StateOf("p", $"due/{now + 1000}"));
        Assert.Null(chain.StateOf("p", "x"));
        Assert.Equal(0, Entries(chain));
    }

    [Fact]
    public void What_the_schedule_does_not_take_is_refused()
    {
        using var chain = new ContractChain(thread);
        Value(chain.Deploy("p", Sources.Program));
        var later = chain.Ledger.Time.UnixMilliseconds + 1_000_000;

        void Expect(string code, string step) => Assert.Equal(code, chain.Call("bob", "p", "run", $"[{step}]").Code);
        Expect("INVALID_ARGUMENT", """{"do":"at","time":1,"fn":"due","args":{} }""");
        Expect("INVALID_ARGUMENT", """{"do":"at","time":9007199254740991,"fn":"due","args":{} }""");
        Expect("INVALID_ARGUMENT", """{"do":"at","fn":"due","args":{} }""");
        Expect("NO_SUCH_FUNCTION", $$"""{"do":"at","time":{{later}},"fn":"init","args":{} }""");
        Expect("NO_SUCH_FUNCTION", $$"""{"do":"at","time":{{later}},"fn":"perform","args":{} }""");
        Expect("NOT_JSON", $$"""{"do":"at","time":{{later}},"fn":"due"}""");
        Expect("INVALID_ARGUMENT", $$"""{"do":"at","time":{{later}},"fn":"due","args":"{{new string('x', 5000)}}"}""");
        var at = $$"""{"do":"at","time":{{later}},"fn":"due","args":{} }""";
        Expect("SCHEDULE_FULL", string.Join(',', Enumerable.Repeat(at, 65)));
        Value(chain.Call("bob", "p", "run", $"[{string.Join(',', Enumerable.Repeat(at, 64))}]"));
        Expect("SCHEDULE_FULL", at);
    }

    private static Timestamp? NextDue(ContractChain chain) => chain.Runtime.NextDue(chain.Ledger);

    private static int Entries(ContractChain chain) =>
        chain.Ledger.State.Count(w => w.Space == "schedule" && w.Key.Length == 16 && w.Key.Span[0] == 0);

    private static Timestamp TimeOf(string text) => new((ulong)DateTimeOffset.Parse(
        text, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds());

    private static Recurrence Read(string every, string? at, uint? on)
    {
        var json = new JsonText().Open('{').Name("every").Text(every);
        if (at is not null) json.Name("at").Text(at);
        if (on is { } day) json.Name("on").Number(day);
        using var document = JsonDocument.Parse(json.Close('}').ToString());
        return Recurrence.Read(document.RootElement, out var fault) ?? throw new InvalidOperationException(fault);
    }
}
