using System.Diagnostics;
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

    private static readonly TimeSpan ToolTimeout = TimeSpan.FromSeconds(90);

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
        using var process = StartTool(folder, arguments);
        using var deadline = new CancellationTokenSource(ToolTimeout);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var error = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            return new ToolResult(string.Join(' ', arguments), process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException(
                $"ledger {string.Join(' ', arguments)}: did not end within {ToolTimeout.TotalSeconds} s");
        }
    }

    /// <summary>Sends a signal.</summary>
    public static void Signal(Process process, int signal)
    {
        if (!process.HasExited) Assert.Equal(0, Kill(process.Id, signal));
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
