using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Encoding;
using Ledger.Core.Evidence;

namespace Ledger.Core.Contracts;

/// <summary>How a contract transaction ended. The numbers are part of the format.</summary>
public enum ContractStatus
{
    /// <summary>Absent; never valid.</summary>
    None = 0,

    /// <summary>It returned: its writes, events and records took effect.</summary>
    Returned = 1,

    /// <summary>The contract failed on purpose or threw: nothing took effect.</summary>
    Failed = 2,

    /// <summary>The gas limit was reached: nothing took effect.</summary>
    OutOfGas = 3,

    /// <summary>The memory limit was reached: nothing took effect.</summary>
    OutOfMemory = 4,

    /// <summary>Calls went too deep: nothing took effect.</summary>
    TooDeep = 5,

    /// <summary>The engine stopped the contract: nothing took effect.</summary>
    Trapped = 6,

    /// <summary>
    /// It was refused before it ran (no such contract or function, frozen, not allowed, arguments that the schema
    /// refuses): nothing took effect.
    /// </summary>
    Refused = 7,
}

/// <summary>An event that a contract emitted.</summary>
/// <param name="Contract">Which contract.</param>
/// <param name="Name">Its name: <see cref="ContractLimits.IsIdentifier"/>.</param>
/// <param name="Payload">JSON in UTF-8.</param>
public sealed record ContractEvent(string Contract, string Name, ReadOnlyMemory<byte> Payload);

/// <summary>
/// What a contract transaction did (<c>ledger.core.v1.ContractOutcome</c>), part of its result and so under the block's
/// result root. Canonical; immutable.
/// </summary>
public sealed record ContractOutcome
{
    /// <summary>How it ended.</summary>
    public required ContractStatus Status { get; init; }

    /// <summary>Why it did not return, for programs: upper case, such as <c>INSUFFICIENT_FUNDS</c>.</summary>
    public string Code { get; init; } = "";

    /// <summary>Why it did not return, for people.</summary>
    public string Message { get; init; } = "";

    /// <summary>Gas used.</summary>
    public ulong GasUsed { get; init; }

    /// <summary>What it returned, as JSON in UTF-8; empty when it did not.</summary>
    public ReadOnlyMemory<byte> Value { get; init; }

    /// <summary>The events, in order.</summary>
    public IReadOnlyList<ContractEvent> Events { get; init; } = [];

    /// <summary>The evidence records that it appended, each in its exact bytes.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Records { get; init; } = [];

    /// <summary>The canonical encoding.</summary>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter(256 + Value.Length);
        writer.UInt64(1, (ulong)Status);
        writer.Text(2, Code);
        writer.Text(3, Message);
        writer.UInt64(4, GasUsed);
        writer.Bytes(5, Value.Span);
        foreach (var item in Events)
        {
            var start = writer.BeginMessage(6);
            writer.Text(1, item.Contract);
            writer.Text(2, item.Name);
            writer.Bytes(3, item.Payload.Span);
            writer.EndMessage(start);
        }

        foreach (var record in Records) writer.Message(7, record.Span);
        return writer.ToArray();
    }

    /// <summary>Decodes an outcome. Its parts are copies.</summary>
    public static bool TryDecode(
        ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out ContractOutcome? outcome, out DecodeError error)
    {
        outcome = null;
        var reader = new CanonicalReader(bytes);
        var status = (ContractStatus)reader.UInt32(1, (uint)ContractStatus.Refused);
        var code = reader.Text(2, ContractLimits.IdentifierBytes);
        var message = reader.Text(3, ContractLimits.MessageBytes);
        var gas = reader.UInt64(4, long.MaxValue);
        var value = reader.Bytes(5, ContractLimits.ValueBytes).ToArray();
        var events = new List<ContractEvent>();
        while (reader.IsNext(6)) ReadEvent(ref reader, events);
        var records = new List<ReadOnlyMemory<byte>>();
        while (reader.IsNext(7))
        {
            var record = reader.Message(7, EvidenceLimits.RecordBytes).ToArray();
            if (records.Count == ContractLimits.Records) reader.Fail(DecodeErrorKind.TooLarge, 7);
            records.Add(record);
        }

        if (reader.Ok && status == ContractStatus.None) reader.Fail(DecodeErrorKind.MissingField, 1);
        var returned = status == ContractStatus.Returned;
        if (reader.Ok && returned == (value.Length == 0)) reader.Fail(DecodeErrorKind.BadValue, 5);
        if (reader.Ok && !returned && events.Count > 0) reader.Fail(DecodeErrorKind.BadValue, 6);
        if (reader.Ok && !returned && records.Count > 0) reader.Fail(DecodeErrorKind.BadValue, 7);
        var ok = reader.End();
        error = reader.Error;
        if (!ok) return false;
        outcome = new ContractOutcome
        {
            Status = status,
            Code = code,
            Message = message,
            GasUsed = gas,
            Value = value,
            Events = events,
            Records = records,
        };
        return true;
    }

    private static void ReadEvent(ref CanonicalReader reader, List<ContractEvent> events)
    {
        var inner = new CanonicalReader(reader.Message(6, ContractLimits.EventBytes + 256));
        var contract = inner.RequiredText(1, ContractLimits.NameBytes);
        var name = inner.RequiredText(2, ContractLimits.IdentifierBytes);
        var payload = inner.Bytes(3, ContractLimits.EventBytes).ToArray();
        if (!inner.End()) reader.Fail(inner.Error.Kind, 6);
        else if (events.Count == ContractLimits.Events) reader.Fail(DecodeErrorKind.TooLarge, 6);
        else events.Add(new ContractEvent(contract, name, payload));
    }
}
