using Ledger.Core.Crypto;

namespace Ledger.Consensus.Messages;

/// <summary>The kinds of message, as numbered on the wire (docs/spec/consensus.md).</summary>
public enum MessageKind
{
    /// <summary>No message.</summary>
    None = 0,

    /// <summary>The primary proposes a block.</summary>
    PrePrepare = 1,

    /// <summary>A backup accepts a proposal.</summary>
    Prepare = 2,

    /// <summary>A validator holds a certificate that the proposal is prepared.</summary>
    Commit = 3,

    /// <summary>A validator executed a block and made it durable.</summary>
    Checkpoint = 4,

    /// <summary>A validator asks for another view.</summary>
    ViewChange = 5,

    /// <summary>A primary opens its view.</summary>
    NewView = 6,

    /// <summary>A validator tells how far it is. Unsigned.</summary>
    Status = 7,

    /// <summary>A certified header for one that is behind. Unsigned: the certificate speaks for itself.</summary>
    StableNotice = 8,
}

/// <summary>Domain tags of consensus: one for each purpose, so that no signature can serve for another.</summary>
public static class ConsensusTags
{
    /// <summary>Hash of a proposal.</summary>
    public static DomainTag Proposal { get; } = new("ledger/proposal/1");

    /// <summary>Signature of a pre-prepare.</summary>
    public static DomainTag PrePrepare { get; } = new("ledger/pre-prepare/1");

    /// <summary>Signature of a prepare.</summary>
    public static DomainTag Prepare { get; } = new("ledger/prepare/1");

    /// <summary>Signature of a commit.</summary>
    public static DomainTag Commit { get; } = new("ledger/commit/1");

    /// <summary>Signature of a view-change.</summary>
    public static DomainTag ViewChange { get; } = new("ledger/view-change/1");

    /// <summary>Signature of a new-view.</summary>
    public static DomainTag NewView { get; } = new("ledger/new-view/1");
}
