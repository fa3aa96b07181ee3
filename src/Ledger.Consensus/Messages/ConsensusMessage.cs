using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;

namespace Ledger.Consensus.Messages;

/// <summary>
/// A message between validators: an envelope of kind, signer, payload, signature and, for proposals, attachments that
/// the payload commits to by digest. A closed hierarchy; immutable.
/// </summary>
public abstract class ConsensusMessage
{
    private protected ConsensusMessage(
        MessageKind kind,
        ValidatorIndex signer,
        ReadOnlyMemory<byte> payload,
        ReadOnlyMemory<byte> signature)
    {
        Kind = kind;
        Signer = signer;
        Payload = payload;
        Signature = signature;
    }

    /// <summary>The kind.</summary>
    public MessageKind Kind { get; }

    /// <summary>Who signed it; for an unsigned message, who sent it.</summary>
    public ValidatorIndex Signer { get; }

    /// <summary>The payload's exact bytes.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>The signature; empty for unsigned kinds.</summary>
    public ReadOnlyMemory<byte> Signature { get; }

    /// <summary>
    /// Whether another validator than the signer may pass it on. Only where the signature covers everything that the
    /// message says: a checkpoint's does not cover its height, and an unsigned message is nobody's but the sender's.
    /// </summary>
    public bool MayBeRelayed => Kind is MessageKind.PrePrepare or MessageKind.NewView;

    /// <summary>The canonical encoding of the envelope.</summary>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter(Payload.Length + 96);
        writer.UInt64(1, (ulong)Kind);
        writer.UInt64(2, (ulong)Signer.Value);
        writer.Message(3, Payload.Span);
        writer.Bytes(4, Signature.Span);
        WriteAttachments(writer);
        return writer.ToArray();
    }

    private protected virtual void WriteAttachments(CanonicalWriter writer)
    {
    }

    internal static bool IsSigned(MessageKind kind) => kind is not (MessageKind.Status or MessageKind.StableNotice);
}

/// <summary>A signed statement about one proposal in one view: what the three phases have in common.</summary>
public abstract class Vote : ConsensusMessage
{
    private protected Vote(MessageKind kind, ValidatorIndex signer, VoteContent content, ReadOnlyMemory<byte> payload,
        ReadOnlyMemory<byte> signature)
        : base(kind, signer, payload, signature)
    {
        View = content.View;
        Height = content.Height;
        Digest = content.Digest;
    }

    /// <summary>The view.</summary>
    public View View { get; }

    /// <summary>The height.</summary>
    public BlockHeight Height { get; }

    /// <summary>The proposal's digest.</summary>
    public Hash256 Digest { get; }
}

/// <summary>The three values that a vote's payload carries after its channel binding.</summary>
internal readonly record struct VoteContent(View View, BlockHeight Height, Hash256 Digest);
