using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;

namespace Ledger.Core.Contracts;

/// <summary>What a contract transaction asks for. The numbers are part of the format.</summary>
public enum ContractAction
{
    /// <summary>Absent; never valid.</summary>
    None = 0,

    /// <summary>Puts a new contract on the chain and calls its <c>init</c>.</summary>
    Deploy = 1,

    /// <summary>Calls a function.</summary>
    Call = 2,

    /// <summary>Replaces a contract's source and calls its <c>migrate</c>.</summary>
    Upgrade = 3,

    /// <summary>Stops all calls until it is unfrozen.</summary>
    Freeze = 4,

    /// <summary>Ends a freeze.</summary>
    Unfreeze = 5,

    /// <summary>Stops all calls for ever; state and history stay readable.</summary>
    Retire = 6,
}

/// <summary>
/// The body of a contract transaction (<c>ledger.core.v1.ContractBody</c>). Which fields an action has is part of the
/// format: a field that it has no use for is refused. Immutable.
/// </summary>
public sealed record ContractBody
{
    /// <summary>What is asked for.</summary>
    public required ContractAction Action { get; init; }

    /// <summary>The contract's name: <see cref="ContractLimits.IsName"/>.</summary>
    public required string Contract { get; init; }

    /// <summary>Most gas that may be used, from 1; 0 exactly for freeze, unfreeze and retire.</summary>
    public ulong GasLimit { get; init; }

    /// <summary>The function to call; empty except for a call.</summary>
    public string Function { get; init; } = "";

    /// <summary>The argument of the call, of <c>init</c> or of <c>migrate</c>, as JSON in UTF-8.</summary>
    public ReadOnlyMemory<byte> Arguments { get; init; }

    /// <summary>The source, an ES module in UTF-8; for deploy and upgrade.</summary>
    public ReadOnlyMemory<byte> Source { get; init; }

    /// <summary>The JSON schema of its functions, in UTF-8; for deploy and upgrade.</summary>
    public ReadOnlyMemory<byte> Schema { get; init; }

    /// <summary>The engine that the source was tested with; for deploy and upgrade.</summary>
    public Hash256? Engine { get; init; }

    /// <summary>
    /// Most that contracts may take from the sender's own account in this transaction, in minor units as a decimal
    /// integer; empty is nothing. Only for calls.
    /// </summary>
    public string Spend { get; init; } = "";

    private bool CarriesSource => Action is ContractAction.Deploy or ContractAction.Upgrade;

    private bool Runs => CarriesSource || Action == ContractAction.Call;

    /// <summary>The canonical encoding.</summary>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter(256 + Arguments.Length + Source.Length + Schema.Length);
        writer.UInt64(1, (ulong)Action);
        writer.Text(2, Contract);
        writer.UInt64(3, GasLimit);
        writer.Text(4, Function);
        writer.Bytes(5, Arguments.Span);
        writer.Bytes(6, Source.Span);
        writer.Bytes(7, Schema.Span);
        writer.OptionalHash(8, Engine);
        writer.Text(9, Spend);
        return writer.ToArray();
    }

    /// <summary>Decodes a body. Its parts are views of <paramref name="bytes"/>.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out ContractBody? body, out DecodeError error)
    {
        body = null;
        var reader = new CanonicalReader(bytes.Span);
        var action = (ContractAction)reader.UInt32(1, (uint)ContractAction.Retire);
        var contract = reader.RequiredText(2, ContractLimits.NameBytes);
        var gas = reader.UInt64(3, long.MaxValue);
        var function = reader.Text(4, ContractLimits.IdentifierBytes);
        var arguments = Slice(bytes, ref reader, 5, ContractLimits.ArgumentBytes);
        var source = Slice(bytes, ref reader, 6, ContractLimits.SourceBytes);
        var schema = Slice(bytes, ref reader, 7, ContractLimits.SchemaBytes);
        var engine = reader.OptionalHash(8);
        var spend = reader.Text(9, ContractMoney.MaxDigits);
        var decoded = new ContractBody
        {
            Action = action,
            Contract = contract,
            GasLimit = gas,
            Function = function,
            Arguments = arguments,
            Source = source,
            Schema = schema,
            Engine = engine,
            Spend = spend,
        };
        if (reader.Ok && decoded.FaultyField() is var field and not 0) reader.Fail(DecodeErrorKind.BadValue, field);
        var ok = reader.End();
        error = reader.Error;
        if (ok) body = decoded;
        return ok;
    }

    // The number of the first field that is missing, of the wrong form or of no use to the action; 0 when there is none.
    private int FaultyField()
    {
        if (Action == ContractAction.None) return 1;
        if (!ContractLimits.IsName(Contract)) return 2;
        if (Runs == (GasLimit == 0)) return 3;
        if (Action == ContractAction.Call ? !ContractLimits.IsIdentifier(Function) : Function.Length > 0) return 4;
        if (Runs == Arguments.IsEmpty) return 5;
        if (CarriesSource == Source.IsEmpty) return 6;
        if (CarriesSource == Schema.IsEmpty) return 7;
        if (CarriesSource == (Engine is null)) return 8;
        return Spend.Length > 0 && (Action != ContractAction.Call || !ContractMoney.IsAmount(Spend)) ? 9 : 0;
    }

    private static ReadOnlyMemory<byte> Slice(
        ReadOnlyMemory<byte> bytes, ref CanonicalReader reader, int field, int max)
    {
        var length = reader.Bytes(field, max).Length;
        return reader.Ok ? bytes.Slice(reader.Position - length, length) : default;
    }
}
