using System.Diagnostics;
using System.Text.Json;
using Ledger.Client;
using Ledger.Client.Transport;
using Ledger.Core.Api.V1;

namespace Ledger.EndToEnd.Tests.Harness;

/// <summary>One node of a consortium: its folder, its process, its API. Not thread-safe.</summary>
internal sealed class TestNode : IDisposable
{
    private const int LogLines = 40;

    // Of one question. Nothing asks a node that is frozen.
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(60);
    private static readonly HttpClient Http = new() { Timeout = CallTimeout };

    private Process? _process;

    /// <param name="index">Its number.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="options">Who asks it.</param>
    public TestNode(int index, string folder, LedgerClientOptions options)
    {
        (Index, Folder) = (index, folder);
        using var config = JsonDocument.Parse(File.ReadAllBytes(ConfigPath));
        string Text(string name) => config.RootElement.GetProperty(name).GetString()!;
        Grpc = new Uri("http://" + Text("grpc_listen"));
        Health = new Uri("http://" + Text("http_listen"));
        Peer = new Uri("tcp://" + Text("peer_listen"));
        Api = new GrpcNodeApi(Grpc, options.ToConnection());
    }

    public int Index { get; }

    public string Folder { get; }

    public string ConfigPath => Path.Combine(Folder, "node.json");

    public string DataPath => Path.Combine(Folder, "data");

    public Uri Grpc { get; }

    public Uri Health { get; }

    public Uri Peer { get; }

    public GrpcNodeApi Api { get; }

    /// <summary>Variables that the process gets beside this one's.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>A command that starts the process, such as one that enters another namespace; usually nothing.</summary>
    public IReadOnlyList<string> Within { get; set; } = [];

    /// <summary>The process's id.</summary>
    public int ProcessId => _process!.Id;

    public bool IsRunning => _process is { HasExited: false };

    private string LogPath => Path.Combine(Folder, "node.log");

    /// <summary>Starts the process; <see cref="IsReadyAsync"/> waits until it serves.</summary>
    public void Start()
    {
        Assert.False(IsRunning, $"node {Index} runs already");
        _process?.Dispose();
        _process = Programs.StartNode(ConfigPath, LogPath, Environment, Within);
    }

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        Assert.True(IsRunning, $"node {Index} should run");
        KillIfRunning();
    }

    /// <summary>kill -9 of one that may end by itself.</summary>
    public void KillIfRunning()
    {
        _process!.Kill();
        _process.WaitForExit();
    }

    /// <summary>Freezes the process: its connections stay, and nothing answers. Ends when its threads stand still.</summary>
    public async Task PauseAsync()
    {
        Programs.Signal(_process!, Programs.SigStop);
        await Eventually.HoldsAsync($"node {Index} stands still", () => Programs.IsStopped(ProcessId));
    }

    /// <summary>Lets a frozen process go on.</summary>
    public void Resume() => Programs.Signal(_process!, Programs.SigContinue);

    /// <summary>Stops the process in an orderly way, and returns its exit code.</summary>
    public Task<int> StopAsync()
    {
        Programs.Signal(_process!, Programs.SigTerminate);
        return EndsAsync();
    }

    /// <summary>Waits until the process has ended, and returns its exit code.</summary>
    public Task<int> EndsAsync() => Programs.EndAsync(_process!, $"node {Index}");

    /// <summary>Waits until the node says that it can serve.</summary>
    public Task<TimeSpan> IsReadyAsync() =>
        Eventually.HoldsAsync($"node {Index} is ready", stop => IsRunning
            ? AskReadinessAsync(stop)
            : throw new InvalidOperationException($"node {Index} ended with {_process?.ExitCode}"));

    /// <summary>Waits until the node says that it can serve, or has ended.</summary>
    public Task<TimeSpan> IsReadyOrEndedAsync() => Eventually.HoldsAsync(
        $"node {Index} is ready or has ended", async stop => IsRunning ? await AskReadinessAsync(stop) : (true, "ended"));

    /// <summary>Waits until the node answers, ready or not.</summary>
    public Task<TimeSpan> AnswersAsync() =>
        Eventually.HoldsAsync($"node {Index} answers", async stop =>
        {
            try
            {
                await StatusAsync(stop);
                return (true, "");
            }
            catch (RpcException e)
            {
                return (false, e.Message);
            }
        });

    public Task<NodeStatus> StatusAsync(CancellationToken cancellation = default) =>
        Api.GetStatusAsync(new GetStatusRequest(), CallTimeout, cancellation);

    /// <summary>What the node answers to /metrics.</summary>
    public Task<string> MetricsAsync() => Http.GetStringAsync(new Uri(Health, "/metrics"));

    /// <summary>What /readyz says.</summary>
    public async Task<string> ReadinessAsync()
    {
        using var answer = await Http.GetAsync(new Uri(Health, "/readyz"));
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>Everything that the node has logged since its folder was made.</summary>
    public string WholeLog() => File.Exists(LogPath) ? File.ReadAllText(LogPath) : "";

    /// <summary>The end of the node's log.</summary>
    public string Log()
    {
        var title = $"--- node {Index}, {(IsRunning ? "running" : "not running")}";
        return File.Exists(LogPath)
            ? string.Join('\n', File.ReadLines(LogPath).TakeLast(LogLines).Prepend(title))
            : title + ", no log";
    }

    public void Dispose()
    {
        Api.Dispose();
        if (IsRunning) _process!.Kill();
        _process?.Dispose();
    }

    private async Task<(bool Ready, string State)> AskReadinessAsync(CancellationToken stop)
    {
        try
        {
            using var answer = await Http.GetAsync(new Uri(Health, "/readyz"), stop);
            return (answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(stop));
        }
        // On a busy machine a node that is starting may accept a connection and answer later than anybody waits.
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !stop.IsCancellationRequested))
        {
            return (false, e.Message);
        }
    }
}
