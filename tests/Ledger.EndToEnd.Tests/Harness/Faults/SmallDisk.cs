using System.Diagnostics;
using System.Globalization;

namespace Ledger.EndToEnd.Tests.Harness.Faults;

/// <summary>
/// A small file system of its own under a node's data folder, which can be filled to the last byte: memory, mounted in a
/// user and mount namespace that needs no privilege where the kernel lets users make one (Debian does). What was in the
/// folder is copied in, and back when this is disposed; the node must be down at both times.
/// </summary>
internal sealed class SmallDisk : IDisposable
{
    private const string Keep =
        "mkdir \"$1\" && cp -a \"$0/.\" \"$1\" && mount -t tmpfs -o size=$2 tmpfs \"$0\" && cp -a \"$1/.\" \"$0\" && "
        + "rm -r \"$1\" && echo mounted && exec cat";

    private static readonly TimeSpan Within = TimeSpan.FromSeconds(20);

    private readonly TestNode _node;
    private readonly Process _keeper;

    private SmallDisk(TestNode node, Process keeper) => (_node, _keeper) = (node, keeper);

    // What those see who are not in the namespace.
    private string Inside =>
        string.Create(CultureInfo.InvariantCulture, $"/proc/{_keeper.Id}/root{_node.DataPath}");

    private string Filler => Path.Combine(Inside, "filler");

    /// <summary>Mounts one; null where this machine lets nobody make a namespace.</summary>
    public static async Task<SmallDisk?> TryMountAsync(TestNode node, int mebibytes)
    {
        var start = new ProcessStartInfo("unshare") { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in new[] { "--user", "--map-root-user", "--mount", "sh", "-c", Keep, node.DataPath })
            start.ArgumentList.Add(argument);
        start.ArgumentList.Add(node.DataPath + ".before");
        start.ArgumentList.Add(string.Create(CultureInfo.InvariantCulture, $"{mebibytes}m"));
        var keeper = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(Within);
        if (await keeper.StandardOutput.ReadLineAsync(deadline.Token) != "mounted")
        {
            keeper.Dispose();
            return null;
        }

        node.Environment[Programs.EnterVariable] = string.Create(
            CultureInfo.InvariantCulture, $"nsenter --target {keeper.Id} --user --mount --preserve-credentials --");
        return new SmallDisk(node, keeper);
    }

    /// <summary>Takes the space that is there, but for so many bytes.</summary>
    public void Fill(int leaving)
    {
        using var file = new FileStream(Filler, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var size = 1 << 20; size > 0; size /= 2)
        {
            var bytes = new byte[size];
            try
            {
                while (true) file.Write(bytes);
            }
            catch (IOException)
            {
                // No room for so much; for less, perhaps.
            }
        }

        file.SetLength(file.Length - leaving);
    }

    /// <summary>Gives the space back.</summary>
    public void Empty() => File.Delete(Filler);

    public void Dispose()
    {
        _node.Environment.Remove(Programs.EnterVariable);
        using (var copy = Process.Start("cp", ["-a", "--no-target-directory", Inside, _node.DataPath + ".after"]))
            copy.WaitForExit();
        Directory.Delete(_node.DataPath, recursive: true);
        Directory.Move(_node.DataPath + ".after", _node.DataPath);
        _keeper.StandardInput.Close();
        _keeper.WaitForExit();
        _keeper.Dispose();
    }
}
