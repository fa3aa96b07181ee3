using Ledger.Consensus;
using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Simulation.Nodes;
using Ledger.Simulation.World;

namespace Ledger.Simulation.Adversary;

/// <summary>
/// A validator that lies: it runs the product's code, and changes, doubles, keeps back and adds messages on their way out.
/// It can sign as itself only; all liars of a run act by the same traits.
/// </summary>
internal sealed class ByzantineActor
{
    private const int MaxMemory = 48;

    // The proposal that a vote is lent to should be there first.
    private const int LendingMs = 3;

    private readonly SimWorld _world;
    private readonly SimNode _node;
    private readonly Traits _traits;
    private readonly Forger _forger;
    private Voice? _voice;

    // Old frames, for replay. Bound: MaxMemory.
    private readonly List<ReadOnlyMemory<byte>> _memory = [];

    // What half of the others are told instead of a digest. Bound: the proposals of a run.
    private readonly Dictionary<Hash256, Proposal> _twins = [];

    public ByzantineActor(SimWorld world, SimNode node, Traits traits)
    {
        _world = world;
        _node = node;
        _traits = traits;
        _forger = new Forger(world, node, () => Voice);
    }

    // A rotated key is another voice: the node forgets this one with its process.
    private Voice Voice => _voice = Voice.Of(_world, _node, _node.Life!, _voice);

    /// <summary>Its process starts, perhaps with another key.</summary>
    public void Begin() => _voice = null;

    /// <summary>What leaves instead of a message that the product's code wants to send.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Outgoing(int to, ConsensusMessage message, ReadOnlyMemory<byte> frame)
    {
        Remember(frame);
        var self = Voice.Self;
        var random = _node.Random;
        if (Has(Traits.Withhold) && (random.Chance(250) || (to % 2 == 1 && random.Chance(400)))) yield break;
        switch (message)
        {
            case PrePrepare prePrepare when prePrepare.Signer == self:
                foreach (var lie in Propose(to, prePrepare, frame)) yield return lie;
                yield break;
            case Prepare prepare when Has(Traits.VoteTwice):
                foreach (var digest in Digests(to, prepare.Digest))
                    yield return Voice.Factory.Prepare(new VoteContent(prepare.View, prepare.Height, digest)).Encode();
                yield break;
            case Commit commit when Has(Traits.VoteTwice):
                foreach (var digest in Digests(to, commit.Digest))
                    yield return Voice.Factory.Commit(new VoteContent(commit.View, commit.Height, digest)).Encode();
                yield break;
            case Checkpoint checkpoint when Has(Traits.WrongCheckpoints) && random.Chance(500):
                yield return Voice.Factory.Checkpoint(checkpoint.Height, _forger.AnyHash()).Encode();
                yield break;
            case ViewChange viewChange when Has(Traits.Forget):
                yield return Voice.Factory.ViewChange(
                    new ViewChangeContent(viewChange.NewView, viewChange.Stable, []), []).Encode();
                yield break;
            case NewView newView when Has(Traits.BadNewView) && newView.Signer == self && random.Chance(700):
                yield return _forger.BendNewView(newView).Encode();
                yield break;
        }

        yield return frame;
        if (Has(Traits.Garbage) && random.Chance(50)) yield return Break(frame);
    }

    /// <summary>What it does of itself.</summary>
    public void Tick(NodeLife life)
    {
        var random = _node.Random;
        var view = life.Status.View;
        if (Has(Traits.Replay) && _memory.Count > 0 && random.Chance(300)) Say(life, _memory[random.Below(_memory.Count)]);
        if (Has(Traits.AbsurdViews) && random.Chance(100)) SayAbsurdities(life, view);
        if (Has(Traits.Forge) && random.Chance(150)) Say(life, _forger.AnyForgery(life, view));
        if (Has(Traits.Garbage) && random.Chance(60)) Say(life, _forger.Noise());
        // Who was removed says what it would have said.
        if (life.Epoch.Self is null && random.Chance(200)) Linger(life);
        if (Has(Traits.AskForViews) && random.Chance(100))
            Say(life, Voice.Factory.ViewChange(new ViewChangeContent(new View(view + 1), null, []), []).Encode());
    }

    /// <summary>Its answer to a request for blocks or transactions.</summary>
    public ReadOnlyMemory<byte> Answer(ReadOnlyMemory<byte> request, ReadOnlyMemory<byte> answer)
    {
        if (!Has(Traits.LieInSync)) return answer;
        switch (_node.Random.Below(5))
        {
            case 0: return ReadOnlyMemory<byte>.Empty;
            case 1: return _forger.Noise();
            case 2: return answer[..(answer.Length / 2)];
            default: return answer.IsEmpty ? answer : Break(answer);
        }
    }

    /// <summary>Whether it keeps a client's transactions from a peer.</summary>
    public bool KeepsTransactions(int to) => Has(Traits.Withhold) && (to + _node.Index) % 2 == 0;

    private bool Has(Traits trait) => (_traits & trait) != 0;

    private void Say(NodeLife life, ReadOnlyMemory<byte> frame)
    {
        var peers = _world.Governance.Peers;
        var one = _node.Random.Below(2 * peers.Count);
        for (var to = 0; to < peers.Count; to++)
        {
            if (!peers[to].Equals(_node.Peer) && (one >= peers.Count || one == to)) life.SendConsensus(peers[to], frame);
        }
    }

    // A vote for what the chain is at, a checkpoint of another block, and a wish for the next view.
    private void Linger(NodeLife life)
    {
        var content = new VoteContent(new View(0), life.Executed.Next, _forger.AnyHash());
        Say(life, _node.Random.Below(4) switch
        {
            0 => Voice.Factory.Prepare(content).Encode(),
            1 => Voice.Factory.Commit(content).Encode(),
            2 => Voice.Factory.Checkpoint(life.Executed.Next, _forger.AnyHash()).Encode(),
            _ => Voice.Factory.ViewChange(new ViewChangeContent(new View(1), null, []), []).Encode(),
        });
    }

    /// <summary>
    /// Of a liar that was removed: lends its signatures to the story that another liar, which is primary, tells to a
    /// recipient.
    /// </summary>
    private void Lend(int to, in VoteContent content)
    {
        if (_node.Life is not { Epoch.Self: null } life) return;
        var peer = _world.Nodes[to].Peer;
        life.SendConsensus(peer, Voice.Factory.Prepare(content).Encode(), LendingMs);
        life.SendConsensus(peer, Voice.Factory.Commit(content).Encode(), LendingMs);
    }

    private IEnumerable<ReadOnlyMemory<byte>> Propose(int to, PrePrepare prePrepare, ReadOnlyMemory<byte> frame)
    {
        var proposal = prePrepare.Proposal;
        if (Has(Traits.BendTime) && _node.Random.Chance(500))
        {
            var bent = proposal.Time.UnixMilliseconds + (_node.Random.Chance(500) ? 3_000_000UL : 9_000UL);
            proposal = With(proposal, new Timestamp(bent), proposal.TransactionIds);
            yield return Voice.Factory.PrePrepare(prePrepare.View, proposal).Encode();
            yield break;
        }

        if (!Has(Traits.Equivocate))
        {
            yield return frame;
            yield break;
        }

        if (!_twins.TryGetValue(proposal.Digest, out var twin))
        {
            var later = new Timestamp(proposal.Time.UnixMilliseconds + 1);
            twin = With(proposal, later, [.. proposal.TransactionIds.Reverse()]);
            _twins.Add(proposal.Digest, twin);
            _twins.TryAdd(twin.Digest, proposal);
        }

        var isSecondHalf = to % 2 == 1;
        yield return isSecondHalf ? Voice.Factory.PrePrepare(prePrepare.View, twin).Encode() : frame;
        if (_node.Random.Chance(100)) yield return Voice.Factory.PrePrepare(prePrepare.View, twin).Encode();
        foreach (var other in _world.Nodes)
        {
            other.Actor?.Lend(
                to, new VoteContent(prePrepare.View, proposal.Height, isSecondHalf ? twin.Digest : proposal.Digest));
        }

        if (!Has(Traits.VoteTwice)) yield break;
        // As primary it sends no prepare; the commit it can lend to both stories.
        var told = isSecondHalf ? twin.Digest : proposal.Digest;
        yield return Voice.Factory.Commit(new VoteContent(prePrepare.View, proposal.Height, told)).Encode();
    }

    // The story that this recipient was told first.
    private IEnumerable<Hash256> Digests(int to, Hash256 digest)
    {
        if (_twins.TryGetValue(digest, out var twin))
        {
            yield return to % 2 == 1 ? twin.Digest : digest;
            yield break;
        }

        // Whoever else equivocates: all liars of a run know of it.
        foreach (var other in _world.Nodes.Where(n => n.Actor is not null && n.Actor != this))
        {
            if (!other.Actor!._twins.TryGetValue(digest, out var second)) continue;
            yield return to % 2 == 1 ? second.Digest : digest;
            yield break;
        }

        yield return digest;
        if (_node.Random.Chance(150)) yield return _forger.AnyHash();
    }

    private void SayAbsurdities(NodeLife life, ulong view)
    {
        var absurd = new View(_node.Random.Below(4) switch
        {
            0 => ulong.MaxValue,
            1 => ulong.MaxValue - 1,
            2 => 1_000_000_000 + _node.Random.Next() % 1000,
            _ => view + 1000,
        });
        var range = _node.Random.Chance(500) ? 1_000UL : 1_000_000UL;
        var high = new BlockHeight(_node.Random.Chance(300) ? ulong.MaxValue - 5 : 1 + (_node.Random.Next() % range));
        Say(life, Voice.Factory.ViewChange(new ViewChangeContent(absurd, null, []), []).Encode());
        Say(life, Voice.Factory.Prepare(new VoteContent(absurd, high, _forger.AnyHash())).Encode());
        Say(life, Voice.Factory.Commit(new VoteContent(new View(view), high, _forger.AnyHash())).Encode());
        Say(life, Voice.Factory.Checkpoint(high, _forger.AnyHash()).Encode());
        Say(life, Voice.Factory.Status(new StatusContent(absurd, true, high, high, [], [])).Encode());
    }

    private Proposal With(Proposal proposal, Timestamp time, IReadOnlyList<Hash256> ids) => Proposal.Create(
        proposal.Epoch, proposal.Height, time, proposal.Proposer, ids, _world.Chain.Suite.Hash);

    private byte[] Break(ReadOnlyMemory<byte> frame)
    {
        var bytes = frame.ToArray();
        if (bytes.Length > 0) bytes[_node.Random.Below(bytes.Length)] ^= (byte)(1 + _node.Random.Below(255));
        return bytes;
    }

    private void Remember(ReadOnlyMemory<byte> frame)
    {
        if (!Has(Traits.Replay)) return;
        if (_memory.Count < MaxMemory) _memory.Add(frame);
        else if (_node.Random.Chance(200)) _memory[_node.Random.Below(MaxMemory)] = frame;
    }
}
