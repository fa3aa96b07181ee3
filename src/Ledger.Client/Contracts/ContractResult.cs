using System.Text;
using Ledger.Client.Submit;
using Ledger.Client.Verify;
using Ledger.Core.Blocks;
using Ledger.Core.Contracts;
using Ledger.Core.Crypto;
using Ledger.Core.Receipts;

namespace Ledger.Client.Contracts;

/// <summary>A contract transaction that took effect.</summary>
/// <param name="Transaction">The transaction and where it stands.</param>
/// <param name="Outcome">What it did, as the node that answered says.</param>
public sealed record ContractResult(AnchorOutcome Transaction, ContractOutcome Outcome)
{
    /// <summary>What it returned, as JSON.</summary>
    public string Value => Encoding.UTF8.GetString(Outcome.Value.Span);
}

/// <summary>What a query returned.</summary>
/// <param name="Outcome">What it did, as the node that answered says: queries are not part of the chain.</param>
/// <param name="Height">The certified block whose state it read.</param>
/// <param name="Time">That block's time.</param>
public sealed record ContractQueryResult(ContractOutcome Outcome, BlockHeight Height, Timestamp Time)
{
    /// <summary>What it returned, as JSON.</summary>
    public string Value => Encoding.UTF8.GetString(Outcome.Value.Span);
}

/// <summary>An event, proven to be part of a certified block.</summary>
/// <param name="Id">The transaction, or the scheduled call, that it is of.</param>
/// <param name="Index">Its place among that one's events.</param>
/// <param name="Event">The event.</param>
/// <param name="Block">The certified header of its block.</param>
public sealed record ContractEventEntry(Hash256 Id, int Index, ContractEvent Event, CertifiedBlockHeader Block)
{
    /// <summary>Its payload, as JSON.</summary>
    public string Payload => Encoding.UTF8.GetString(Event.Payload.Span);
}

/// <summary>Which events are wanted. What is empty is not asked for.</summary>
/// <param name="Contract">The contract.</param>
/// <param name="Event">The event's name.</param>
public sealed record ContractEventFilter(string Contract = "", string Event = "")
{
    internal bool Fits(ContractEvent item) =>
        (Contract.Length == 0 || Contract == item.Contract) && (Event.Length == 0 || Event == item.Name);
}

/// <summary>A result receipt that was verified.</summary>
/// <param name="Receipt">The receipt: keep it.</param>
/// <param name="Content">What it proves.</param>
public sealed record VerifiedResult(ResultReceipt Receipt, ResultContent Content);

/// <summary>A contract of the channel.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Record">What the chain knows of it: the value of its name in the namespace <c>contracts</c>.</param>
public sealed record ContractEntry(string Name, ReadOnlyMemory<byte> Record);
