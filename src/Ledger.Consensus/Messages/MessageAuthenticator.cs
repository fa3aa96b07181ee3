using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Membership;

namespace Ledger.Consensus.Messages;

/// <summary>Why a message was refused before it reached the replica.</summary>
public enum AuthenticationFault
{
    /// <summary>It was not refused.</summary>
    None = 0,

    /// <summary>It is longer than any valid message.</summary>
    TooLarge,

    /// <summary>It is not a canonical message of this channel, or breaks a rule of its form.</summary>
    Malformed,

    /// <summary>
    /// It is of an epoch that has ended: the sender has to catch up. Nothing else about it was checked.
    /// </summary>
    EarlierEpoch,

    /// <summary>
    /// It is of an epoch that has not begun here, if it is to be believed: a reason to ask for certified blocks, which
    /// prove themselves. Nothing else about it was checked.
    /// </summary>
    LaterEpoch,

    /// <summary>The signer is outside the validator set.</summary>
    UnknownSigner,

    /// <summary>It came from another validator than its signer and is not of a kind that may be relayed.</summary>
    Relayed,

    /// <summary>Its own signature does not verify.</summary>
    SignatureInvalid,

    /// <summary>A signature or certificate inside it does not verify.</summary>
    NestedSignatureInvalid,
}

/// <summary>
/// Decodes a message and verifies every signature in it, so that the replica can take all it is given as proven. Work
/// is bounded: form is checked before any signature, the outer signature before those inside.
/// </summary>
/// <remarks>Immutable, pure and thread-safe: the host runs it away from the replica's thread.</remarks>
public sealed class MessageAuthenticator
{
    private readonly ChannelBinding _binding;
    private readonly ValidatorSet _validators;
    private readonly CryptoSuite _suite;
    private readonly MessageDecoder _decoder;
    private readonly MessageLimits _limits;

    /// <summary>Creates an authenticator for one epoch of a channel.</summary>
    public MessageAuthenticator(ReplicaOptions options, ValidatorSet validators, CryptoSuite suite, ChannelId channel)
    {
        _binding = new ChannelBinding(channel, validators.Epoch, options.EpochBase);
        _validators = validators;
        _suite = suite;
        _limits = MessageLimits.For(options, validators);
        _decoder = new MessageDecoder(_binding, validators, suite.Hash, _limits);
    }

    /// <summary>No valid message is longer; the network need not read more.</summary>
    public int MaxMessageBytes => _limits.MaxMessageBytes;

    /// <summary>
    /// The epoch that a message of a channel says it is of, whoever sent it; null when it says nothing of the kind.
    /// Reads the first fields only and believes them.
    /// </summary>
    public static Epoch? EpochOf(ReadOnlySpan<byte> bytes, ChannelId channel)
    {
        var outer = new CanonicalReader(bytes);
        outer.UInt32(1, (uint)MessageKind.StableNotice);
        outer.UInt32(2);
        var payload = outer.Message(3, MessageLimits.AbsoluteMaxBytes);
        if (!outer.Ok) return null;
        var inner = new CanonicalReader(payload);
        var isOurs = inner.Hash(1) == channel.Value;
        var epoch = new Epoch(inner.UInt64(2));
        return inner.Ok && isOurs ? epoch : null;
    }

    /// <summary>Decodes and verifies a message.</summary>
    /// <param name="peer">The validator on whose authenticated stream it came.</param>
    /// <param name="bytes">The message; not kept.</param>
    /// <param name="message">The message, when it holds.</param>
    /// <param name="signer">Its signer: <paramref name="peer"/>, or another when it is of a kind that may be
    /// relayed.</param>
    /// <param name="fault">Why it was refused.</param>
    public bool TryAuthenticate(
        ValidatorIndex peer,
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out ConsensusMessage? message,
        out ValidatorIndex signer,
        out AuthenticationFault fault)
    {
        message = null;
        signer = peer;
        fault = Check(peer, bytes.Span, out var decoded);
        if (fault != AuthenticationFault.None || decoded is null) return false;
        message = decoded;
        signer = decoded.Signer;
        return true;
    }

    private AuthenticationFault Check(ValidatorIndex peer, ReadOnlySpan<byte> bytes, out ConsensusMessage? message)
    {
        message = null;
        if (!_validators.Contains(peer)) return AuthenticationFault.UnknownSigner;
        if (bytes.Length > _limits.MaxMessageBytes) return AuthenticationFault.TooLarge;
        if (!_decoder.TryDecode(bytes, out message, out _)) return FaultOfForm(bytes);
        if (message.Signer != peer && !message.MayBeRelayed) return AuthenticationFault.Relayed;
        return new SignatureVerifier(_binding, _validators, _suite).Verify(message);
    }

    private AuthenticationFault FaultOfForm(ReadOnlySpan<byte> bytes)
    {
        if (EpochOf(bytes, _binding.Channel) is not { } epoch || epoch == _binding.Epoch)
            return AuthenticationFault.Malformed;
        return epoch.Value < _binding.Epoch.Value ? AuthenticationFault.EarlierEpoch : AuthenticationFault.LaterEpoch;
    }
}
