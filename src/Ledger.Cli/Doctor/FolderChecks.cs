using System.Text.Json;
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
        foreach (var finding in PortChecks.Of(node)) yield return finding;
        foreach (var finding in MachineChecks.Disk(about, Resolve(node, Text(root, "data")))) yield return finding;
    }

    /// <summary>A key file: there, readable by its owner only, and known to the channel.</summary>
    public static Finding KeyFile(
        string about, string path, string? passphrase, Func<PublicKey, Finding?> judge)
    {
        const string Check = "keys";
        if (!File.Exists(path))
            return Finding.Fail(Check, $"{about}: {path} is not there", "restore it from its backup");
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0)
            return Finding.Fail(Check, $"{about}: others may read or write {path}", $"chmod 600 {path}");
        try
        {
            return judge(IdentityFile.Load(path, passphrase).PublicKey)
                ?? Finding.Ok(Check, $"{about}: {Path.GetFileName(path)} is its owner's alone and known to the channel");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Finding.Fail(Check, $"{about}: {e.Message}", "correct the passphrase file, or restore the key");
        }
    }

    private static Finding SameChannel(string about, Genesis genesis, Genesis expected) =>
        genesis.Channel.Equals(expected.Channel)
            ? Finding.Ok("genesis", $"{about}: channel {genesis.Channel}")
            : Finding.Fail(
                "genesis",
                $"{about}: its genesis is of channel {genesis.Channel}, the consortium's of {expected.Channel}",
                "all nodes need the same genesis.json, byte for byte: copy the consortium's");

    private static IEnumerable<Finding> Key(NodeFolder node, JsonElement root, Genesis? genesis)
    {
        var about = $"node {node.Index}";
        string? passphrase = null;
        Finding? unreadable = null;
        try
        {
            passphrase = root.TryGetProperty("key_passphrase_file", out _)
                ? Session.ReadPassphrase(Resolve(node, Text(root, "key_passphrase_file")))
                : null;
        }
        catch (CliException e)
        {
            unreadable = Finding.Fail("keys", $"{about}: {e.Message}", "let the node's user read it, or mend its path");
        }

        if (unreadable is not null)
        {
            yield return unreadable;
            yield break;
        }

        var isCandidate = Text(root, "role") == "candidate";
        // Validators change: a key that genesis does not know is a fault only when no change brought it in.
        yield return KeyFile(about, Resolve(node, Text(root, "key")), passphrase, key =>
            genesis is null || isCandidate || IsKnown(genesis, key)
                ? null
                : Finding.Warn(
                    "keys", $"{about}: its key is not one of the genesis validators and observers",
                    "well, if a change of the validators brought it in ('ledger status --json' lists their keys); else "
                    + "use the key that genesis names"));
    }

    private static bool IsKnown(Genesis genesis, PublicKey key) =>
        genesis.Validators.Validators.Any(v => v.Key.Equals(key)) || genesis.Observers.Any(o => o.Key.Equals(key));

    private static Genesis? ReadGenesis(string path, string about, out Finding? problem)
    {
        problem = null;
        try
        {
            return Session.ReadGenesis(path);
        }
        catch (CliException e)
        {
            problem = Finding.Fail("genesis", $"{about}: {e.Message}", "copy the consortium's genesis.json there");
            return null;
        }
    }

    private static string Resolve(NodeFolder node, string path) => Path.GetFullPath(path, node.Folder);

    private static string Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
