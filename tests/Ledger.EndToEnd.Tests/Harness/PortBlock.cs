using System.Net;
using System.Net.Sockets;
using Ledger.Tests;

namespace Ledger.EndToEnd.Tests.Harness;

/// <summary>
/// Ports for one consortium that no other test run on this machine uses at the same time. They lie below the range from
/// which the kernel takes ports for outgoing connections. Dispose it to give them back.
/// </summary>
internal sealed class PortBlock : IDisposable
{
    /// <summary>Where nodes listen for their peers when a proxy stands at the addresses of genesis.</summary>
    public const int BehindProxy = 50;

    // `ledger init` uses +0 for peers, +100 for clients and +200 for health, each plus the node's number.
    private const int Size = 300;
    private const int First = 10_000;
    private const int Count = 74;

    private readonly FileStream _lock;

    private PortBlock(int basePort, FileStream held) => (Base, _lock) = (basePort, held);

    /// <summary>The block's first port.</summary>
    public int Base { get; }

    /// <summary>Takes a free block.</summary>
    /// <exception cref="InvalidOperationException">All are in use.</exception>
    public static PortBlock Take(int nodes)
    {
        var folder = Directory.CreateDirectory(Path.Combine(TempRoot.Shared, "ledger-e2e-ports")).FullName;
        for (var i = 0; i < Count; i++)
        {
            // Runs that start together begin at different blocks.
            var block = (Environment.ProcessId + i) % Count;
            var port = First + (block * Size);
            FileStream held;
            try
            {
                var path = Path.Combine(folder, $"{port}.lock");
                held = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
            }
            catch (IOException)
            {
                continue;
            }

            if (AreFree(port, nodes)) return new PortBlock(port, held);
            held.Dispose();
        }

        throw new InvalidOperationException($"none of the {Count} blocks of ports from {First} on is free");
    }

    public void Dispose() => _lock.Dispose();

    private static bool AreFree(int basePort, int nodes) =>
        Enumerable.Range(basePort, nodes).All(port =>
            IsFree(port) && IsFree(port + BehindProxy) && IsFree(port + 100) && IsFree(port + 200));

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
