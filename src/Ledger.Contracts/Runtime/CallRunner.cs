using System.Text;
using Ledger.Contracts.Engine;
using Ledger.Contracts.Runtime.Host;
using Ledger.Contracts.Runtime.Schema;
using Ledger.Core.Contracts;

namespace Ledger.Contracts.Runtime;

/// <summary>What is called of a contract.</summary>
internal enum CallKind
{
    /// <summary>A function of its schema.</summary>
    Function,

    /// <summary>A query of its schema.</summary>
    Query,

    /// <summary>Any function that it exports, by the schedule.</summary>
    Scheduled,
}

/// <summary>
/// Calls contracts: the checks before, the run, the checks after, and back to where it was when it did not return.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class CallRunner(IScriptEngine engine, CodeCache codes)
{
    /// <summary>Calls a function or a query by name.</summary>
    public CallResult Call(
        Session session, CallKind kind, string contract, string function, string arguments, IScriptMeter gas)
    {
        gas.Charge(GasSchedule.Call + GasSchedule.OfJson(arguments));
        if (ContractStore.Read(session.Journal, contract) is not { } record)
            return CallResult.Refused("NO_SUCH_CONTRACT", $"there is no contract '{contract}'");
        if (kind != CallKind.Query && record.State != ContractState.Active)
        {
            return record.State == ContractState.Frozen
                ? CallResult.Refused("CONTRACT_FROZEN", $"contract '{contract}' is frozen")
                : CallResult.Refused("CONTRACT_RETIRED", $"contract '{contract}' is retired; its queries still answer");
        }

        // Its image has no place in the nodes' memory: building it anew for each question would be work that nobody pays.
        if (record.State == ContractState.Retired && !session.IsQuery)
        {
            return CallResult.Refused(
                "CONTRACT_RETIRED", $"contract '{contract}' is retired; it answers queries from outside only");
        }

        if (session.Frames.Any(f => f.Name == contract))
            return CallResult.Refused("REENTRANT", $"contract '{contract}' is already running in this transaction");
        if (session.Frames.Count >= session.Options.Depth)
        {
            return CallResult.Refused(
                "CALL_TOO_DEEP", $"a call goes through at most {session.Options.Depth} contracts");
        }

        if (gas.DepthLeft < CodeCache.BuildDepth)
            return CallResult.Refused("CALL_TOO_DEEP", "too little depth is left to call another contract");
        if (codes.Get(record, session.Journal, out var failure) is not { } code) return failure;
        if (Find(code, kind, function) is not { } schema)
        {
            var what = kind == CallKind.Query ? "query" : "function";
            return CallResult.Refused("NO_SUCH_FUNCTION", $"contract '{contract}' has no {what} '{function}'");
        }

        if (Fault(schema.Arguments, arguments, gas) is { } fault)
            return CallResult.Refused("ARGUMENTS_INVALID", fault);
        var caller = session.Frames.Count > 0 ? FrameCaller.Contract
            : kind == CallKind.Scheduled ? FrameCaller.Schedule
            : FrameCaller.Origin;
        var isReadOnly = kind == CallKind.Query || (session.Frames.Count > 0 && session.Frames[^1].IsReadOnly);
        var frame = new Frame(record, code, caller, isReadOnly);
        var path = kind == CallKind.Query ? "queries." + function : function;
        return Run(session, frame, path, arguments, schema.Result, gas);
    }

    /// <summary>Runs a function of a frame; what it did is undone unless it returned.</summary>
    public CallResult Run(
        Session session, Frame frame, string path, string arguments, SchemaNode result, IScriptMeter gas,
        string upgrade = "null")
    {
        var savepoint = session.Save();
        var context = ContextText.Of(session, frame, upgrade);
        if (gas.GasLeft == 0) gas.Charge(1);
        var limits = new ScriptLimits(
            gas.GasLeft, session.Options.Pages, gas.DepthLeft, session.Time.UnixMilliseconds);
        ScriptOutcome outcome;
        session.Frames.Add(frame);
        try
        {
            outcome = engine.Run(
                frame.Code.Image, path, context, arguments, new ContractHost(session, frame, this), limits);
        }
        finally
        {
            session.Frames.RemoveAt(session.Frames.Count - 1);
        }

        gas.Charge(outcome.GasUsed);
        // Gas is shared: when it is gone it is gone for the caller too, who cannot catch that.
        if (outcome.Status == ScriptStatus.OutOfGas) gas.Charge(gas.GasLeft + 1);
        var ended = Checked(CallResult.Of(outcome), result, gas);
        if (!ended.IsReturned) session.Revert(savepoint);
        return ended;
    }

    /// <summary>What is wrong with a JSON text by a schema; null when nothing is.</summary>
    public static string? Fault(SchemaNode schema, string json, IScriptMeter gas)
    {
        if (JsonRules.Utf8Of(json) is not { } utf8) return "/: not Unicode text";
        using var document = JsonRules.Parse(utf8, out var fault);
        return document is null ? fault : new SchemaChecker(gas.Charge).Check(schema, document.RootElement);
    }

    private static CallResult Checked(CallResult result, SchemaNode schema, IScriptMeter gas)
    {
        if (!result.IsReturned) return result;
        var value = result.Value!;
        gas.Charge(GasSchedule.OfJson(value));
        if (Encoding.UTF8.GetByteCount(value) > ContractLimits.ValueBytes)
            return CallResult.Failed("RESULT_TOO_LARGE", $"a result has at most {ContractLimits.ValueBytes} bytes of JSON");
        return Fault(schema, value, gas) is { } fault ? CallResult.Failed("RESULT_INVALID", fault) : result;
    }

    private static FunctionSchema? Find(ContractCode code, CallKind kind, string function)
    {
        if (kind == CallKind.Query) return code.Schema.Queries.GetValueOrDefault(function);
        if (ContractSchema.IsReserved(function) || !code.Has(function)) return null;
        if (code.Schema.Functions.TryGetValue(function, out var schema)) return schema;
        // A function that is exported and not in the schema is the schedule's alone.
        return kind == CallKind.Scheduled ? new FunctionSchema(SchemaNode.Anything, SchemaNode.Anything) : null;
    }
}
