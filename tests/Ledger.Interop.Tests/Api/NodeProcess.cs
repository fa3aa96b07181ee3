using System.Diagnostics;
using System.Text.Json;
using Ledger.Client.Identity;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Testing.Network;

namespace Ledger.Interop.Tests.Api;

/// <summary>
/// A real node: the process that operators run, on ports of its own, over a new consortium with one validator. Ended and
/// removed when disposed, and ended with the test's process at the latest.
/// </summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private const int Attempts = 3;
    private const int LinesKept = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(50);

    private readonly DirectoryInfo _folder;
    private readonly Queue<string> _output = new();
    private Process? _process;

    private NodeProcess(DirectoryInfo folder)
    {
        _folder = folder;
        AppDomain.CurrentDomain.ProcessExit += OnExit;
    }

    /// <summary>The folder, with genesis.json and client.key.</summary>
    public string Folder => _folder.FullName;

    /// <summary>The genesis document.</summary>
    public Genesis Genesis { get; private set; } = null!;

    /// <summary>Signs for the member <c>data-operator</c>, as client.key does, with a key of its own.</summary>
    public ISigner Client { get; private set; } = null!;

    /// <summary>Where clients call it.</summary>
    public Uri Grpc { get; private set; } = null!;

    /// <summary>Where it tells its health.</summary>
    public Uri Http { get; private set; } = null!;

    /// <summary>Makes a consortium and starts its node; returns when the node is ready.</summary>
    /// <param name="contracts">What contracts may use; null for a channel without them.</param>
    public static async Task<NodeProcess> StartAsync(ContractParameters? contracts = null)
    {
        var node = new NodeProcess(Directory.CreateTempSubdirectory("ledger-interop-"));
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                var ports = FreePorts.Take(3);
                if (attempt == 1) node.WriteConsortium(ports[0], contracts);
                node.WriteConfig(ports);
                if (await node.RunAsync()) return node;
                // Another program took a port between our look and the node's start; any other end repeats itself.
                if (attempt == Attempts) Assert.Fail("The node ended: " + node.Output());
            }
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>Kills the node and starts it again, on the same ports; returns when it is ready.</summary>
    public async Task RestartAsync()
    {
        _process!.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        if (!await RunAsync()) Assert.Fail("The node ended: " + Output());
    }

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        if (_process is not null)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        _folder.Delete(recursive: true);
    }

    private void OnExit(object? sender, EventArgs e) => _process?.Kill(entireProcessTree: true);

    private void WriteConsortium(int peerPort, ContractParameters? contracts)
    {
        var suite = Secp256k1Suite.Default;
        var validator = IdentityFile.Create(Path.Combine(Folder, "validator.key"), suite);
        Client = IdentityFile.Create(Path.Combine(Folder, "dotnet.key"), suite);
        var python = IdentityFile.Create(Path.Combine(Folder, "client.key"), suite);
        Genesis = new Genesis(
            "Interop consortium 互通",
            "main",
            suite,
            new Timestamp((ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()),
            new ChannelParameters { Contracts = contracts },
            new ValidatorSet(
                new Epoch(0), [new Validator("data-operator", validator.PublicKey, $"127.0.0.1:{peerPort}")]),
            [
                new Member
                {
                    Id = "data-operator",
                    Name = "Data operator 授权运营方",
                    Roles = ["operator", "platform", "provider"],
                    Keys = [new MemberKey(Client.PublicKey, "dotnet"), new MemberKey(python.PublicKey, "python")],
                },
            ]);
        File.WriteAllBytes(Path.Combine(Folder, "genesis.json"), GenesisJson.Write(Genesis));
    }

    private void WriteConfig(int[] ports)
    {
        Grpc = new Uri($"http://127.0.0.1:{ports[1]}");
        Http = new Uri($"http://127.0.0.1:{ports[2]}");
        var config = new Dictionary<string, string>
        {
            ["role"] = "validator",
            ["genesis"] = "genesis.json",
            ["key"] = "validator.key",
            ["data"] = "data",
            ["peer_listen"] = $"127.0.0.1:{ports[0]}",
            ["grpc_listen"] = Grpc.Authority,
            ["http_listen"] = Http.Authority,
        };
        File.WriteAllText(Path.Combine(Folder, "node.json"), JsonSerializer.Serialize(config));
    }

    // Whether the node became ready; false when it ended.
    private async Task<bool> RunAsync()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Ledger.Node.dll");
        var config = Path.Combine(Folder, "node.json");
        _process?.Dispose();
        _process = Process.Start(new ProcessStartInfo("dotnet", ["exec", program, "--config", config])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();

        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
        using var timer = new PeriodicTimer(PollEvery);
        using var limit = new CancellationTokenSource(Patience);
        while (!_process.HasExited)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri(Http, "/readyz"), limit.Token);
                if (answer.IsSuccessStatusCode) return true;
            }
            catch (Exception e) when (
                e is HttpRequestException || (e is TaskCanceledException && !limit.IsCancellationRequested))
            {
                // It does not listen yet, or had no time to answer.
            }

            if (limit.IsCancellationRequested) Assert.Fail($"The node is not ready after {Patience}: {Output()}");
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }

        return false;
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_output)
        {
            if (line.Data is not null) _output.Enqueue(line.Data);
            if (_output.Count > LinesKept) _output.Dequeue();
        }
    }

    private string Output()
    {
        lock (_output) return string.Join('\n', _output);
    }
}
