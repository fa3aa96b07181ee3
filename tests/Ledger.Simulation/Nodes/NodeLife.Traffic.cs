using Ledger.Consensus.Faults;
using Ledger.Consensus.Inputs;
using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Network;
using Ledger.Node.Admission;
using Ledger.Node.Driver;
using Ledger.Node.Execution;
using Ledger.Node.Wire;
using Ledger.Simulation.Checks;
using Ledger.Simulation.World;

namespace Ledger.Simulation.Nodes;

/// <content>What comes in from the network and goes out to it, as ConsensusDriver has it.</content>
internal sealed partial class NodeLife
{
    /// <summary>Whether a peer may connect.</summary>
    public bool Allows(PeerId peer) => _epochs.IsAllowed(peer) || _node.KnownPeers.Contains(peer);

    /// <summary>A consensus frame arrived on a peer's stream.</summary>
    public void OnConsensusFrame(PeerId from, ReadOnlyMemory<byte> frame)
    {
        if (!IsRunning) return;
        if (_node.IsByzantine) Receive(from, frame);
        else foreach (var (peer, bytes) in _world.Variant.Incoming(_node, from, frame)) Receive(peer, bytes);
    }

    /// <summary>A frame of transactions arrived.</summary>
    public void OnTransactionsFrame(PeerId from, ReadOnlyMemory<byte> frame)
    {
        if (IsRunning) Guard(() => _gossip.Receive(from, frame));
    }

    /// <summary>Answers a request of the sync protocol, as the product does.</summary>
    public ReadOnlyMemory<byte> Answer(PeerId from, ReadOnlyMemory<byte> request)
    {
        var answer = _requests.Answer(from, request);
        return _node.Actor?.Answer(request, answer) ?? answer;
    }

    /// <summary>A client submits a transaction.</summary>
    public void Admit(ReadOnlyMemory<byte> transaction) =>
        Guard(() => Admission.Admit(transaction, AdmissionSource.Client, out _));

    void IConsensusPorts.Send(ValidatorIndex to, ConsensusMessage message) => SendOne(Epoch.Peers[to], message);

    void IConsensusPorts.SendTo(PeerId peer, ConsensusMessage message) => SendOne(peer, message);

    void IConsensusPorts.BeginEpoch(EpochParts epoch)
    {
        if (epoch.Validators.Epoch == Epoch.Validators.Epoch) return;
        _world.Trace($"node {_node.Index} is in epoch {epoch.Validators.Epoch}, as {epoch.Self?.ToString() ?? "follower"}");
        Epoch = epoch;
        _epochs.Begin(epoch.Peers);
        _sync?.SetPeers();
    }

    void IConsensusPorts.ExpectEpoch(ValidatorPeers next)
    {
        if (_world.Variant.ForgetsNext(_node)) return;
        _epochs.Expect(next);
        _sync?.SetPeers();
    }

    void IConsensusPorts.Broadcast(ConsensusMessage message)
    {
        if (Leaving(message) is not { } leaving) return;
        var frame = leaving.Encode();
        foreach (var peer in Epoch.Peers.Others) Queue(peer, leaving, frame);
    }

    void IConsensusPorts.Execute(Proposal proposal) => Request(new ExecuteProposal(proposal));

    void IConsensusPorts.RetryExecution() => Request(RetryExecution.Instance);

    void IConsensusPorts.FetchTransactions(
        FetchLane lane, long search, ValidatorIndex from, IReadOnlySet<Hash256> ids) =>
        Ask(Epoch.Peers[from], new SyncRequest.Transactions([.. ids]).Encode(), FetchTimeoutMs, answer =>
        {
            if (answer is { } bytes && !Guard(() => TransactionFetch.TakeIn(bytes, ids, Admission))) return;
            Deliver(new TransactionsFetched(lane, search));
        });

    void IConsensusPorts.ReportFault(FaultEvidence evidence)
    {
        var culprit = _world.Nodes[_world.Keys.MachineOf(Epoch.Peers[evidence.Culprit])];
        if (_node.IsHonest && culprit.IsHonest && !_world.Variant.Lends)
        {
            throw new SimulationFailure(
                "accountability", $"honest node {culprit.Index} is accused: {evidence.Kind}");
        }
    }

    // The product's process opens its node anew.
    void IConsensusPorts.OnChainRestored() => _world.After(0, () =>
    {
        if (IsRunning) _node.Die("its chain is back", losesPower: false);
    });

    void IConsensusPorts.RequestSync(BlockHeight atLeast) => _world.After(0, () =>
    {
        if (IsRunning && !_world.Variant.LosesSync(_node)) Guard(() => _sync!.Request(atLeast));
    });

    /// <summary>Asks a peer; null is the answer when none comes in time.</summary>
    public void Ask(PeerId to, ReadOnlyMemory<byte> request, int timeoutMs, Action<ReadOnlyMemory<byte>?> done) =>
        SimRequests.Ask(_world, _node, to, request, timeoutMs, answer =>
        {
            // What the answer is compared with lies on this node's own disk.
            if (IsRunning) Guard(() => done(answer));
        });

    /// <summary>Sends a frame to whoever runs with a key.</summary>
    public void SendConsensus(PeerId to, ReadOnlyMemory<byte> frame, int delay = 0) =>
        _world.Network.Send(_node.Index, _world.Keys.MachineOf(to), Lane.Consensus, frame, delay, () =>
            _world.Reach(to, Peer)?.OnConsensusFrame(Peer, frame));

    private void Receive(PeerId peer, ReadOnlyMemory<byte> bytes)
    {
        if (new EpochInbox(Epoch, _world.Genesis.Channel, Metrics).Take(peer, bytes) is { } input) Deliver(input);
    }

    private void SendOne(PeerId to, ConsensusMessage message)
    {
        if (Leaving(message) is { } leaving) Queue(to, leaving, leaving.Encode());
    }

    private void Queue(PeerId to, ConsensusMessage message, ReadOnlyMemory<byte> frame)
    {
        if (_node.Actor is { } actor)
        {
            foreach (var lie in actor.Outgoing(_world.Keys.MachineOf(to), message, frame)) _outgoing.Add((to, lie));
        }
        else
        {
            _outgoing.Add((to, frame));
        }
    }

    private ConsensusMessage? Leaving(ConsensusMessage message)
    {
        if (_node.IsByzantine) return message;
        var leaving = _world.Variant.Outgoing(_node, message);
        if (leaving is not null && _node.IsHonest) _world.Checks.OnSent(_node, this, leaving);
        return leaving;
    }

    // Messages leave when the votes that they depend on are on disk.
    private void Release(int delay)
    {
        foreach (var (to, frame) in _outgoing) SendConsensus(to, frame, delay);
        _outgoing.Clear();
    }
}
