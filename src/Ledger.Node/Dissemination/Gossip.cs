using System.Threading.Channels;
using Ledger.Core.Transactions;
using Ledger.Network;
using Ledger.Node.Admission;
using Ledger.Node.Hosting;
using Ledger.Node.Mempool;
using Ledger.Node.Wire;

namespace Ledger.Node.Dissemination;

/// <summary>
/// Passes clients' transactions on to the other validators, and takes in theirs. Frames carry whatever has gathered
/// since the last one: one transaction when idle, hundreds under load. A transaction that still waits after a while is
/// passed on again, because a frame may have been dropped.
/// </summary>
internal sealed class Gossip
{

    private const int MaxFrameBytes = 256 << 10;
    private const int OutboxCapacity = 20_000;
    private const int InboxCapacity = 1_024;
    private const int ResendLimit = 500;

    private static readonly TimeSpan ResendInterval = TimeSpan.FromMilliseconds(500);

    private readonly IPeerNetwork _network;
    private readonly AdmissionService _admission;
    private readonly TransactionPool _pool;
    private readonly NodeClock _clock;
    private readonly IReadOnlyList<PeerId> _peers;

    private readonly Channel<SignedTransaction> _outbox = Channel.CreateBounded<SignedTransaction>(
        new BoundedChannelOptions(OutboxCapacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly Channel<ReadOnlyMemory<byte>> _inbox = Channel.CreateBounded<ReadOnlyMemory<byte>>(
        new BoundedChannelOptions(InboxCapacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    public Gossip(
        IPeerNetwork network,
        IReadOnlyList<PeerId> peers,
        AdmissionService admission,
        TransactionPool pool,
        NodeClock clock)
    {
        _network = network;
        _admission = admission;
        _pool = pool;
        _clock = clock;
        _peers = peers;
        admission.Admitted += (transaction, source) =>
        {
            // A full outbox drops the frame, not the transaction: the resend below passes it on later.
            if (source == AdmissionSource.Client) _outbox.Writer.TryWrite(transaction.Signed);
        };
        network.Handle(LedgerProtocols.Transactions, (_, frame, stop) => _inbox.Writer.WriteAsync(frame, stop));
    }

    /// <summary>Runs until cancelled.</summary>
    public Task RunAsync(CancellationToken stop) => Task.WhenAll(SendAsync(stop), ReceiveAsync(stop), ResendAsync(stop));

    private async Task SendAsync(CancellationToken stop)
    {
        var frame = new List<SignedTransaction>();
        while (await _outbox.Reader.WaitToReadAsync(stop).ConfigureAwait(false))
        {
            var bytes = 0;
            while (bytes < MaxFrameBytes && _outbox.Reader.TryRead(out var transaction))
            {
                frame.Add(transaction);
                bytes += transaction.Encoded.Length;
            }

            SendToAll(frame);
            frame.Clear();
        }
    }

    private async Task ReceiveAsync(CancellationToken stop)
    {
        await foreach (var frame in _inbox.Reader.ReadAllAsync(stop).ConfigureAwait(false))
        {
            if (!TransactionMessages.TryDecodeBatch(frame, out var transactions)) continue;
            foreach (var encoded in transactions) _admission.Admit(encoded, AdmissionSource.Peer, out _);
        }
    }

    private async Task ResendAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(ResendInterval, _clock.Provider);
        while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
        {
            var before = _clock.Elapsed - (long)ResendInterval.TotalMilliseconds;
            foreach (var chunk in _pool.WaitingSince(before, ResendLimit).Chunk(64))
                SendToAll([.. chunk.Select(t => t.Signed)]);
        }
    }

    private void SendToAll(List<SignedTransaction> transactions)
    {
        if (transactions.Count == 0) return;
        var frame = TransactionMessages.EncodeBatch(transactions);
        foreach (var peer in _peers) _network.TrySend(peer, LedgerProtocols.Transactions, frame);
    }
}
