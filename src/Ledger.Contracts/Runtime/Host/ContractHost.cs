using System.Globalization;
using Ledger.Contracts.Engine;
using Ledger.Core.Contracts;

namespace Ledger.Contracts.Runtime.Host;

/// <summary>Answers what a running contract asks of the ledger.</summary>
/// <remarks>Not thread-safe; of one run.</remarks>
internal sealed class ContractHost(Session session, Frame frame, CallRunner runner) : IScriptHost
{
    public string? Invoke(int operation, ReadOnlySpan<string?> arguments, IScriptMeter meter)
    {
        var length = 0L;
        foreach (var argument in arguments) length += argument?.Length ?? 0;
        meter.Charge(GasSchedule.Question + (length * GasSchedule.TextByte));
        var answer = AnswerWhole((HostOperation)operation, new HostCall(arguments, meter));
        if (answer is not null) meter.Charge(answer.Length * GasSchedule.TextByte);
        return answer;
    }

    // A refusal can be caught, and the contract goes on: what was asked for is done whole or not at all. Half a transfer
    // would be money that is nowhere, half an entry of the schedule a block that no node can execute.
    private string? AnswerWhole(HostOperation operation, in HostCall call)
    {
        var before = session.Save();
        try
        {
            return Answer(operation, call);
        }
        catch (ScriptHostException)
        {
            session.Revert(before);
            throw;
        }
    }

    private string? Answer(HostOperation operation, in HostCall call)
    {
        if (frame.IsReadOnly && Writes(operation))
            throw new ScriptHostException("READ_ONLY", "a query changes nothing");
        return operation switch
        {
            HostOperation.GasLeft => call.Meter.GasLeft.ToString(CultureInfo.InvariantCulture),
            HostOperation.StateGet => StateHost.Get(session, frame, call),
            HostOperation.StatePut => StateHost.Put(session, frame, call),
            HostOperation.StateDelete => StateHost.Delete(session, frame, call),
            HostOperation.StateScan => StateHost.Scan(session, frame, call),
            HostOperation.Emit => EventHost.Emit(session, frame, call),
            HostOperation.Call => Nested(CallKind.Function, call),
            HostOperation.Query => Nested(CallKind.Query, call),
            HostOperation.EvidenceGet => EvidenceHost.Get(session, call),
            HostOperation.EvidenceByDigest => EvidenceHost.ByDigest(session, call),
            HostOperation.EvidenceTimeline => EvidenceHost.Timeline(session, call),
            HostOperation.EvidenceAppend => EvidenceHost.Append(session, frame, call),
            HostOperation.FingerprintVerify => FingerprintHost.Verify(session, call),
            HostOperation.MemberGet => MemberHost.Get(session, call),
            HostOperation.MemberRole => MemberHost.Role(session, call),
            HostOperation.AccountBalance => AccountHost.Balance(session, call),
            HostOperation.AccountTransfer => AccountHost.Transfer(session, frame, call),
            HostOperation.AccountIssue => AccountHost.Issue(session, frame, call),
            HostOperation.AccountBurn => AccountHost.Burn(session, frame, call),
            HostOperation.ScheduleAt => ScheduleHost.At(session, frame, call),
            HostOperation.ScheduleCancel => ScheduleHost.Cancel(session, frame, call),
            HostOperation.Sha256 => CryptoHost.Sha256(call),
            HostOperation.VerifySignature => CryptoHost.Verify(session, call),
            _ => throw HostCall.Invalid("there is no such question"),
        };
    }

    private static bool Writes(HostOperation operation) => operation
        is HostOperation.StatePut or HostOperation.StateDelete or HostOperation.Emit or HostOperation.Call
        or HostOperation.EvidenceAppend or HostOperation.AccountTransfer or HostOperation.AccountIssue
        or HostOperation.AccountBurn or HostOperation.ScheduleAt or HostOperation.ScheduleCancel;

    // A call that did not return is an error that the caller may catch; what it did is undone by then.
    private string Nested(CallKind kind, in HostCall call)
    {
        var contract = call.Text(0, "contract");
        var function = call.Text(1, "function");
        var arguments = call.Text(2, "arguments");
        if (!ContractLimits.IsName(contract)) throw HostCall.Invalid("contract is not a contract's name");
        if (!ContractLimits.IsIdentifier(function)) throw HostCall.Invalid("function is not an identifier");
        if (arguments.Length > ContractLimits.ArgumentBytes) throw HostCall.Invalid("the arguments are too long");
        var result = runner.Call(session, kind, contract, function, arguments, call.Meter);
        return result.IsReturned ? result.Value! : throw new ScriptHostException(result.Code, result.Message);
    }
}
