using System.Globalization;
using System.Text.Json;
using Ledger.Contracts.Engine;
using Ledger.Contracts.Runtime.Schedule;
using Ledger.Contracts.Runtime.Schema;
using Ledger.Core.Contracts;
using Ledger.Core.Membership;

namespace Ledger.Contracts.Runtime;

/// <summary>The life of contracts: deploy, upgrade, freeze, unfreeze, retire.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class Lifecycle(IScriptEngine engine, CallRunner runner, ContractRuntimeOptions options)
{
    private const string Init = "init";
    private const string Migrate = "migrate";

    public CallResult Deploy(Session session, ContractBody body, IScriptMeter gas)
    {
        if (!IsManager(session.Origin!))
            return NotAllowed($"to deploy, a member holds one of the roles {string.Join(", ", options.ManagerRoles)}");
        if (ContractStore.Read(session.Journal, body.Contract) is not null)
            return CallResult.Refused("NAME_TAKEN", $"there is a contract '{body.Contract}' already; upgrade it");
        return Install(session, body, null, gas);
    }

    public CallResult Upgrade(Session session, ContractBody body, IScriptMeter gas)
    {
        if (Managed(session, body, out var record) is { } refusal) return refusal;
        return record.State == ContractState.Retired
            ? CallResult.Refused("CONTRACT_RETIRED", $"contract '{record.Name}' is retired")
            : Install(session, body, record, gas);
    }

    public CallResult Freeze(Session session, ContractBody body)
    {
        if (Managed(session, body, out var record) is { } refusal) return refusal;
        return record.State == ContractState.Active
            ? Mark(session, record, ContractState.Frozen)
            : CallResult.Refused("NOT_ACTIVE", $"contract '{record.Name}' is frozen or retired already");
    }

    public CallResult Unfreeze(Session session, ContractBody body)
    {
        if (Managed(session, body, out var record) is { } refusal) return refusal;
        return record.State == ContractState.Frozen
            ? Mark(session, record, ContractState.Active)
            : CallResult.Refused("NOT_FROZEN", $"contract '{record.Name}' is not frozen");
    }

    public CallResult Retire(Session session, ContractBody body)
    {
        if (Managed(session, body, out var record) is { } refusal) return refusal;
        if (record.State == ContractState.Retired)
            return CallResult.Refused("CONTRACT_RETIRED", $"contract '{record.Name}' is retired already");
        foreach (var key in ScheduleStore.KeysOf(session.Journal, record.Name))
            ScheduleStore.Remove(session.Journal, record.Name, key);
        if (!ContractStore.TryWriteImageBytes(session.Journal, record.Name, 0))
            throw new InvalidOperationException("there is room for the few writes of a change of state");
        return Mark(session, record, ContractState.Retired);
    }

    private bool IsManager(Member member) => options.ManagerRoles.Any(member.HasRole);

    private CallResult? Managed(Session session, ContractBody body, out ContractRecord record)
    {
        record = null!;
        if (ContractStore.Read(session.Journal, body.Contract) is not { } found)
            return CallResult.Refused("NO_SUCH_CONTRACT", $"there is no contract '{body.Contract}'");
        record = found;
        return found.Owner == session.Origin!.Id || IsManager(session.Origin)
            ? null
            : NotAllowed($"contract '{found.Name}' is managed by its owner '{found.Owner}' and by members with one of the "
                + $"roles {string.Join(", ", options.ManagerRoles)}");
    }

    private static CallResult NotAllowed(string message) => CallResult.Refused("NOT_ALLOWED", message);

    private static CallResult Mark(Session session, ContractRecord record, ContractState state)
    {
        if (!ContractStore.TryWrite(session.Journal, record with { State = state }))
            throw new InvalidOperationException("there is room for the few writes of a change of state");
        return CallResult.Returned(new JsonText().Open('{').Name("version").Number(record.Version)
            .Name("state").Text(NameOf(state)).Close('}').ToString());
    }

    private static string NameOf(ContractState state) => state switch
    {
        ContractState.Active => "active",
        ContractState.Frozen => "frozen",
        _ => "retired",
    };

    // Puts a version in place and runs init, or migrate when there was one before.
    private CallResult Install(Session session, ContractBody body, ContractRecord? before, IScriptMeter gas)
    {
        if (body.Engine != engine.Id)
            return CallResult.Refused("ENGINE_MISMATCH", $"the channel's engine is {engine.Id}; test with that one");
        gas.Charge(GasSchedule.Deploy + ((body.Source.Length + body.Schema.Length) * GasSchedule.SourceByte));
        if (ContractSchema.Parse(body.Schema, out var fault) is not { } schema)
            return CallResult.Refused("SCHEMA_INVALID", fault);
        var result = Build(session, body, schema, gas, out var code);
        if (code is null) return result;
        var plan = new List<(string Function, Recurrence Recurrence)>();
        if (ReadSchedule(session, code, gas, plan) is { } refused) return refused;
        gas.Charge(2 * (GasSchedule.StateRead + GasSchedule.StateWrite));
        var others = ContractStore.ImageBytes(session.Journal) - ContractStore.ImageBytes(session.Journal, body.Contract);
        if (others + code.Image.SizeBytes > options.ImageBytes)
        {
            return CallResult.Refused(
                "IMAGES_FULL",
                $"the images of all contracts take at most {options.ImageBytes} bytes of every node's memory; retire some");
        }

        var record = new ContractRecord
        {
            Name = body.Contract,
            Version = (before?.Version ?? 0) + 1,
            Owner = before?.Owner ?? session.Origin!.Id,
            State = before?.State ?? ContractState.Active,
            Engine = engine.Id,
            SourceHash = options.Suite.Hash.Hash(body.Source.Span),
            SchemaHash = options.Suite.Hash.Hash(body.Schema.Span),
            ImageHash = code.Image.Hash,
            Height = session.Height,
            BuiltAt = session.Time,
            BuildPages = (uint)options.Pages,
        };
        gas.Charge(2 * GasSchedule.StateWrite);
        if (!ContractStore.TryWrite(session.Journal, record)
            || !ContractStore.TryWriteImageBytes(session.Journal, record.Name, code.Image.SizeBytes)
            || !ContractStore.TryWriteVersion(session.Journal, record, new ContractVersion(body.Source, body.Schema))
            || !TryPlan(session, record, plan, gas))
        {
            return CallResult.Failed("SCHEDULE_FULL", "there is no room for the contract's schedule");
        }

        var started = Start(session, body, new Frame(record, code, FrameCaller.Origin, IsReadOnly: false), before, gas);
        return started.IsReturned ? CallResult.Returned(Report(record, code)) : started;
    }

    private CallResult Build(
        Session session, ContractBody body, ContractSchema schema, IScriptMeter gas, out ContractCode? code)
    {
        code = null;
        if (JsonRules.TextOf(body.Source.Span) is not { } source)
            return CallResult.Refused("SOURCE_INVALID", "the source is not UTF-8");
        if (gas.GasLeft == 0) gas.Charge(1);
        var build = engine.Build(source, CodeCache.BuildLimits((uint)options.Pages, session.Time, gas.GasLeft));
        gas.Charge(build.Outcome.GasUsed);
        if (build.Outcome.Status == ScriptStatus.OutOfGas) gas.Charge(gas.GasLeft + 1);
        var result = CallResult.Of(build.Outcome);
        if (build.Image is null) return result with { Code = result.Code == "ERROR" ? "SOURCE_INVALID" : result.Code };
        // A source that builds to different memory on one machine would do so on many: found here, not when nodes disagree.
        var again = engine.Build(source, CodeCache.BuildLimits((uint)options.Pages, session.Time, long.MaxValue >> 1));
        if (again.Image?.Hash != build.Image.Hash)
            return CallResult.Refused("NOT_DETERMINISTIC", "the source builds to different images");
        var built = new ContractCode(build.Image, schema, CodeCache.ExportsOf(build.Outcome));
        if (MissingFunction(built) is { } missing) return NotExported($"function '{missing}'");
        if (schema.Queries.Count > 0 && MissingQuery(session, built, gas) is { } query)
            return NotExported($"query '{query}'");
        code = built;
        return result;
    }

    private static CallResult NotExported(string what) =>
        CallResult.Refused("MISSING_EXPORT", $"the schema has a {what} that the source does not export");

    private static string? MissingFunction(ContractCode code) => code.Schema.Functions.Keys.FirstOrDefault(f => !code.Has(f));

    private string? MissingQuery(Session session, ContractCode code, IScriptMeter gas)
    {
        using var queries = ReadExport(session, code, "queries", gas);
        foreach (var name in code.Schema.Queries.Keys)
        {
            if (queries?.RootElement.ValueKind != JsonValueKind.Object
                || !queries.RootElement.TryGetProperty(name, out var value)
                || value.ValueKind != JsonValueKind.String || value.GetString() != "function")
            {
                return name;
            }
        }

        return null;
    }

    private CallResult? ReadSchedule(
        Session session, ContractCode code, IScriptMeter gas, List<(string Function, Recurrence Recurrence)> plan)
    {
        if (!code.Has("schedule")) return null;
        using var schedule = ReadExport(session, code, "schedule", gas);
        if (schedule?.RootElement.ValueKind != JsonValueKind.Object)
            return CallResult.Refused("SCHEDULE_INVALID", "schedule is not an object");
        foreach (var entry in schedule.RootElement.EnumerateObject())
        {
            var function = entry.Name;
            if (ContractSchema.IsReserved(function) || !ContractLimits.IsIdentifier(function) || !code.Has(function))
                return CallResult.Refused("SCHEDULE_INVALID", $"schedule.{function}: no function of this name is exported");
            if (Recurrence.Read(entry.Value, out var fault) is not { } recurrence)
                return CallResult.Refused("SCHEDULE_INVALID", $"schedule.{function}: {fault}");
            if (plan.Count == ScheduledCall.MaxPerContract)
                return CallResult.Refused("SCHEDULE_INVALID", $"at most {ScheduledCall.MaxPerContract} functions repeat");
            plan.Add((function, recurrence));
        }

        return null;
    }

    private JsonDocument? ReadExport(Session session, ContractCode code, string path, IScriptMeter gas)
    {
        if (gas.GasLeft == 0) gas.Charge(1);
        var outcome = engine.Read(
            code.Image, path, CodeCache.BuildLimits((uint)options.Pages, session.Time, gas.GasLeft));
        gas.Charge(outcome.GasUsed);
        if (outcome.Status == ScriptStatus.OutOfGas) gas.Charge(gas.GasLeft + 1);
        return outcome.Value is { } value && JsonRules.Utf8Of(value) is { } utf8 ? JsonRules.Parse(utf8, out _) : null;
    }

    // The new version's recurring calls take the place of the old one's; calls for one time stay.
    private static bool TryPlan(
        Session session, ContractRecord record, List<(string Function, Recurrence Recurrence)> plan, IScriptMeter gas)
    {
        foreach (var key in ScheduleStore.KeysOf(session.Journal, record.Name))
        {
            gas.Charge(GasSchedule.StateRead);
            if (ScheduleStore.Read(session.Journal, key) is { Every.Length: > 0 })
                ScheduleStore.Remove(session.Journal, record.Name, key);
        }

        foreach (var (function, recurrence) in plan)
        {
            gas.Charge(3 * (GasSchedule.StateRead + GasSchedule.StateWrite));
            if (recurrence.Next(session.Time) is { } due
                && !TryRepeat(session.Journal, record.Name, function, recurrence, due))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Puts a call that repeats on the schedule.</summary>
    public static bool TryRepeat(
        Journal journal, string contract, string function, Recurrence recurrence, Core.Blocks.Timestamp due)
    {
        var call = new ScheduledCall
        {
            Contract = contract,
            Function = function,
            Every = recurrence.Every,
            AtMinute = recurrence.AtMinute,
            OnDay = recurrence.OnDay,
        };
        return ScheduleStore.Add(journal, due, call, out _) == ScheduleStore.Refusal.None;
    }

    private CallResult Start(
        Session session, ContractBody body, Frame frame, ContractRecord? before, IScriptMeter gas)
    {
        var function = before is null ? Init : Migrate;
        var arguments = JsonRules.TextOf(body.Arguments.Span);
        if (arguments is null) return CallResult.Refused("ARGUMENTS_INVALID", "/: not UTF-8");
        var schema = frame.Code.Schema.Functions.GetValueOrDefault(function)
            ?? new FunctionSchema(SchemaNode.Anything, SchemaNode.Anything);
        gas.Charge(GasSchedule.OfJson(arguments));
        if (CallRunner.Fault(schema.Arguments, arguments, gas) is { } fault)
            return CallResult.Refused("ARGUMENTS_INVALID", fault);
        if (!frame.Code.Has(function)) return CallResult.Returned("null");
        gas.Charge(GasSchedule.Call);
        if (before is null)
            return runner.Run(session, frame, function, arguments, schema.Result, gas);
        var from = before.Version.ToString(CultureInfo.InvariantCulture);
        var upgrade = $"{{\"fromVersion\":{from},\"args\":{arguments}}}";
        return runner.Run(session, frame, function, from, schema.Result, gas, upgrade);
    }

    private static string Report(ContractRecord record, ContractCode code)
    {
        var json = new JsonText().Open('{').Name("version").Number(record.Version)
            .Name("image").Text(record.ImageHash.ToString()).Name("exports").Open('[');
        foreach (var name in code.Exports) json.Text(name);
        return json.Close(']').Close('}').ToString();
    }
}
