using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Ledger.Cli.Processes;
using Ledger.Cli.Profiles;
using Ledger.Client.Identity;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;

namespace Ledger.Cli.Doctor;

/// <summary>What lies in a consortium's folder: configuration, genesis, keys, ports, data.</summary>
internal static class FolderChecks
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Everything about one node's folder.</summary>
    public static IEnumerable<Finding> Node(NodeFolder node, Genesis? expected)
    {
        var about = $"node {node.Index}";
        using var config = JsonDocument.Parse(
            InputFiles.Read(node.ConfigPath, 64 << 10, "node's configuration"),
            new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
        var root = config.RootElement;
        var genesis = ReadGenesis(Resolve(node, Text(root, "genesis")), about, out var problem);
        if (problem is not null) yield return problem;
        if (genesis is not null && expected is not null)
            yield return SameChannel(about, genesis, expected);
        foreach (var finding in Key(node, root, genesis ?? expected)) yield return finding;
        foreach (var finding in Ports(node, Text(root, "peer_listen"))) yield return finding;
        foreach (var finding in MachineChecks.Disk(about, Resolve(node, Text(root, "data")))) yield return finding;
    }

    /// <summary>A key file: there, readable by its owner only, and known to the channel.</summary>
    public static Finding KeyFile(
        string check, string about, string path, string? passphrase, Func<PublicKey, string?> stranger)
    {
        if (!File.Exists(path))
            return Finding.Fail(check, $"{about}: {path} is not there", "restore it from its backup");
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0)
            return Finding.Fail(check, $"{about}: others may read or write {path}", $"chmod 600 {path}");
        try
        {
            return stranger(IdentityFile.Load(path, passphrase).PublicKey) is { } who
                ? Finding.Fail(check, $"{about}: {who}", "use the key that genesis names, or the genesis that names this key")
                : Finding.Ok(check, $"{about}: {Path.GetFileName(path)} is its owner's alone and known to the channel");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Finding.Fail(check, $"{about}: {e.Message}", "correct the passphrase file, or restore the key");
        }
    }

    private static Finding SameChannel(string about, Genesis genesis, Genesis expected) =>
        genesis.Channel.Equals(expected.Channel)
            ? Finding.Ok("genesis", $"{about}: channel {genesis.Channel}")
            : Finding.Fail(
                "genesis", $"{about}: its genesis is of channel {genesis.Channel}, the consortium's of {expected.Channel}",
                "all nodes need the same genesis.json, byte for byte: copy the consortium's");

    private static IEnumerable<Finding> Key(NodeFolder node, JsonElement root, Genesis? genesis)
    {
        var about = $"node {node.Index}";
        string? passphrase = null;
        Finding? unreadable = null;
        try
        {
            passphrase = root.TryGetProperty("key_passphrase_file", out var file)
                ? Session.ReadPassphrase(Resolve(node, file.GetString()!))
                : null;
        }
        catch (CliException e)
        {
            unreadable = Finding.Fail("keys", $"{about}: {e.Message}", "let the node's user read it, or correct its path");
        }

        if (unreadable is not null)
        {
            yield return unreadable;
            yield break;
        }

        var isCandidate = Text(root, "role") == "candidate";
        yield return KeyFile("keys", about, Resolve(node, Text(root, "key")), passphrase, key =>
            genesis is null || isCandidate || IsKnown(genesis, key)
                ? null
                : "its key is not one of the genesis validators and observers (it may have become one since)");
    }

    private static bool IsKnown(Genesis genesis, PublicKey key) =>
        genesis.Validators.Validators.Any(v => v.Key.Equals(key)) || genesis.Observers.Any(o => o.Key.Equals(key));

    // A port must be held by the node when it runs, and by nobody when it does not.
    private static IEnumerable<Finding> Ports(NodeFolder node, string peers)
    {
        var process = NodeProcess.Find(node);
        foreach (var (name, address) in new[] { ("peers", peers), ("clients", node.GrpcListen), ("health", node.HttpListen) })
        {
            if (!IPEndPoint.TryParse(address, out var endpoint))
            {
                yield return Finding.Fail(
                    "ports", $"node {node.Index}: '{address}' is not an address and port", "correct node.json");
                continue;
            }

            var free = IsFree(endpoint);
            var about = $"node {node.Index}: {address} for {name}";
            yield return (process, free) switch
            {
                (null, true) => Finding.Ok("ports", $"{about} is free"),
                (null, false) => Finding.Fail(
                    "ports", $"{about} is taken by another program, and the node does not run",
                    $"'ss -ltnp' says by which; stop that one, or change the port in {node.ConfigPath}"),
                (_, false) => Finding.Ok("ports", $"{about} is open (pid {process.Id})"),
                _ => Finding.Warn(
                    "ports", $"{about}: the node runs (pid {process.Id}) and does not listen there yet",
                    "while it joins, a node's ports are closed; else look at its log"),
            };
        }
    }

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

    private static Genesis? ReadGenesis(string path, string about, out Finding? problem)
    {
        problem = null;
        try
        {
            return Session.ReadGenesis(path);
        }
        catch (CliException e)
        {
            problem = Finding.Fail("genesis", $"{about}: {e.Message}", "copy the consortium's genesis.json to that place");
            return null;
        }
    }

    private static string Resolve(NodeFolder node, string path) => Path.GetFullPath(path, node.Folder);

    private static string Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
