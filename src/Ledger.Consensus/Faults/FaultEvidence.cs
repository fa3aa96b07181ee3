using System.Diagnostics.CodeAnalysis;
using Ledger.Consensus.Messages;
using Ledger.Core.Accountability;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;

namespace Ledger.Consensus.Faults;

/// <summary>Two signed messages that no honest validator signs both.</summary>
/// <param name="Culprit">Who signed them.</param>
/// <param name="Kind">How they contradict each other.</param>
/// <param name="First">The message that was counted; of a concealed certificate, the commit.</param>
/// <param name="Second">The message that was not.</param>
public sealed record FaultEvidence(
    ValidatorIndex Culprit,
    FaultKind Kind,
    ConsensusMessage First,
    ConsensusMessage Second)
{
    /// <summary>
    /// Makes the proof that anyone can verify. Signatures of checkpoints cover header hashes only: without both headers
    /// there is a contradiction that this node has seen and cannot prove.
    /// </summary>
    /// <param name="channel">The channel.</param>
    /// <param name="validators">The validators of the epoch.</param>
    /// <param name="header">Finds a header's bytes by its hash; null when they are not known.</param>
    /// <param name="proof">The proof, without epoch changes.</param>
    public bool TryProve(
        ChannelId channel,
        ValidatorSet validators,
        Func<Hash256, ReadOnlyMemory<byte>?> header,
        [NotNullWhen(true)] out FaultProof? proof)
    {
        proof = null;
        if (StatementOf(First, header) is not { } one || StatementOf(Second, header) is not { } other) return false;
        var (first, second) = Kind == FaultKind.ConcealedCertificate ? (one, other) : FaultProof.Order(one, other);
        proof = new FaultProof
        {
            Channel = channel,
            Epoch = validators.Epoch,
            Kind = Kind,
            Culprit = validators[Culprit].Key.Encoded.ToArray(),
            First = first,
            Second = second,
        };
        return true;
    }

    private static SignedStatement? StatementOf(
        ConsensusMessage message, Func<Hash256, ReadOnlyMemory<byte>?> header)
    {
        if (message is not Checkpoint checkpoint) return Fits(new SignedStatement(message.Payload, message.Signature));
        return header(checkpoint.HeaderHash) is { } bytes ? new SignedStatement(bytes, message.Signature) : null;
    }

    private static SignedStatement? Fits(SignedStatement statement) =>
        statement.Statement.Length <= SignedStatement.MaxStatementBytes ? statement : null;
}
