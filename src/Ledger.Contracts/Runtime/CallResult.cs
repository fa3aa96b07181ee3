using System.Globalization;
using System.Text;
using Ledger.Contracts.Engine;
using Ledger.Core.Contracts;

namespace Ledger.Contracts.Runtime;

/// <summary>How a call ended, before it is known what to do about it.</summary>
/// <param name="Status">How.</param>
/// <param name="Code">Why it did not return, for programs.</param>
/// <param name="Message">Why it did not return, for people.</param>
/// <param name="Value">What it returned, as JSON.</param>
internal readonly record struct CallResult(ContractStatus Status, string Code, string Message, string? Value)
{
    public bool IsReturned => Status == ContractStatus.Returned;

    public static CallResult Returned(string value) => new(ContractStatus.Returned, "", "", value);

    public static CallResult Refused(string code, string message) => new(ContractStatus.Refused, code, message, null);

    public static CallResult Failed(string code, string message) => new(ContractStatus.Failed, code, message, null);

    public static CallResult OutOfGas { get; } =
        new(ContractStatus.OutOfGas, "OUT_OF_GAS", "the gas limit was reached", null);

    /// <summary>What the engine reported.</summary>
    public static CallResult Of(ScriptOutcome outcome) => outcome.Status switch
    {
        ScriptStatus.Returned => Returned(outcome.Value ?? "null"),
        ScriptStatus.OutOfGas => OutOfGas,
        ScriptStatus.OutOfMemory => new(
            ContractStatus.OutOfMemory, "OUT_OF_MEMORY", "the memory limit was reached", null),
        ScriptStatus.TooDeep => new(ContractStatus.TooDeep, "TOO_DEEP", "calls went too deep", null),
        ScriptStatus.Thrown => Failed(CodeOf(outcome.Error), MessageOf(outcome.Error)),
        _ => new(ContractStatus.Trapped, "TRAPPED", "the engine stopped the contract", null),
    };

    /// <summary>The outcome of a transaction that ended so.</summary>
    public ContractOutcome ToOutcome(long gasUsed, Session? session)
    {
        var gas = checked((ulong)gasUsed);
        if (!IsReturned)
            return new ContractOutcome { Status = Status, Code = Code, Message = Line(Message), GasUsed = gas };
        return new ContractOutcome
        {
            Status = Status,
            GasUsed = gas,
            Value = Encoding.UTF8.GetBytes(Value!),
            Events = session is null ? [] : [.. session.Events],
            Records = session is null ? [] : [.. session.Records],
        };
    }

    // What a script says of itself goes into the chain only in the form that the format has for it.
    private static string CodeOf(ScriptError? error) =>
        error?.Code is { } code && ContractLimits.IsIdentifier(code) ? code : "ERROR";

    private static string MessageOf(ScriptError? error) => error switch
    {
        null => "the contract threw",
        { Code: not null } => error.Message,
        _ => $"{error.Name}: {error.Message}",
    };

    /// <summary>A text as one line of at most <see cref="ContractLimits.MessageBytes"/> bytes of well-formed UTF-8.</summary>
    public static string Line(string text)
    {
        var line = new StringBuilder();
        var bytes = 0;
        // Lone surrogates come as U+FFFD.
        foreach (var rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > ContractLimits.MessageBytes) break;
            if (rune.Value is < 0x20 or 0x7f) line.Append(' ');
            else line.Append(rune.ToString());
        }

        return line.ToString();
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Status} {Code} {Message}{Value}");
}
