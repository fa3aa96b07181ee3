using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Ledger.EndToEnd.Tests.Harness;

/// <summary>
/// How the programs under test are run: as processes, from a folder that the build makes (Programs.targets).
/// </summary>
internal static partial class Programs
{
    public const int SigStop = 19;
    public const int SigContinue = 18;
    public const int SigTerminate = 15;

    public static string NodeProgram => PathOf("Ledger.Node.dll");

    private static string Dotnet
    {
        get
        {
            var self = Environment.ProcessPath;
            if (self is not null && Path.GetFileNameWithoutExtension(self) == "dotnet") return self;
            return Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host : "dotnet";
        }
    }

    /// <summary>Where a program lies.</summary>
    public static string PathOf(string program) => Path.Combine(AppContext.BaseDirectory, "programs", program);

    /// <summary>A sample file that the tests carry.</summary>
    public static string Sample(string name) => Path.Combine(AppContext.BaseDirectory, "Samples", name);

    /// <summary>Starts a node with its output appended to a file.</summary>
    /// <param name="config">Its configuration.</param>
    /// <param name="log">Where its output goes.</param>
    /// <param name="environment">Variables that it gets beside this process's.</param>
    /// <param name="within">A command that starts it, such as one that enters another namespace.</param>
    public static Process StartNode(
        string config, string log, IReadOnlyDictionary<string, string>? environment = null,
        params IReadOnlyList<string> within)
    {
        string[] shell = [.. within, "/bin/sh", "-c"];
        var start = new ProcessStartInfo(shell[0], shell[1..]);
        // exec: the process is the node itself, so its id is the one that signals go to. SIGXFSZ is ignored, so that a
        // write beyond a limit fails, as on a full disk, and does not kill (see FileSizeLimit).
        start.ArgumentList.Add("trap '' XFSZ; exec \"$0\" exec \"$1\" --config \"$2\" >>\"$3\" 2>&1 </dev/null");
        foreach (var argument in new[] { Dotnet, NodeProgram, config, log }) start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Starts the <c>ledger</c> command; its output is to be read.</summary>
    public static Process StartTool(string folder, params IEnumerable<string> arguments) =>
        Start("ledger.dll", arguments, folder);

    /// <summary>
    /// Starts the <c>ledger</c> command such that it is killed by the write with which a file of its own would grow beyond a
    /// size (SIGXFSZ, setrlimit(2)): in the midst of its work, at whatever pace it goes on. Whoever watches it to kill it
    /// then may be too late.
    /// </summary>
    public static Process StartToolUntil(int kibibytes, string folder, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // The shell's unit is 512 bytes.
        string[] command =
        [
            "-c", "ulimit -c 0; ulimit -f \"$0\"; exec \"$@\"", (2 * kibibytes).ToString(CultureInfo.InvariantCulture),
            Dotnet, "exec", PathOf("ledger.dll"), .. arguments,
        ];
        foreach (var argument in command) start.ArgumentList.Add(argument);
        // Otherwise the runtime's own memory is a file, and a large one.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        return Process.Start(start)!;
    }

    /// <summary>Starts a program; its output is to be read.</summary>
    public static Process Start(string program, IEnumerable<string> arguments, string? folder = null)
    {
        var start = new ProcessStartInfo(Dotnet)
        {
            WorkingDirectory = folder ?? AppContext.BaseDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(PathOf(program));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    /// <summary>Runs the <c>ledger</c> command to its end.</summary>
    public static async Task<ToolResult> RunToolAsync(string folder, params IReadOnlyList<string> arguments)
    {
        var command = string.Join(' ', arguments);
        using var process = StartTool(folder, arguments);
        var (code, output, error) = await OutputAsync(process, "ledger " + command);
        return new ToolResult(command, code, output, error);
    }

    /// <summary>Reads what a process says until it ends.</summary>
    public static async Task<(int Code, string Out, string Error)> OutputAsync(
        Process process, string what, TimeSpan? patience = null)
    {
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        var code = await EndAsync(process, what, patience);
        return (code, await output, await error);
    }

    /// <summary>
    /// Waits until a process has ended, and returns its exit code; kills it, and what it started, when that takes too long.
    /// </summary>
    public static async Task<int> EndAsync(Process process, string what, TimeSpan? patience = null)
    {
        var limit = patience ?? Eventually.Patience;
        using var deadline = new CancellationTokenSource(limit);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
            return process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{what}: did not end within {limit.TotalSeconds:0} s");
        }
    }

    /// <summary>Sends a signal.</summary>
    public static void Signal(Process process, int signal)
    {
        if (!process.HasExited) Assert.Equal(0, Kill(process.Id, signal));
    }

    /// <summary>Whether each thread of a process is stopped: proc_pid_stat(5), whose third field follows the name.</summary>
    public static bool IsStopped(int process)
    {
        try
        {
            return Directory.GetDirectories($"/proc/{process}/task").All(task =>
            {
                var stat = File.ReadAllText(Path.Combine(task, "stat"));
                return stat[stat.LastIndexOf(')') + 2] == 'T';
            });
        }
        catch (IOException)
        {
            // A thread ended between two looks: they do not stand still yet.
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}

/// <summary>How a run of the <c>ledger</c> command ended.</summary>
internal sealed record ToolResult(string Command, int ExitCode, string Out, string Error)
{
    /// <summary>The output, which must be one JSON object.</summary>
    public JsonElement Json
    {
        get
        {
            using var document = JsonDocument.Parse(Out);
            Assert.Equal(JsonValueKind.Object, document.RootElement.ValueKind);
            return document.RootElement.Clone();
        }
    }

    /// <summary>Asserts the exit code.</summary>
    public ToolResult Ended(int expected)
    {
        Assert.True(
            ExitCode == expected, $"ledger {Command}: ended with {ExitCode}, not {expected}\n{Out}\n{Error}");
        return this;
    }
}
