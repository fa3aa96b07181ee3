using Ledger.Consensus.Faults;
using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;

namespace Ledger.Consensus.Effects;

/// <summary>
/// What a replica wants done. A closed hierarchy of data. The order of a list is a contract, see
/// <see cref="EffectList"/>.
/// </summary>
public abstract record Effect
{
    private protected Effect()
    {
    }
}

/// <summary>Write this record to the vote log, replacing the one with the same height and kind.</summary>
/// <param name="Record">The record.</param>
public sealed record Persist(VoteRecord Record) : Effect;

/// <summary>
/// Records of heights from 1 up to, not including, <paramref name="Below"/> are no longer needed. Only to be done once
/// the certificate of the <see cref="Certified"/> (or <see cref="Inputs.Synced"/>) before it is durable.
/// </summary>
/// <param name="Below">The lowest height that stays.</param>
public sealed record PruneVotes(BlockHeight Below) : Effect;

/// <summary>Send a message to all other validators.</summary>
/// <param name="Message">The message.</param>
public sealed record Broadcast(ConsensusMessage Message) : Effect;

/// <summary>Send a message to one validator. Its signer may be another (a relayed pre-prepare or new-view).</summary>
/// <param name="To">The recipient.</param>
/// <param name="Message">The message.</param>
public sealed record Send(ValidatorIndex To, ConsensusMessage Message) : Effect;

/// <summary>Check a proposal and answer with <see cref="Inputs.ProposalValidated"/>, at leisure.</summary>
/// <param name="View">The view it is proposed in.</param>
/// <param name="Proposal">The proposal.</param>
/// <param name="Reproposed">
/// It comes from a new-view: every body must be held and its signature valid, but the checks of its time and of
/// transactions already in the chain do not apply, because it may have been committed before.
/// </param>
public sealed record ValidateProposal(View View, Proposal Proposal, bool Reproposed) : Effect;

/// <summary>
/// Execute a committed proposal, make the block durable, answer with <see cref="Inputs.Executed"/>. Comes strictly in
/// height order, each height once in the life of a <see cref="Replica"/> object. A height that sync brings first need
/// not be executed.
/// </summary>
/// <param name="Proposal">The proposal.</param>
public sealed record Execute(Proposal Proposal) : Effect;

/// <summary>
/// A block that this replica executed has a certificate. Ascending; a height can be skipped when its votes were lost,
/// and its certificate then comes by sync.
/// </summary>
/// <param name="Height">The block's height.</param>
/// <param name="Certificate">The certificate.</param>
public sealed record Certified(BlockHeight Height, QuorumCertificate Certificate) : Effect;

/// <summary>
/// Others are ahead and this replica cannot follow by voting: fetch certified blocks. A hint that is repeated while it
/// stays true; sync as far as certificates can be had, then answer with <see cref="Inputs.Synced"/>.
/// </summary>
/// <param name="AtLeast">A height that at least one honest validator has executed.</param>
public sealed record NeedSync(BlockHeight AtLeast) : Effect;

/// <summary>
/// The epoch's last block is certified, and this replica takes no further input. What was proposed above it is void:
/// its transactions wait again. The host makes the replica of the next epoch, when it is in its validator set.
/// </summary>
/// <param name="Last">The epoch's last block.</param>
public sealed record EpochEnded(BlockHeight Last) : Effect;

/// <summary>A quorum certified something else than this replica computed: the host halts loudly.</summary>
/// <param name="Height">The height.</param>
/// <param name="Own">The hash that this replica computed (of the header; of the proposal when a new-view
/// contradicts).</param>
/// <param name="Other">The hash that the others stand for.</param>
public sealed record Diverged(BlockHeight Height, Hash256 Own, Hash256 Other) : Effect;

/// <summary>The replica asks for a view and no longer takes part in the one before.</summary>
/// <param name="View">The view asked for.</param>
public sealed record ViewChangeStarted(View View) : Effect;

/// <summary>
/// The replica takes part in a view. Transactions of the proposals that the view carries over must not be proposed
/// again; all others that are not executed may be.
/// </summary>
/// <param name="View">The view.</param>
/// <param name="Primary">Its primary.</param>
/// <param name="Carried">The proposals that the new-view carries over, in height order.</param>
public sealed record ViewEntered(View View, ValidatorIndex Primary, IReadOnlyList<Proposal> Carried) : Effect;

/// <summary>A validator signed two messages that contradict each other.</summary>
/// <param name="Evidence">Both of them.</param>
public sealed record FaultFound(FaultEvidence Evidence) : Effect;

/// <summary>A message had no effect.</summary>
/// <param name="Reason">Why.</param>
/// <param name="From">Its signer.</param>
public sealed record Dropped(DropReason Reason, ValidatorIndex From) : Effect;
