using System.Diagnostics;
using System.Globalization;

namespace Ledger.Cli.Processes;

/// <summary>
/// A node's process, known by its pid file. The file holds the process's start time beside its id, so that another
/// process that got the same id later is never taken for the node.
/// </summary>
/// <param name="Id">The process id.</param>
/// <param name="Started">When it started: an opaque value that no later process with the same id shares.</param>
internal sealed record NodeProcess(int Id, string Started)
{
    /// <summary>The running process of a node; null when it does not run.</summary>
    public static NodeProcess? Find(NodeFolder node)
    {
        if (!File.Exists(node.PidPath)) return null;
        var parts = File.ReadAllText(node.PidPath).Split(' ', StringSplitOptions.TrimEntries);
        if (parts.Length != 2 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            return null;
        var known = new NodeProcess(id, parts[1]);
        return known.IsRunning ? known : null;
    }

    /// <summary>Whether the very same process still runs.</summary>
    public bool IsRunning => StartOf(Id) == Started;

    /// <summary>
    /// Starts a node as a process of its own that outlives this one, with its output in the node's log.
    /// </summary>
    /// <exception cref="CliException">It could not be started.</exception>
    public static NodeProcess Start(NodeFolder node)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Ledger.Node.dll");
        if (!File.Exists(program))
            throw new CliException(ExitCodes.Failure, $"{program} is missing; install ledger again");
        var shell = new ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true, UseShellExecute = false };
        // A session of its own: no signal from this terminal reaches the node. As setsid does not fork here, $! is the
        // node's id.
        shell.ArgumentList.Add("-c");
        shell.ArgumentList.Add("setsid \"$1\" exec \"$2\" --config \"$3\" >>\"$4\" 2>&1 </dev/null & echo $!");
        foreach (var argument in new[] { "sh", DotnetPath(), program, node.ConfigPath, node.LogPath })
            shell.ArgumentList.Add(argument);
        shell.WorkingDirectory = node.Folder;
        using var process = Process.Start(shell)
            ?? throw new CliException(ExitCodes.Failure, "/bin/sh could not be started");
        var answer = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (!int.TryParse(answer, NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var id))
            throw new CliException(ExitCodes.Failure, $"node {node.Index} could not be started");
        var started = new NodeProcess(id, StartOf(id) ?? "ended");
        File.WriteAllText(node.PidPath, $"{started.Id} {started.Started}\n");
        return started;
    }

    /// <summary>Asks the process to end (SIGTERM), or ends it (SIGKILL).</summary>
    public void Signal(bool kill)
    {
        if (!IsRunning) return;
        var shell = new ProcessStartInfo("/bin/sh") { UseShellExecute = false, RedirectStandardError = true };
        shell.ArgumentList.Add("-c");
        shell.ArgumentList.Add($"kill -{(kill ? "KILL" : "TERM")} {Id.ToString(CultureInfo.InvariantCulture)}");
        using var process = Process.Start(shell);
        process?.WaitForExit();
    }

    // Linux: field 22 of /proc/PID/stat, the start in ticks since boot; 'Z' and 'X' in field 3 are processes that have
    // ended.
    private static string? StartOf(int id)
    {
        if (OperatingSystem.IsLinux())
        {
            try
            {
                var stat = File.ReadAllText($"/proc/{id.ToString(CultureInfo.InvariantCulture)}/stat");
                // The name in field 2 may hold anything, so fields are counted from its closing bracket.
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                return fields[0] is "Z" or "X" ? null : fields[19];
            }
            catch (IOException)
            {
                return null;
            }
        }

        try
        {
            using var process = Process.GetProcessById(id);
            return process.HasExited ? null : process.StartTime.Ticks.ToString(CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string DotnetPath()
    {
        var self = Environment.ProcessPath;
        if (self is not null && Path.GetFileNameWithoutExtension(self) == "dotnet") return self;
        return Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host : "dotnet";
    }
}
