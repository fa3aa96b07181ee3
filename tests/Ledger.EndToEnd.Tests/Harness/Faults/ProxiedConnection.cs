using System.Diagnostics;
using System.Net.Sockets;
using System.Threading.Channels;
using Ledger.Testing.Consensus;

namespace Ledger.EndToEnd.Tests.Harness.Faults;

/// <summary>One connection from a node through the proxy to another. Ends when either side or the proxy ends it.</summary>
internal sealed class ProxiedConnection(Socket dialler, Socket target, FaultLink there, FaultLink back, ulong seed)
    : IDisposable
{
    private const int ChunkBytes = 16 << 10;

    // Bounds what is under way: 4 MiB in each direction, more than a send buffer of the kernel.
    private const int ChunksUnderWay = 256;

    private readonly CancellationTokenSource _stop = new();
    private volatile bool _halfOpen;

    /// <summary>Passes bytes both ways until one side ends.</summary>
    public async Task RunAsync()
    {
        var pumps = new[]
        {
            PumpAsync(dialler, target, there, new SplitMix64(seed)),
            PumpAsync(target, dialler, back, new SplitMix64(seed + 1)),
        };
        await Task.WhenAny(pumps);
        if (!_halfOpen) Reset();
        await Task.WhenAll(pumps);
        if (_halfOpen) await SwallowAsync();
    }

    /// <summary>Both sides find the connection reset.</summary>
    public void Reset()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            return;
        }

        Abort(dialler);
        Abort(target);
    }

    /// <summary>
    /// The node that was dialled finds the connection reset; the other's stays open and leads nowhere, as after a crash
    /// of the machine behind it.
    /// </summary>
    public void BecomeHalfOpen()
    {
        _halfOpen = true;
        _stop.Cancel();
        Abort(target);
    }

    public void Dispose()
    {
        Reset();
        _stop.Dispose();
    }

    // Until the node that still believes in it gives it up.
    private async Task SwallowAsync()
    {
        try
        {
            var buffer = new byte[ChunkBytes];
            while (await dialler.ReceiveAsync(buffer, SocketFlags.None) > 0)
            {
                // It gets no answer.
            }
        }
        catch (Exception e) when (IsEnd(e))
        {
            // It gave up.
        }
    }

    private static void Abort(Socket socket)
    {
        // Zero seconds of lingering send RST and not FIN.
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It has ended already.
        }

        socket.Dispose();
    }

    private async Task PumpAsync(Socket from, Socket to, FaultLink link, SplitMix64 random)
    {
        var underWay = Channel.CreateBounded<(byte[] Bytes, long Due)>(ChunksUnderWay);
        var writing = WriteAsync(to, link, underWay.Reader);
        try
        {
            var buffer = new byte[ChunkBytes];
            while (true)
            {
                var count = await from.ReceiveAsync(buffer, _stop.Token);
                if (count == 0) break;
                var jitter = link.Jitter > TimeSpan.Zero ? link.Jitter * (random.Below(1000) / 1000.0) : default;
                var due = Stopwatch.GetTimestamp() + Ticks(link.Delay + jitter);
                await underWay.Writer.WriteAsync((buffer[..count], due), _stop.Token);
            }
        }
        catch (Exception e) when (IsEnd(e))
        {
            // The connection is over.
        }

        underWay.Writer.Complete();
        await writing;
    }

    private async Task WriteAsync(Socket to, FaultLink link, ChannelReader<(byte[] Bytes, long Due)> underWay)
    {
        try
        {
            await foreach (var (bytes, due) in underWay.ReadAllAsync(_stop.Token))
            {
                await PassAsync(Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due));
                if (link.BytesPerSecond is > 0 and var rate)
                    await PassAsync(TimeSpan.FromSeconds(bytes.Length / (double)rate));
                await link.ReleasedAsync(_stop.Token);
                var whole = link.Harm(bytes);
                await SendAsync(to, whole ? bytes : bytes.AsMemory(0, bytes.Length / 2));
                if (!whole) break;
            }
        }
        catch (Exception e) when (IsEnd(e))
        {
            // Likewise.
        }

        // Also what ends the reader when it is this side that broke.
        if (!_halfOpen) Reset();
    }

    private async Task SendAsync(Socket to, ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0) bytes = bytes[await to.SendAsync(bytes, _stop.Token)..];
    }

    private async Task PassAsync(TimeSpan time)
    {
        if (time < TimeSpan.FromMilliseconds(1)) return;
        using var timer = new PeriodicTimer(time);
        await timer.WaitForNextTickAsync(_stop.Token);
    }

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);

    private static bool IsEnd(Exception e) =>
        e is SocketException or ObjectDisposedException or OperationCanceledException or ChannelClosedException;
}
