using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Encoding;

namespace Ledger.Core.Contracts;

/// <summary>
/// A call that falls due (<c>ledger.core.v1.ScheduledCall</c>): the value in
/// <see cref="Ledger.Core.State.StateNamespaces.Schedule"/>. Canonical; immutable.
/// </summary>
public sealed record ScheduledCall
{
    /// <summary>Most calls that one contract may have on the schedule, those that repeat among them.</summary>
    public const int MaxPerContract = 64;

    /// <summary>Length of a key of the schedule: due time and number.</summary>
    public const int KeySize = 16;

    /// <summary>Longest form of <see cref="Every"/>.</summary>
    public const int EveryBytes = 16;

    /// <summary>The contract to call.</summary>
    public required string Contract { get; init; }

    /// <summary>The function to call: any that the module exports.</summary>
    public required string Function { get; init; }

    /// <summary>Its argument as JSON; empty exactly when the call repeats (it is then given the time it was due).</summary>
    public ReadOnlyMemory<byte> Arguments { get; init; }

    /// <summary>The period of a call that repeats (ISO 8601), empty for one that does not.</summary>
    public string Every { get; init; } = "";

    /// <summary>Minute of the day at which a call that repeats is due.</summary>
    public uint AtMinute { get; init; }

    /// <summary>Day of the month at which a call that repeats by months is due; 0 for others.</summary>
    public uint OnDay { get; init; }

    /// <summary>The canonical encoding.</summary>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter(160 + Arguments.Length);
        writer.Text(1, Contract);
        writer.Text(2, Function);
        writer.Bytes(3, Arguments.Span);
        writer.Text(4, Every);
        writer.UInt64(5, AtMinute);
        writer.UInt64(6, OnDay);
        return writer.ToArray();
    }

    /// <summary>Decodes a call. Its parts are copies.</summary>
    public static bool TryDecode(
        ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out ScheduledCall? call, out DecodeError error)
    {
        call = null;
        var reader = new CanonicalReader(bytes);
        var contract = reader.RequiredText(1, ContractLimits.NameBytes);
        var function = reader.RequiredText(2, ContractLimits.IdentifierBytes);
        var arguments = reader.Bytes(3, ContractLimits.ScheduledArgumentBytes).ToArray();
        var every = reader.Text(4, EveryBytes);
        var minute = reader.UInt32(5, (24 * 60) - 1);
        var day = reader.UInt32(6, 28);
        if (reader.Ok && !ContractLimits.IsName(contract)) reader.Fail(DecodeErrorKind.BadValue, 1);
        if (reader.Ok && !ContractLimits.IsIdentifier(function)) reader.Fail(DecodeErrorKind.BadValue, 2);
        if (reader.Ok && (every.Length == 0) == (arguments.Length == 0)) reader.Fail(DecodeErrorKind.BadValue, 3);
        if (reader.Ok && every.Length == 0 && minute != 0) reader.Fail(DecodeErrorKind.BadValue, 5);
        if (reader.Ok && every.Length == 0 && day != 0) reader.Fail(DecodeErrorKind.BadValue, 6);
        var ok = reader.End();
        error = reader.Error;
        if (!ok) return false;
        call = new ScheduledCall
        {
            Contract = contract,
            Function = function,
            Arguments = arguments,
            Every = every,
            AtMinute = minute,
            OnDay = day,
        };
        return true;
    }
}
