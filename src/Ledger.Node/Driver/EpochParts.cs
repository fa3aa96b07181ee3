using Ledger.Consensus;
using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;

namespace Ledger.Node.Driver;

/// <summary>
/// What belongs to one epoch of the validator set and is made anew for the next: the replica, and the check of the
/// messages that it may be given. The only place where a node makes either.
/// </summary>
/// <param name="Validators">The validators.</param>
/// <param name="Self">This node's place among them.</param>
/// <param name="Replica">This node's replica.</param>
/// <param name="Authenticator">Checks the others' messages. Safe for concurrent use.</param>
internal sealed record EpochParts(
    ValidatorSet Validators, ValidatorIndex Self, Replica Replica, MessageAuthenticator Authenticator)
{
    /// <summary>Makes the parts of an epoch for the validator that <paramref name="signer"/> is.</summary>
    /// <param name="genesis">The channel.</param>
    /// <param name="validators">The epoch's validators.</param>
    /// <param name="self">The signer's place among them.</param>
    /// <param name="signer">This node's key.</param>
    /// <param name="recovered">What the replica starts from.</param>
    public static EpochParts Create(
        Genesis genesis, ValidatorSet validators, ValidatorIndex self, ISigner signer, ReplicaState recovered)
    {
        var parameters = genesis.Parameters;
        var options = new ReplicaOptions
        {
            Self = self,
            Window = (int)parameters.Window,
            RequestTimeoutMs = (long)parameters.RequestTimeoutMilliseconds,
            MaxViewChangeTimeoutMs = (long)parameters.MaxViewChangeTimeoutMilliseconds,
            MaxTransactionsPerProposal = (int)parameters.MaxBlockTransactions,
        };
        return new EpochParts(
            validators,
            self,
            new Replica(options, validators, genesis.Suite, signer, genesis.Channel, recovered),
            new MessageAuthenticator(options, validators, genesis.Suite, genesis.Channel));
    }
}
