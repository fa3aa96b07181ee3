using Ledger.Consensus;
using Ledger.Consensus.Effects;
using Ledger.Consensus.Inputs;
using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Testing.Consensus;

namespace Ledger.Benchmarks.Small;

/// <summary>
/// Four replicas whose messages are delivered at once and in order, each encoded once and authenticated by every receiver,
/// as the host does. Not thread-safe.
/// </summary>
internal sealed class ReplicaRing
{
    private const int Validators = 4;

    private readonly ChannelId _channel = new(Sha256.Instance.Hash("ring"u8));
    private readonly Node[] _nodes;
    private readonly Hash256[] _ids;

    // Bound: the messages of one block.
    private readonly Queue<(int From, int To, byte[] Bytes)> _wire = new();
    private long _time = 1_000_000;
    private uint _nextId;

    public ReplicaRing(CryptoSuite suite, Func<int, ISigner> signerOf, int transactions)
    {
        _ids = new Hash256[transactions];
        var set = new ValidatorSet(
            new Epoch(0),
            Enumerable.Range(0, Validators).Select(i => new Validator($"member-{i}", signerOf(i).PublicKey, $"node-{i}:1")));
        _nodes = [.. Enumerable.Range(0, Validators).Select(i => new Node(this, suite, set, signerOf(i), i))];
        foreach (var node in _nodes) node.Step(new Tick(new LogicalTime(_time), false, TransactionOverdue: false));
        Deliver();
    }

    /// <summary>Agrees on one block and executes it everywhere; returns its height.</summary>
    public ulong RunBlock()
    {
        for (var i = 0; i < _ids.Length; i++) _ids[i] = Sha256.Instance.Hash(BitConverter.GetBytes(_nextId++));
        var primary = _nodes[_nodes[0].Replica.Primary.Value];
        var slot = primary.Replica.OpenSlot ?? throw new InvalidOperationException("the primary may not propose");
        primary.Step(new ProposalOffered(slot.View, slot.Height, new Timestamp((ulong)_time++), [.. _ids]));
        Deliver();
        return _nodes.All(n => n.Certified == slot.Height)
            ? slot.Height.Value
            : throw new InvalidOperationException($"block {slot.Height} was not certified everywhere");
    }

    private void Deliver()
    {
        while (_wire.TryDequeue(out var next)) _nodes[next.To].Receive(next.From, next.Bytes);
    }

    private sealed class Node
    {
        private readonly ReplicaRing _ring;
        private readonly int _index;
        private readonly FakeDisk _disk;
        private readonly MessageAuthenticator _authenticator;

        public Node(ReplicaRing ring, CryptoSuite suite, ValidatorSet set, ISigner signer, int index)
        {
            _ring = ring;
            _index = index;
            _disk = new FakeDisk(ring._channel);
            var options = new ReplicaOptions { Self = new ValidatorIndex(index) };
            _authenticator = new MessageAuthenticator(options, set, suite, ring._channel);
            Replica = new Replica(options, set, suite, signer, ring._channel, _disk.Recover());
        }

        public Replica Replica { get; }

        public BlockHeight Certified { get; private set; }

        public void Receive(int from, byte[] bytes)
        {
            var peer = new ValidatorIndex(from);
            if (!_authenticator.TryAuthenticate(peer, bytes, out var message, out var signer, out var fault))
                throw new InvalidOperationException($"a message was refused: {fault}");
            Step(new MessageReceived(signer, message));
        }

        public void Step(Input input)
        {
            var effects = new EffectList();
            Replica.Step(input, effects);
            foreach (var effect in effects) Act(effect);
        }

        private void Act(Effect effect)
        {
            switch (effect)
            {
                case Persist persist:
                    _disk.Write(persist.Record);
                    break;
                case PruneVotes prune:
                    _disk.Prune(prune.Below);
                    break;
                case Broadcast broadcast:
                    var bytes = broadcast.Message.Encode();
                    for (var to = 0; to < Validators; to++)
                    {
                        if (to != _index) _ring._wire.Enqueue((_index, to, bytes));
                    }

                    break;
                case Send send:
                    _ring._wire.Enqueue((_index, send.To.Value, send.Message.Encode()));
                    break;
                case ValidateProposal validate:
                    Step(new ProposalValidated(validate.View, validate.Proposal.Height, validate.Proposal.Digest, true));
                    break;
                case Execute execute:
                    var block = _disk.Execute(execute.Proposal);
                    Step(new Executed(block.Header.Height, block.HeaderBytes));
                    break;
                case Certified certified:
                    Certified = certified.Height;
                    break;
            }
        }
    }
}
