using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Membership;

namespace Ledger.Consensus.Messages;

/// <summary>
/// Decodes envelopes strictly and checks every rule of form that needs no signature: channel, epoch, counts, order,
/// who may sign what. Immutable and thread-safe.
/// </summary>
internal sealed class MessageDecoder
{
    private readonly ChannelBinding _binding;
    private readonly ValidatorSet _validators;
    private readonly HashFunction _hash;
    private readonly MessageLimits _limits;

    public MessageDecoder(ChannelBinding binding, ValidatorSet validators, HashFunction hash, MessageLimits limits)
    {
        _binding = binding;
        _validators = validators;
        _hash = hash;
        _limits = limits;
    }

    /// <summary>Decodes a message that came by itself (not inside another).</summary>
    public bool TryDecode(
        ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out ConsensusMessage? message, out DecodeError error)
    {
        message = null;
        if (!Envelope.TryRead(bytes, _limits, out var envelope, out error)) return false;
        message = Build(envelope, ref error);
        return message is not null;
    }

    /// <summary>Decodes a record of the vote log: a prepared certificate with its proposal.</summary>
    public bool TryDecodePrepared(
        ReadOnlySpan<byte> bytes,
        [NotNullWhen(true)] out PreparedCertificate? certificate,
        [NotNullWhen(true)] out Proposal? proposal)
    {
        proposal = null;
        var reader = new CanonicalReader(bytes);
        certificate = ReadCertificate(ref reader, 1);
        var encoded = reader.Message(2, _limits.MaxProposalBytes);
        return reader.End()
            && certificate is not null
            && Proposal.TryDecode(encoded, _limits.MaxTransactions, _hash, out proposal, out _)
            && proposal.Digest == certificate.Digest
            && proposal.Height == certificate.Height;
    }

    /// <summary>Decodes the payload of a pre-prepare, prepare or commit by itself.</summary>
    public bool TryDecodeVote(ReadOnlySpan<byte> payload, out VoteContent content, out DecodeError error)
    {
        var reader = new CanonicalReader(payload);
        _binding.Check(ref reader);
        content = ReadVote(ref reader);
        var ok = reader.End();
        error = reader.Error;
        return ok;
    }

    /// <summary>Decodes the payload of a view-change by itself, without the proposals that it commits to.</summary>
    public bool TryDecodeViewChange(
        ReadOnlyMemory<byte> payload,
        ValidatorIndex signer,
        ReadOnlyMemory<byte> signature,
        out ViewChange? viewChange,
        out DecodeError error)
    {
        var envelope = new Envelope(MessageKind.ViewChange, signer, payload.ToArray(), signature.ToArray(), []);
        var reader = new CanonicalReader(payload.Span);
        _binding.Check(ref reader);
        viewChange = ReadViewChange(ref reader, envelope, nested: true);
        var ok = reader.End() && viewChange is not null;
        error = reader.Error;
        return ok;
    }

    private ConsensusMessage? Build(Envelope envelope, ref DecodeError error)
    {
        if (envelope.Kind is not (MessageKind.PrePrepare or MessageKind.ViewChange) && envelope.Attachments.Count != 0)
        {
            error = new DecodeError(DecodeErrorKind.UnexpectedField, 0, 5);
            return null;
        }

        var reader = new CanonicalReader(envelope.Payload);
        _binding.Check(ref reader);
        ConsensusMessage? message = envelope.Kind switch
        {
            MessageKind.PrePrepare => ReadPrePrepare(ref reader, envelope),
            MessageKind.Prepare => new Prepare(
                envelope.Signer, ReadVote(ref reader), envelope.Payload, envelope.Signature),
            MessageKind.Commit => new Commit(
                envelope.Signer, ReadVote(ref reader), envelope.Payload, envelope.Signature),
            MessageKind.Checkpoint => new Checkpoint(
                envelope.Signer, ReadHeight(ref reader, 3), reader.Hash(4), envelope.Payload, envelope.Signature),
            MessageKind.ViewChange => ReadViewChange(ref reader, envelope, nested: false),
            MessageKind.NewView => ReadNewView(ref reader, envelope),
            MessageKind.Status => ReadStatus(ref reader, envelope),
            MessageKind.StableNotice => ReadNotice(ref reader, envelope),
            _ => null,
        };
        if (reader.End()) return message;
        error = reader.Error;
        return null;
    }

    private PrePrepare? ReadPrePrepare(ref CanonicalReader reader, Envelope envelope)
    {
        var vote = ReadVote(ref reader);
        if (reader.Ok && envelope.Signer != vote.View.PrimaryAmong(_validators))
            reader.Fail(DecodeErrorKind.BadValue, 3);
        if (reader.Ok && envelope.Attachments.Count != 1) reader.Fail(DecodeErrorKind.MissingField, 5);
        if (!reader.Ok) return null;
        var proposal = ReadProposal(ref reader, envelope.Attachments[0], vote);
        return proposal is null
            ? null
            : new PrePrepare(envelope.Signer, vote.View, proposal, envelope.Payload, envelope.Signature);
    }

    private ViewChange? ReadViewChange(ref CanonicalReader reader, Envelope envelope, bool nested)
    {
        var view = new View(reader.UInt64(3));
        if (reader.Ok && view.Value == 0) reader.Fail(DecodeErrorKind.BadValue, 3);
        var stable = reader.IsNext(4) ? ReadProof(ref reader, 4) : null;
        // Without a proof the epoch's base is stable: everybody in the epoch holds its certificate.
        var low = stable?.Height.Value ?? _binding.Base.Value;
        var floor = low;
        var prepared = new List<PreparedCertificate>();
        while (reader.IsNext(6))
        {
            var certificate = ReadCertificate(ref reader, 6);
            if (certificate is null) return null;
            var height = certificate.Height.Value;
            // Ascending and within the window above the stable height, hence at most Window of them.
            if (height <= floor || height - low > (ulong)_limits.Window
                || certificate.View >= view)
            {
                reader.Fail(DecodeErrorKind.BadValue, 6);
                return null;
            }

            floor = height;
            prepared.Add(certificate);
        }

        if (envelope.Attachments.Count != (nested ? 0 : prepared.Count)) reader.Fail(DecodeErrorKind.MissingField, 5);
        if (!reader.Ok) return null;
        var proposals = new List<Proposal>();
        for (var i = 0; i < envelope.Attachments.Count; i++)
        {
            if (ReadProposal(ref reader, envelope.Attachments[i], prepared[i].Content) is not { } proposal) return null;
            proposals.Add(proposal);
        }

        var content = new ViewChangeContent(view, stable, prepared);
        return new ViewChange(envelope.Signer, content, proposals, envelope.Payload, envelope.Signature);
    }

    private NewView? ReadNewView(ref CanonicalReader reader, Envelope envelope)
    {
        var view = new View(reader.UInt64(3));
        if (reader.Ok && (view.Value == 0 || envelope.Signer != view.PrimaryAmong(_validators)))
            reader.Fail(DecodeErrorKind.BadValue, 3);
        var viewChanges = new List<ViewChange>();
        var lastSigner = -1;
        while (reader.IsNext(4) && viewChanges.Count < _limits.Quorum.Quorum)
        {
            var nested = ReadNested(ref reader, 4, _limits.MaxViewChangeBytes, MessageKind.ViewChange);
            if (nested is not ViewChange viewChange
                || viewChange.NewView != view
                || viewChange.Signer.Value <= lastSigner)
            {
                reader.Fail(DecodeErrorKind.BadValue, 4);
                return null;
            }

            lastSigner = viewChange.Signer.Value;
            viewChanges.Add(viewChange);
        }

        if (viewChanges.Count != _limits.Quorum.Quorum) reader.Fail(DecodeErrorKind.MissingField, 4);
        var prePrepares = new List<PrePrepare>();
        while (reader.IsNext(5) && prePrepares.Count < _limits.Window)
        {
            var nested = ReadNested(ref reader, 5, _limits.MaxPrePrepareBytes, MessageKind.PrePrepare);
            if (nested is not PrePrepare prePrepare || prePrepare.View != view)
            {
                reader.Fail(DecodeErrorKind.BadValue, 5);
                return null;
            }

            prePrepares.Add(prePrepare);
        }

        return reader.Ok
            ? new NewView(
                envelope.Signer,
                new NewViewContent(view, viewChanges, prePrepares),
                envelope.Payload,
                envelope.Signature)
            : null;
    }

    // One level deep only: the kinds that may be nested are given, and neither of them nests messages itself.
    private ConsensusMessage? ReadNested(ref CanonicalReader outer, int field, int maxBytes, MessageKind kind)
    {
        var bytes = outer.Message(field, maxBytes);
        if (!outer.Ok || !Envelope.TryRead(bytes, _limits, out var envelope, out _)) return null;
        if (envelope.Kind != kind) return null;
        var reader = new CanonicalReader(envelope.Payload);
        _binding.Check(ref reader);
        ConsensusMessage? message = kind == MessageKind.ViewChange
            ? ReadViewChange(ref reader, envelope, nested: true)
            : ReadPrePrepare(ref reader, envelope);
        return reader.End() ? message : null;
    }

    private PreparedCertificate? ReadCertificate(ref CanonicalReader outer, int field)
    {
        var reader = new CanonicalReader(outer.Message(field, _limits.MaxCertificateBytes));
        var content = new VoteContent(new View(reader.UInt64(1)), ReadHeight(ref reader, 2), reader.Hash(3));
        var primary = content.View.PrimaryAmong(_validators);
        var prePrepare = new VoteSignature(primary, reader.FixedBytes(4, CryptoSuite.SignatureSize).ToArray());
        var prepares = new List<VoteSignature>();
        var last = -1;
        while (reader.IsNext(5) && prepares.Count < _limits.Quorum.Quorum - 1)
        {
            var inner = new CanonicalReader(reader.Message(5, CryptoSuite.SignatureSize + 16));
            var signer = (int)inner.UInt32(1, (uint)_limits.Validators - 1);
            var signature = inner.FixedBytes(2, CryptoSuite.SignatureSize);
            if (!inner.End()) reader.Fail(inner.Error.Kind, 5);
            if (signer <= last || signer == primary.Value) reader.Fail(DecodeErrorKind.BadValue, 5);
            last = signer;
            prepares.Add(new VoteSignature(new ValidatorIndex(signer), signature.ToArray()));
        }

        if (prepares.Count != _limits.Quorum.Quorum - 1) reader.Fail(DecodeErrorKind.MissingField, 5);
        if (reader.End()) return new PreparedCertificate(content, prePrepare, prepares);
        outer.Fail(reader.Error.Kind, field);
        return null;
    }

    private Status? ReadStatus(ref CanonicalReader reader, Envelope envelope)
    {
        var content = new StatusContent(
            new View(reader.UInt64(3)),
            reader.Bool(4),
            new BlockHeight(reader.UInt64(5)),
            new BlockHeight(reader.UInt64(6)),
            reader.Bytes(7, _limits.Window).ToArray(),
            reader.Bytes(8, (ValidatorSet.MaxValidators + 7) / 8).ToArray());
        return reader.Ok ? new Status(envelope.Signer, content, envelope.Payload) : null;
    }

    private StableNotice? ReadNotice(ref CanonicalReader reader, Envelope envelope)
    {
        var proof = ReadProof(ref reader, 3);
        return proof is null ? null : new StableNotice(envelope.Signer, proof, envelope.Payload);
    }

    // A header and its certificate, in two fields.
    private StableProof? ReadProof(ref CanonicalReader reader, int field)
    {
        var headerBytes = reader.Message(field, BlockHeader.MaxBytes).ToArray();
        var certificateBytes = reader.Message(field + 1, QuorumCertificate.MaxBytes);
        if (!reader.Ok) return null;
        if (!BlockHeader.TryDecode(headerBytes, out var header, out var error)
            || !QuorumCertificate.TryDecode(certificateBytes, out var certificate, out error))
        {
            reader.Fail(error.Kind, field);
            return null;
        }

        var hash = BlockHeader.HashOf(headerBytes, _hash);
        if (header.Channel == _binding.Channel && header.Epoch == _binding.Epoch && header.Height.Value != 0
            && certificate.HeaderHash == hash)
        {
            return new StableProof(header, headerBytes, hash, certificate);
        }

        reader.Fail(DecodeErrorKind.BadValue, field);
        return null;
    }

    private Proposal? ReadProposal(ref CanonicalReader reader, byte[] bytes, VoteContent vote)
    {
        if (!Proposal.TryDecode(bytes, _limits.MaxTransactions, _hash, out var proposal, out var error))
        {
            reader.Fail(error.Kind, 5);
            return null;
        }

        if (proposal.Digest == vote.Digest && proposal.Height == vote.Height && proposal.Epoch == _binding.Epoch)
            return proposal;
        reader.Fail(DecodeErrorKind.BadValue, 5);
        return null;
    }

    private static VoteContent ReadVote(ref CanonicalReader reader) =>
        new(new View(reader.UInt64(3)), ReadHeight(ref reader, 4), reader.Hash(5));

    // Nobody votes on genesis.
    private static BlockHeight ReadHeight(ref CanonicalReader reader, int field)
    {
        var height = reader.UInt64(field);
        if (reader.Ok && height == 0) reader.Fail(DecodeErrorKind.MissingField, field);
        return new BlockHeight(height);
    }
}
