using Ledger.Consensus.Messages;
using Ledger.Core.Membership;
using Ledger.Network;
using Ledger.Simulation.Nodes;
using Ledger.Simulation.World;

namespace Ledger.Simulation.Variants;

/// <summary>
/// An error that the product does not have, brought in from outside through the seams that the simulator owns: disk,
/// clock, genesis document, frames on their way in and messages on their way out. Every node that does not lie has the
/// error. The simulator must find each; that shows that it can.
/// </summary>
internal class BrokenVariant
{
    /// <summary>What the product would have forgotten.</summary>
    public virtual string Name => "none";

    /// <summary>The run; set before any node is made.</summary>
    protected SimWorld World { get; private set; } = null!;

    public void Attach(SimWorld world) => World = world;

    /// <summary>Changes what a run is like, so that the error has occasion to show.</summary>
    public virtual SimPlan Adapt(SimPlan plan) => plan;

    /// <summary>Changes a node's disks.</summary>
    public virtual void Prepare(SimNode node)
    {
    }

    /// <summary>A process is about to start.</summary>
    public virtual void Start(SimNode node)
    {
    }

    /// <summary>A value that a scenario has rotted.</summary>
    public virtual byte[] Rotten(byte[] key, byte[] value) => value;

    /// <summary>What the node takes for the genesis document.</summary>
    public virtual Genesis GenesisOf(SimNode node, Genesis genesis) => genesis;

    /// <summary>What the chain remembers of the vote log's length.</summary>
    public virtual ulong VoteSequence(ulong sequence) => sequence;

    /// <summary>Whether the node misses a tick.</summary>
    public virtual bool LosesTick(SimNode node) => false;

    /// <summary>Whether the node's wish for blocks is lost.</summary>
    public virtual bool LosesSync(SimNode node) => false;

    /// <summary>Whether the node does not take in who validates next before the next epoch begins.</summary>
    public virtual bool ForgetsNext(SimNode node) => false;

    /// <summary>What the node executes in place of a decided proposal.</summary>
    public virtual Proposal Executes(SimNode node, Proposal proposal) => proposal;

    /// <summary>
    /// Whether it signs in the names of others. Nobody is accused then: the product would have counted what it should not,
    /// and nobody would have signed anything.
    /// </summary>
    public virtual bool Lends => false;

    /// <summary>What the node hears instead of a frame, and from whom.</summary>
    public virtual IEnumerable<(PeerId From, ReadOnlyMemory<byte> Frame)> Incoming(
        SimNode node, PeerId from, ReadOnlyMemory<byte> frame) => [(from, frame)];

    /// <summary>What the node sends instead of a message; null for nothing.</summary>
    public virtual ConsensusMessage? Outgoing(SimNode node, ConsensusMessage message) => message;
}
