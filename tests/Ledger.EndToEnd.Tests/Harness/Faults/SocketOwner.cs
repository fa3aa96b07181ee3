using System.Globalization;

namespace Ledger.EndToEnd.Tests.Harness.Faults;

/// <summary>
/// Finds the process at the other end of a local connection, in what Linux shows of sockets. Nodes of one consortium dial
/// the same addresses, and what they say is encrypted: nothing else tells the proxy who calls.
/// </summary>
internal static class SocketOwner
{
    /// <summary>Which of these processes has the socket with these ports; null when none has.</summary>
    public static int? Find(int localPort, int remotePort, IEnumerable<int> processes)
    {
        var inode = InodeOf("/proc/net/tcp", localPort, remotePort) ?? InodeOf("/proc/net/tcp6", localPort, remotePort);
        if (inode is null) return null;
        var link = $"socket:[{inode}]";
        foreach (var process in processes)
        {
            if (Has(process, link)) return process;
        }

        return null;
    }

    // proc_pid_net(5): "sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode".
    private static string? InodeOf(string table, int localPort, int remotePort)
    {
        var (local, remote) = (Port(localPort), Port(remotePort));
        foreach (var line in File.ReadLines(table).Skip(1))
        {
            var columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var ours = columns[1].EndsWith(local, StringComparison.Ordinal)
                && columns[2].EndsWith(remote, StringComparison.Ordinal);
            if (ours) return columns[9];
        }

        return null;
    }

    private static bool Has(int process, string link)
    {
        try
        {
            return new DirectoryInfo($"/proc/{process}/fd").EnumerateFiles().Any(file => file.LinkTarget == link);
        }
        catch (IOException)
        {
            // It has ended, or closed the file between two looks.
            return false;
        }
    }

    private static string Port(int port) => string.Create(CultureInfo.InvariantCulture, $":{port:X4}");
}
