using System.Net;
using System.Net.Sockets;

namespace Ledger.Testing.Network;

/// <summary>
/// Ports of this machine that nobody has, for tests that must name a port before they listen on it. They lie below the range
/// from which the kernel takes ports for outgoing connections: from there one may be gone again before it is listened on,
/// to a connection of any test, or to the very one that dials it. Safe for concurrent use.
/// </summary>
public static class FreePorts
{
    // Those of whole consortia begin at 10,000 (PortBlock in Ledger.EndToEnd.Tests).
    private const int First = 5000;
    private const int Count = 5000;

    // A process never names a port twice before all have had their turn.
    private static int _next = Environment.ProcessId * 101 % Count;

    /// <summary>Some ports, all different.</summary>
    /// <exception cref="InvalidOperationException">There are none.</exception>
    public static int[] Take(int count)
    {
        var ports = new int[count];
        for (var i = 0; i < count; i++) ports[i] = Take();
        return ports;
    }

    /// <summary>A port.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static int Take()
    {
        for (var tried = 0; tried < Count; tried++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _next) % Count);
            if (IsFree(port)) return port;
        }

        throw new InvalidOperationException($"none of {Count} ports from {First} on is free");
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // All addresses, so that a listener on any of them shows.
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
