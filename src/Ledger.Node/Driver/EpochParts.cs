using Ledger.Consensus;
using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Network;
using Ledger.Node.Hosting;
using Ledger.Storage;
using Ledger.Storage.Votes;

namespace Ledger.Node.Driver;

/// <summary>
/// What belongs to one epoch of the validator set and is made anew for the next: the replica, and the check of the
/// messages that it may be given. The only place where a node makes either. Start and the end of an epoch are one path:
/// whatever is on disk says which epoch it is.
/// </summary>
/// <param name="Peers">The validators, and this node's place among them.</param>
/// <param name="Base">The last block before the epoch.</param>
/// <param name="Replica">
/// This node's replica; null when it is no validator of the epoch, or its chain lies below its votes, and only follows.
/// </param>
/// <param name="Authenticator">Checks the others' messages. Safe for concurrent use.</param>
internal sealed record EpochParts(
    ValidatorPeers Peers, BlockHeight Base, Replica? Replica, MessageAuthenticator Authenticator)
{
    /// <summary>The validators.</summary>
    public ValidatorSet Validators => Peers.Set;

    /// <summary>This node's place among them; null when it has none.</summary>
    public ValidatorIndex? Self => Peers.Self;

    /// <summary>
    /// The block that must be certified here before this validator takes part again; null when nothing is missing
    /// (<see cref="Recovery.BlockBelowVotes"/>).
    /// </summary>
    public BlockHeight? Missing { get; init; }

    /// <summary>The next epoch's validators, as this node will know them if it keeps its key.</summary>
    public ValidatorPeers Expect(ValidatorSet next) =>
        new(next, Self is { } self ? next.IndexOf(Validators[self].Key.Id) : null);

    /// <summary>
    /// What is heard of a frame whose sender is no validator of this epoch: that one of both is behind. A node that missed
    /// several changes may have nobody left who would tell it otherwise.
    /// </summary>
    public OtherEpochSeen? HintOf(PeerId from, ReadOnlySpan<byte> frame, ChannelId channel) =>
        MessageAuthenticator.EpochOf(frame, channel) is { } epoch && epoch != Validators.Epoch
            ? new OtherEpochSeen(from, epoch.Value > Validators.Epoch.Value)
            : null;

    /// <summary>Makes the parts of the epoch that a node's disk is in.</summary>
    /// <param name="store">The chain.</param>
    /// <param name="votes">The vote log.</param>
    /// <param name="signer">This node's key.</param>
    /// <exception cref="StorageException">
    /// The vote log lost votes that were sent: this validator must not vote.
    /// </exception>
    public static EpochParts Open(LedgerStore store, VoteLog votes, ISigner signer)
    {
        var genesis = store.Genesis;
        var (validators, start) = Recovery.Epoch(store);
        var self = validators.IndexOf(signer.PublicKey.Id);
        var parameters = genesis.Parameters;
        var options = new ReplicaOptions
        {
            // Of a node without a place, only the check of messages is made, which does not ask for it.
            Self = self ?? new ValidatorIndex(0),
            EpochBase = start,
            Window = (int)parameters.Window,
            RequestTimeoutMs = (long)parameters.RequestTimeoutMilliseconds,
            MaxViewChangeTimeoutMs = (long)parameters.MaxViewChangeTimeoutMilliseconds,
            MaxTransactionsPerProposal = (int)parameters.MaxBlockTransactions,
        };
        var missing = Recovery.BlockBelowVotes(store, votes);
        var replica = self is null || missing is not null
            ? null
            : new Replica(
                options, validators, genesis.Suite, signer, genesis.Channel,
                Recovery.Replica(store, votes, validators));
        return new EpochParts(
            new ValidatorPeers(validators, self),
            start,
            replica,
            new MessageAuthenticator(options, validators, genesis.Suite, genesis.Channel)) { Missing = missing };
    }
}
