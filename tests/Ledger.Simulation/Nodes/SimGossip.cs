using Ledger.Core.Transactions;
using Ledger.Network;
using Ledger.Node.Admission;
using Ledger.Node.Hosting;
using Ledger.Node.Wire;
using Ledger.Simulation.World;

namespace Ledger.Simulation.Nodes;

/// <summary>
/// Passes clients' transactions on, as <see cref="Ledger.Node.Dissemination.Gossip"/> does: at once, and again while they
/// wait. Expired ones leave the pool.
/// </summary>
internal sealed class SimGossip
{
    private const int ResendMs = 500;
    private const int JanitorMs = 1000;
    private const int ResendLimit = 500;

    private readonly SimWorld _world;
    private readonly SimNode _node;
    private readonly NodeLife _life;
    private readonly NodeClock _clock;
    private readonly List<SignedTransaction> _outbox = [];
    private long _resendAt = ResendMs;
    private long _cleanAt = JanitorMs;

    public SimGossip(SimWorld world, SimNode node, NodeLife life, NodeClock clock)
    {
        _world = world;
        _node = node;
        _life = life;
        _clock = clock;
        life.Admission.Admitted += (transaction, source) =>
        {
            if (source != AdmissionSource.Client) return;
            _outbox.Add(transaction.Signed);
            if (_outbox.Count == 1) world.After(1, Flush);
        };
    }

    public void Receive(PeerId from, ReadOnlyMemory<byte> frame)
    {
        if (_life.Epoch.Peers.IndexOf(from) is null) return;
        if (!TransactionMessages.TryDecodeBatch(frame, out var transactions)) return;
        foreach (var encoded in transactions) _life.Admission.Admit(encoded, AdmissionSource.Peer, out _);
    }

    public void Tick()
    {
        if (_clock.Elapsed >= _resendAt)
        {
            _resendAt += ResendMs;
            Send([.. _life.Pool.WaitingSince(_clock.Elapsed - ResendMs, ResendLimit, _clock.Now).Select(t => t.Signed)]);
        }

        if (_clock.Elapsed < _cleanAt) return;
        _cleanAt += JanitorMs;
        _life.Pool.RemoveExpired(_clock.Now);
    }

    private void Flush()
    {
        Send(_outbox);
        _outbox.Clear();
    }

    private void Send(List<SignedTransaction> transactions)
    {
        if (transactions.Count == 0 || !_life.IsRunning) return;
        var frame = TransactionMessages.EncodeBatch(transactions);
        foreach (var peer in _life.Epoch.Peers.Others)
        {
            var to = _world.Keys.MachineOf(peer);
            if (_node.Actor?.KeepsTransactions(to) == true) continue;
            _world.Network.Send(_node.Index, to, Lane.Transactions, frame, 0, () =>
                _world.Reach(peer, _life.Peer)?.OnTransactionsFrame(_life.Peer, frame));
        }
    }
}
