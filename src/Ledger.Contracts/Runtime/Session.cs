using Ledger.Contracts.Engine;
using Ledger.Contracts.Runtime.Schema;
using Ledger.Core.Blocks;
using Ledger.Core.Contracts;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;

namespace Ledger.Contracts.Runtime;

/// <summary>What is under way: a transaction, a scheduled call or a query, with all that it did so far.</summary>
/// <remarks>Not thread-safe; of one execution.</remarks>
internal sealed class Session
{
    public required IContractLedger Ledger { get; init; }

    public required Journal Journal { get; init; }

    public required ContractRuntimeOptions Options { get; init; }

    /// <summary>Whether it answers a query from outside, which is no part of a block.</summary>
    public bool IsQuery { get; init; }

    /// <summary>Of the transaction or of the scheduled call; zero for queries.</summary>
    public required Hash256 Id { get; init; }

    public required BlockHeight Height { get; init; }

    public required Timestamp Time { get; init; }

    /// <summary>The member whose transaction it is; null when nobody signed.</summary>
    public Member? Origin { get; init; }

    public KeyId? Key { get; init; }

    /// <summary>What contracts may still take from the origin's own account.</summary>
    public UInt128 SpendLeft { get; set; }

    /// <summary>Bound: <see cref="ContractLimits.Events"/>.</summary>
    public List<ContractEvent> Events { get; } = [];

    /// <summary>Bound: <see cref="ContractLimits.Records"/>.</summary>
    public List<ReadOnlyMemory<byte>> Records { get; } = [];

    /// <summary>Bytes of <see cref="Events"/> and <see cref="Records"/>.</summary>
    public long OutcomeBytes { get; set; }

    /// <summary>
    /// The contracts that are running, the outermost first. Bound: <see cref="ContractRuntimeOptions.Depth"/>.
    /// </summary>
    public List<Frame> Frames { get; } = [];

    public Savepoint Save() => new(Journal.Mark, Events.Count, Records.Count, OutcomeBytes, SpendLeft);

    public void Revert(in Savepoint savepoint)
    {
        Journal.Revert(savepoint.Journal);
        Events.RemoveRange(savepoint.Events, Events.Count - savepoint.Events);
        Records.RemoveRange(savepoint.Records, Records.Count - savepoint.Records);
        OutcomeBytes = savepoint.OutcomeBytes;
        SpendLeft = savepoint.SpendLeft;
    }

    /// <summary>Writes to the state on behalf of a contract.</summary>
    /// <exception cref="ScriptHostException">The transaction writes too many keys.</exception>
    public void Write(string space, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte>? value)
    {
        if (!Journal.TryWrite(space, key, value)) throw TooManyWrites();
    }

    public ScriptHostException TooManyWrites() =>
        new("TOO_MANY_WRITES", $"a transaction writes at most {Options.Writes} keys");
}

/// <summary>Where a session was.</summary>
internal readonly record struct Savepoint(int Journal, int Events, int Records, long OutcomeBytes, UInt128 SpendLeft);

/// <summary>A contract that is running.</summary>
/// <param name="Record">What the chain knows of it.</param>
/// <param name="Code">Its image and interface.</param>
/// <param name="Caller">Who called it.</param>
/// <param name="IsReadOnly">Whether it is a query, or was called by one.</param>
internal sealed record Frame(ContractRecord Record, ContractCode Code, FrameCaller Caller, bool IsReadOnly)
{
    public string Name => Record.Name;
}

/// <summary>Who called a contract.</summary>
internal enum FrameCaller
{
    /// <summary>The member that signed, or nobody in a query without signature.</summary>
    Origin,

    /// <summary>The contract of the frame below.</summary>
    Contract,

    /// <summary>The schedule.</summary>
    Schedule,
}

/// <summary>A contract ready to run. Immutable.</summary>
/// <param name="Image">Its memory after its module was evaluated.</param>
/// <param name="Schema">Its interface.</param>
/// <param name="Exports">The names that its module exports, in ascending order.</param>
internal sealed record ContractCode(ScriptImage Image, ContractSchema Schema, IReadOnlyList<string> Exports)
{
    public bool Has(string export) => Exports.Contains(export, StringComparer.Ordinal);
}
