using Ledger.Core.Accountability;
using Ledger.Core.Membership;

namespace Ledger.Consensus.Faults;

/// <summary>
/// Verifies fault proofs of every kind, offline, with no trust in whoever handed them over. Takes the steps of
/// docs/spec/accountability.md in their order; the first that fails makes the verdict. What it accepts, no honest
/// validator can ever have signed.
/// </summary>
/// <remarks>Stateless and safe for concurrent use. Never throws for hostile input. Two signature checks.</remarks>
public static class FaultVerifier
{
    /// <summary>Verifies a proof in its binary form, from genesis.</summary>
    public static FaultVerdict Verify(ReadOnlySpan<byte> encoded, Genesis genesis) =>
        FaultProof.TryDecode(encoded, out var proof, out var error)
            ? Verify(proof, genesis)
            : FaultContext.Refuse(FaultRefusal.Malformed, $"the proof is not canonical: {error}");

    /// <summary>Verifies a proof from genesis.</summary>
    public static FaultVerdict Verify(FaultProof proof, Genesis genesis) =>
        FaultContext.Open(proof, genesis, out var context) ?? Verify(context!, genesis.Parameters);

    /// <summary>Verifies a proof against validators that the caller knows.</summary>
    public static FaultVerdict Verify(FaultContext context, ChannelParameters parameters) => context.Proof.Kind switch
    {
        FaultKind.ContradictingProposals or FaultKind.ContradictingPrepares or FaultKind.ContradictingCommits =>
            new MessageFaults(context, parameters).VerifyVotes(),
        FaultKind.ContradictingCheckpoints => CheckpointFaults.Verify(context),
        FaultKind.ContradictingViewChanges => new MessageFaults(context, parameters).VerifyViewChanges(),
        FaultKind.ConcealedCertificate => new MessageFaults(context, parameters).VerifyConcealed(),
        _ => FaultContext.Refuse(FaultRefusal.Malformed, "the kind of fault is not known"),
    };
}
