namespace Ledger.Network;

/// <summary>The protocols that nodes speak with each other. docs/spec/network.md.</summary>
public static class LedgerProtocols
{
    /// <summary>Votes, proposals and view changes: one-way frames.</summary>
    public static readonly ProtocolId Consensus = new("/ledger/consensus/1");

    /// <summary>Transactions passed on between validators: one-way frames.</summary>
    public static readonly ProtocolId Transactions = new("/ledger/tx/1");

    /// <summary>Blocks and transaction bodies for nodes that lack them: requests and responses.</summary>
    public static readonly ProtocolId Sync = new("/ledger/sync/1");

    /// <summary>A validator's time, so that a wrong clock is noticed: requests and responses.</summary>
    public static readonly ProtocolId Clock = new("/ledger/clock/1");

    /// <summary>What auditors ask validators: requests and responses.</summary>
    public static readonly ProtocolId Audit = new("/ledger/audit/1");
}
