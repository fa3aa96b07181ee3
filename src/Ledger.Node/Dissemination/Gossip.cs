using System.Threading.Channels;
using Ledger.Core.Transactions;
using Ledger.Network;
using Ledger.Node.Admission;
using Ledger.Node.Driver;
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
    /// <summary>Where a frame ends: it is sent once it holds so much, so one transaction may go beyond.</summary>
    public const int FrameBytes = 256 << 10;

    /// <summary>The largest frame that is taken in: a full one, and the largest transaction behind it.</summary>
    public const int MaxFrameBytes = FrameBytes + Transaction.MaxBytes;

    private const int OutboxCapacity = 20_000;

    // In frames. A peer that fills it holds up its like and nobody else: what waits for a vote travels on its own.
    private const int InboxCapacity = 64;
    private const int ResendLimit = 500;

    private static readonly TimeSpan ResendInterval = TimeSpan.FromMilliseconds(500);

    private readonly IPeerNetwork _network;
    private readonly AdmissionService _admission;
    private readonly TransactionPool _pool;
    private readonly NodeClock _clock;
    private readonly EpochView _epochs;

    private readonly Channel<SignedTransaction> _outbox = Channel.CreateBounded<SignedTransaction>(
        new BoundedChannelOptions(OutboxCapacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly Channel<ReadOnlyMemory<byte>> _inbox = Channel.CreateBounded<ReadOnlyMemory<byte>>(
        new BoundedChannelOptions(InboxCapacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    public Gossip(
        IPeerNetwork network,
        EpochView epochs,
        AdmissionService admission,
        TransactionPool pool,
        NodeClock clock)
    {
        _network = network;
        _admission = admission;
        _pool = pool;
        _clock = clock;
        _epochs = epochs;
        admission.Admitted += (transaction, source) =>
        {
            // A full outbox drops the frame, not the transaction: the resend below passes it on later.
            if (source == AdmissionSource.Client) _outbox.Writer.TryWrite(transaction.Signed);
        };
        network.Handle(LedgerProtocols.Transactions, (from, frame, stop) => frame.Length <= MaxFrameBytes
            && epochs.Validators.IndexOf(from) is not null
            ? _inbox.Writer.WriteAsync(frame, stop)
            : ValueTask.CompletedTask);
    }

    /// <summary>Runs until cancelled.</summary>
    public Task RunAsync(CancellationToken stop) => TaskGroup.RunAsync([SendAsync, ReceiveAsync, ResendAsync], stop);

    private async Task SendAsync(CancellationToken stop)
    {
        while (await _outbox.Reader.WaitToReadAsync(stop).ConfigureAwait(false)) SendToAll(Gathered());

        IEnumerable<SignedTransaction> Gathered()
        {
            while (_outbox.Reader.TryRead(out var transaction)) yield return transaction;
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
            SendToAll(_pool.WaitingSince(before, ResendLimit, _clock.Now).Select(t => t.Signed));
        }
    }

    private void SendToAll(IEnumerable<SignedTransaction> transactions)
    {
        var frame = new List<SignedTransaction>();
        var bytes = 0;
        foreach (var transaction in transactions)
        {
            frame.Add(transaction);
            bytes += transaction.Encoded.Length;
            if (bytes < FrameBytes) continue;
            Send(frame);
            frame.Clear();
            bytes = 0;
        }

        if (frame.Count > 0) Send(frame);
    }

    private void Send(List<SignedTransaction> transactions)
    {
        var frame = TransactionMessages.EncodeBatch(transactions);
        foreach (var peer in _epochs.Validators.Others) _network.TrySend(peer, LedgerProtocols.Transactions, frame);
    }
}
