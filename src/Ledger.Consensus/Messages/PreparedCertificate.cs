using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;

namespace Ledger.Consensus.Messages;

/// <summary>One validator's signature under a payload that is known from elsewhere.</summary>
/// <param name="Signer">The validator.</param>
/// <param name="Signature">Its signature.</param>
public readonly record struct VoteSignature(ValidatorIndex Signer, ReadOnlyMemory<byte> Signature);

/// <summary>
/// Proof that a proposal was prepared in a view (OSDI '99 sections 4.2 and 4.4): the primary's pre-prepare and
/// quorum-1 prepares of others. All sign the same view, height and digest, so only their signatures are carried.
/// </summary>
public sealed class PreparedCertificate
{
    internal PreparedCertificate(VoteContent content, VoteSignature prePrepare, IReadOnlyList<VoteSignature> prepares)
    {
        Content = content;
        PrePrepare = prePrepare;
        Prepares = prepares;
    }

    /// <summary>The view in which it was prepared.</summary>
    public View View => Content.View;

    /// <summary>The height.</summary>
    public BlockHeight Height => Content.Height;

    /// <summary>The proposal's digest.</summary>
    public Hash256 Digest => Content.Digest;

    /// <summary>The primary's signature.</summary>
    public VoteSignature PrePrepare { get; }

    /// <summary>Exactly quorum-1 prepares by others than the primary, in ascending order of index.</summary>
    public IReadOnlyList<VoteSignature> Prepares { get; }

    internal VoteContent Content { get; }

    internal void WriteTo(CanonicalWriter writer)
    {
        writer.UInt64(1, View.Value);
        writer.UInt64(2, Height.Value);
        writer.Hash(3, Digest);
        writer.Bytes(4, PrePrepare.Signature.Span);
        foreach (var prepare in Prepares)
        {
            var start = writer.BeginMessage(5);
            writer.UInt64(1, (ulong)prepare.Signer.Value);
            writer.Bytes(2, prepare.Signature.Span);
            writer.EndMessage(start);
        }
    }

    /// <summary>The record that the vote log keeps.</summary>
    internal byte[] EncodeWith(Proposal proposal)
    {
        var writer = new CanonicalWriter(1024);
        var start = writer.BeginMessage(1);
        WriteTo(writer);
        writer.EndMessage(start);
        writer.Message(2, proposal.Encoded.Span);
        return writer.ToArray();
    }
}
