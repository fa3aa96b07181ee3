using Ledger.Consensus.Faults;
using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Network;

namespace Ledger.Node.Driver;

/// <summary>
/// All that <see cref="ConsensusCore"/> asks of the world beyond its own disk. Called on the core's thread only; nothing
/// here may wait or throw for what the world does.
/// </summary>
internal interface IConsensusPorts
{
    /// <summary>Sends a message to one validator. It may be lost.</summary>
    void Send(ValidatorIndex to, ConsensusMessage message);

    /// <summary>Sends a message to all other validators. It may be lost.</summary>
    void Broadcast(ConsensusMessage message);

    /// <summary>Sends a message to a peer that may be no validator. It may be lost.</summary>
    void SendTo(PeerId peer, ConsensusMessage message);

    /// <summary>
    /// Another epoch begins, the first one too: messages are sent to its validators, and taken from them, from now on.
    /// </summary>
    void BeginEpoch(EpochParts epoch);

    /// <summary>The epoch's last block is executed, and names these validators. It may lack its certificate yet.</summary>
    void ExpectEpoch(ValidatorPeers next);

    /// <summary>Has a decided proposal executed; <see cref="Consensus.Inputs.Executed"/> or
    /// <see cref="BodiesMissing"/> answers.</summary>
    void Execute(Proposal proposal);

    /// <summary>Has the execution that waits for transactions look again.</summary>
    void RetryExecution();

    /// <summary>
    /// Asks a validator for transactions, and holds those that it returns and that pass the checks. However that ends, and
    /// soon, <see cref="TransactionsFetched"/> with <paramref name="search"/> answers; unless a newer request of the same
    /// lane took its place.
    /// </summary>
    void FetchTransactions(FetchLane lane, long search, ValidatorIndex from, IReadOnlySet<Hash256> ids);

    /// <summary>A validator contradicted itself: keep the proof. Rare, and bounded for each validator and slot.</summary>
    void ReportFault(FaultEvidence evidence);

    /// <summary>
    /// The chain is back at the block upon which this node's votes rest: the node is to be opened anew, on what is on disk.
    /// Called once.
    /// </summary>
    void OnChainRestored();

    /// <summary>Others are ahead and voting cannot catch up: fetch certified blocks.</summary>
    void RequestSync(BlockHeight atLeast);
}

/// <summary>What transactions are fetched for. The lanes do not wait for each other.</summary>
internal enum FetchLane
{
    /// <summary>A proposal that is to be accepted or not.</summary>
    Proposals,

    /// <summary>The decided proposal that is next to execute.</summary>
    Execution,
}
