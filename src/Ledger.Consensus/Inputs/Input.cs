using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;

namespace Ledger.Consensus.Inputs;

/// <summary>
/// What can happen to a replica. A closed hierarchy of data: an input can be logged, compared and replayed.
/// </summary>
public abstract record Input
{
    private protected Input()
    {
    }
}

/// <summary>A message arrived.</summary>
/// <param name="From">Its signer, as <see cref="MessageAuthenticator"/> established it.</param>
/// <param name="Message">The message; all its signatures have been verified.</param>
public sealed record MessageReceived(ValidatorIndex From, ConsensusMessage Message) : Input;

/// <summary>Time passed. The host sends one every few tens of milliseconds; all timers hang on it.</summary>
/// <param name="Now">The time; one that lies before an earlier tick's counts as that one.</param>
/// <param name="TransactionsPending">
/// The host waits for the primary: it holds transactions that are not executed yet, or knows of other work that is due.
/// </param>
/// <param name="TransactionOverdue">
/// The host saw this view's primary pass a held transaction over for too long (DESIGN section 4). Ignored during the
/// first request timeout of a view.
/// </param>
public sealed record Tick(LogicalTime Now, bool TransactionsPending, bool TransactionOverdue) : Input;

/// <summary>
/// The host, being primary, fills the slot that <see cref="Replica.OpenSlot"/> offers. Ignored when that slot is no
/// longer open.
/// </summary>
/// <param name="View">The slot's view.</param>
/// <param name="Height">The slot's height.</param>
/// <param name="Time">The host's time; raised to just after the previous height's time when it is not later.</param>
/// <param name="Ids">
/// The transactions, in order: at most the maximum, each once. None when the host has other work that is due; the other
/// hosts must know of it too, or refuse the proposal.
/// </param>
public sealed record ProposalOffered(View View, BlockHeight Height, Timestamp Time, IReadOnlyList<Hash256> Ids) : Input;

/// <summary>
/// The host's answer to <see cref="Effects.ValidateProposal"/>. Ignored when it is no longer asked for.
/// </summary>
/// <param name="View">The view that was asked about.</param>
/// <param name="Height">The height that was asked about.</param>
/// <param name="Digest">The proposal's digest.</param>
/// <param name="Accepted">Whether this replica holds and accepts everything in it.</param>
public sealed record ProposalValidated(View View, BlockHeight Height, Hash256 Digest, bool Accepted) : Input;

/// <summary>
/// A block that <see cref="Effects.Execute"/> asked for is durable. A height reported again is ignored.
/// </summary>
/// <param name="Height">Its height.</param>
/// <param name="HeaderBytes">Its header.</param>
public sealed record Executed(BlockHeight Height, ReadOnlyMemory<byte> HeaderBytes) : Input;

/// <summary>
/// The host caught up from other nodes: every block up to and including this one is durable, with this certificate,
/// which the host has verified. What is below the executed height only advances the stable checkpoint; a repeat is
/// ignored.
/// </summary>
/// <param name="Height">The block's height.</param>
/// <param name="HeaderBytes">Its header.</param>
/// <param name="Certificate">Its certificate.</param>
public sealed record Synced(BlockHeight Height, ReadOnlyMemory<byte> HeaderBytes, QuorumCertificate Certificate)
    : Input;
