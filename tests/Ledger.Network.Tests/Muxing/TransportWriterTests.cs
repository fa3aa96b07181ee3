using Ledger.Network.Muxing;
using Ledger.Network.Tests.Support;

namespace Ledger.Network.Tests.Muxing;

public sealed class TransportWriterTests
{
    private static readonly YamuxHeader Header = new(YamuxType.Ping, YamuxFlags.Syn, 0, 0);

    [Fact]
    public async Task A_lent_thread_writes_what_it_brought_and_not_what_comes_meanwhile()
    {
        var transport = new Recorder();
        var writer = new TransportWriter(transport, e => Assert.Fail(e.Message), CancellationToken.None);
        var running = writer.RunAsync();
        var written = new TaskCompletionSource();
        transport.Writing = () =>
        {
            if (transport.Threads.Count < 4) writer.AppendControl(Header);
            else written.SetResult();
        };

        // It lives to the end: a thread's number is given to another when it is gone.
        using var end = new ManualResetEventSlim();
        var lender = new Thread(() =>
        {
            writer.AppendControl(Header);
            writer.Flush(inline: true);
            end.Wait();
        });
        lender.Start();
        try
        {
            await written.Task.Within("all writes");
            writer.Complete();
            await running.Within("the writer to end");
        }
        finally
        {
            end.Set();
            lender.Join();
        }

        Assert.Equal(4, transport.Threads.Count);
        Assert.Equal(lender.ManagedThreadId, transport.Threads[0]);
        Assert.DoesNotContain(lender.ManagedThreadId, transport.Threads.Skip(1));
    }

    [Fact]
    public async Task Flushing_nothing_wakes_nobody()
    {
        var transport = new Recorder();
        var writer = new TransportWriter(transport, e => Assert.Fail(e.Message), CancellationToken.None);
        var running = writer.RunAsync();

        writer.Flush(inline: true);
        writer.AppendControl(Header);
        writer.Flush(inline: true);
        writer.Flush(inline: true);

        Assert.Equal([Environment.CurrentManagedThreadId], transport.Threads);
        writer.Complete();
        await running.Within("the writer to end");
    }

    /// <summary>Takes everything at once, and notes on which thread it came.</summary>
    private sealed class Recorder : MemoryStream
    {
        public List<int> Threads { get; } = [];

        public Action Writing { get; set; } = () => { };

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Threads.Add(Environment.CurrentManagedThreadId);
            Writing();
            return ValueTask.CompletedTask;
        }
    }
}
