using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Ledger.EndToEnd.Tests.Harness.Faults;

/// <summary>
/// A file system of a few megabytes with a node's data on it, in a mount namespace of its own: when it is full it is full
/// (ENOSPC), and nobody else notices. Any user may have one where user namespaces are allowed; root may without them. In
/// containers that forbid both there is none. It lives as long as the process that holds the namespace.
/// </summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    // Less than the database would set aside for its log: it gets no space in advance, and runs out with what it writes.
    private const string Small = "5m";
    private const string Large = "96m";
    private const string Folder = "small";

    // The kernel gives the namespace up with its last process, and this one ends with its input.
    private const string Hold = "mount -t tmpfs -o size=\"$1\" tmpfs \"$0\" && echo ready && exec cat";

    private readonly Process _holder;
    private readonly TestNode _node;
    private readonly string[] _enter;

    private SmallDisk(Process holder, TestNode node, string[] enter) => (_holder, _node, _enter) = (holder, node, enter);

    private string Path => System.IO.Path.Combine(_node.Folder, Folder);

    /// <summary>Gives a node that was never started its data folder on a small disk; null where there can be none.</summary>
    public static async Task<SmallDisk?> TryUnderAsync(TestNode node)
    {
        var path = System.IO.Path.Combine(node.Folder, Folder);
        Directory.CreateDirectory(path);
        foreach (var user in new[] { true, false })
        {
            string[] unshare = user ? ["--user", "--map-root-user", "--mount"] : ["--mount"];
            var holder = Start("unshare", [.. unshare, "/bin/sh", "-c", Hold, path, Small]);
            if (await holder.StandardOutput.ReadLineAsync() != "ready")
            {
                await holder.WaitForExitAsync();
                holder.Dispose();
                continue;
            }

            string[] namespaces = user ? ["--user", "--preserve-credentials", "--mount"] : ["--mount"];
            var disk = new SmallDisk(holder, node, ["nsenter", $"--target={holder.Id}", .. namespaces, "--"]);
            await disk.RunAsync($"cp -a \"{node.DataPath}/.\" \"{path}\"");
            var config = JsonNode.Parse(await File.ReadAllTextAsync(node.ConfigPath))!;
            config["data"] = Folder;
            await File.WriteAllTextAsync(node.ConfigPath, config.ToJsonString());
            node.Within = disk._enter;
            return disk;
        }

        return null;
    }

    /// <summary>From now on there is room.</summary>
    public Task MakeRoomAsync() => RunAsync($"mount -o remount,size={Large} \"{Path}\"");

    /// <summary>Copies what a stopped node has to where tests look for it.</summary>
    public async Task KeepAsync()
    {
        Directory.Delete(_node.DataPath, recursive: true);
        await RunAsync($"cp -a \"{Path}\" \"{_node.DataPath}\"");
    }

    public async ValueTask DisposeAsync()
    {
        _holder.StandardInput.Close();
        await _holder.WaitForExitAsync();
        _holder.Dispose();
    }

    private async Task RunAsync(string script)
    {
        using var process = Start(_enter[0], [.. _enter[1..], "/bin/sh", "-c", script]);
        process.StandardInput.Close();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{script}: {error}");
    }

    private static Process Start(string program, IEnumerable<string> arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
}
