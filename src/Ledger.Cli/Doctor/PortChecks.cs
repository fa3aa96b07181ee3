using System.Net;
using System.Net.Sockets;
using Ledger.Cli.Processes;

namespace Ledger.Cli.Doctor;

/// <summary>A node's ports: held by the node when it runs, and by nobody when it does not.</summary>
internal static class PortChecks
{
    /// <summary>What is to be said about each port of a node.</summary>
    public static IEnumerable<Finding> Of(NodeFolder node)
    {
        var process = NodeProcess.Find(node);
        foreach (var (name, address) in PortsOf(node))
        {
            if (!IPEndPoint.TryParse(address, out var endpoint))
            {
                yield return Finding.Fail(
                    "ports", $"node {node.Index}: '{address}' is not an address and port", "correct node.json");
                continue;
            }

            var about = $"node {node.Index}: {address} for {name}";
            yield return (process, IsFree(endpoint)) switch
            {
                (null, true) => Finding.Ok("ports", $"{about} is free"),
                (null, false) => Finding.Fail(
                    "ports", $"{about} is taken by another program, and the node does not run", Advice(node)),
                (_, false) => Finding.Ok("ports", $"{about} is open (pid {process.Id})"),
                _ => Finding.Warn(
                    "ports", $"{about}: the node runs (pid {process.Id}) and does not listen there yet",
                    "while it joins, a node's ports are closed; else look at its log"),
            };
        }
    }

    /// <summary>Makes sure that a node that does not run can have its ports.</summary>
    /// <exception cref="CliException">Somebody else has one.</exception>
    public static void RequireFree(NodeFolder node)
    {
        foreach (var (name, address) in PortsOf(node))
        {
            if (!IPEndPoint.TryParse(address, out var endpoint) || IsFree(endpoint)) continue;
            throw new CliException(
                ExitCodes.Failure,
                $"no node was started: node {node.Index} needs {address} for {name}, and another program has it; "
                    + Advice(node));
        }
    }

    private static (string Name, string Address)[] PortsOf(NodeFolder node) =>
        [("peers", node.PeerListen), ("clients", node.GrpcListen), ("health", node.HttpListen)];

    private static string Advice(NodeFolder node) =>
        $"'ss -ltnp' says by which; stop that one, or change the port in {node.ConfigPath}";

    private static bool IsFree(IPEndPoint endpoint)
    {
        using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // Connections that ended a moment ago do not hold a port for a node either.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(endpoint);
            socket.Listen(1);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
