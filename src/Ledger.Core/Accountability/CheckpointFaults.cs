using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Core.Receipts;

namespace Ledger.Core.Accountability;

/// <summary>
/// Makes and verifies proofs that a validator signed checkpoints over two headers which cannot be on one chain
/// (<see cref="FaultKind.ContradictingCheckpoints"/>). Needs only headers and signatures, no message of consensus.
/// </summary>
/// <remarks>Stateless and safe for concurrent use. Never throws for hostile input.</remarks>
public static class CheckpointFaults
{
    /// <summary>Verifies a proof from genesis.</summary>
    public static FaultVerdict Verify(FaultProof proof, Genesis genesis) =>
        FaultContext.Open(proof, genesis, out var context) ?? Verify(context!);

    /// <summary>Takes the steps of this kind, after those that all kinds share.</summary>
    public static FaultVerdict Verify(FaultContext context)
    {
        var proof = context.Proof;
        if (FindStatementFault(context, proof.First, 1, out var first) is { } firstFault) return firstFault;
        if (FindStatementFault(context, proof.Second, 2, out var second) is { } secondFault) return secondFault;
        if (first!.Epoch != proof.Epoch && second!.Epoch != proof.Epoch)
            return WrongEpoch(0, $"neither header is of epoch {proof.Epoch}");
        var hash = context.Suite.Hash;
        var firstHash = BlockHeader.HashOf(proof.First.Statement.Span, hash);
        var secondHash = BlockHeader.HashOf(proof.Second.Statement.Span, hash);
        if (context.CheckOrder() is { } order) return order;
        var conflict = HeaderConflicts.Find(first, firstHash, second!, secondHash);
        if (conflict == HeaderConflict.None)
        {
            return FaultContext.Refuse(
                FaultRefusal.NoContradiction,
                $"blocks {first.Height} and {second!.Height} can both be on one chain");
        }

        var signatures = context.CheckSignatures(
            DomainTag.Checkpoint,
            QuorumCertificate.SignedBytes(firstHash),
            DomainTag.Checkpoint,
            QuorumCertificate.SignedBytes(secondHash));
        var lower = first.Height < second!.Height ? first.Height : second.Height;
        return signatures ?? context.Prove(
            lower,
            0,
            $"signed checkpoints over blocks {firstHash} at height {first.Height} and {secondHash} at height "
            + $"{second.Height}, which {HeaderConflicts.Describe(conflict)}");
    }

    /// <summary>
    /// The proof against one signer of two certificates. It holds when the headers conflict and both signatures are
    /// valid; nothing is checked here.
    /// </summary>
    public static FaultProof Create(
        ChannelId channel,
        Epoch epoch,
        PublicKey culprit,
        SignedStatement one,
        SignedStatement other,
        IReadOnlyList<EpochChange> epochChanges)
    {
        var (first, second) = FaultProof.Order(one, other);
        return new FaultProof
        {
            Channel = channel,
            Epoch = epoch,
            Kind = FaultKind.ContradictingCheckpoints,
            Culprit = culprit.Encoded.ToArray(),
            First = first,
            Second = second,
            EpochChanges = epochChanges,
        };
    }

    private static FaultVerdict? FindStatementFault(
        FaultContext context, SignedStatement statement, int number, out BlockHeader? header)
    {
        if (!BlockHeader.TryDecode(statement.Statement.Span, out header, out var error))
        {
            return FaultContext.Refuse(
                FaultRefusal.StatementMalformed, $"statement {number} is not a canonical header: {error}", number);
        }

        if (header.Channel != context.Proof.Channel)
        {
            return FaultContext.Refuse(
                FaultRefusal.StatementWrongChannel, $"statement {number} is of channel {header.Channel}", number);
        }

        // The two headers may be of different epochs: whoever validates in both signs blocks of one chain all the same.
        return context.ValidatorsOf(header.Epoch)?.IndexOf(context.Validators[context.Culprit].Key.Id) is null
            ? WrongEpoch(number, $"the culprit is no validator of epoch {header.Epoch}, or that epoch is not proven")
            : null;
    }

    private static FaultVerdict WrongEpoch(int statement, string detail) =>
        FaultContext.Refuse(FaultRefusal.StatementWrongEpoch, detail, statement);
}
