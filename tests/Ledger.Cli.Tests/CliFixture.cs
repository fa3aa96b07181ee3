using System.Text.Json;
using Ledger.Client;
using Ledger.Client.Tests.Fakes;
using Ledger.Client.Transport;
using Ledger.Core.Crypto;
using Ledger.Core.Grpc;
using Ledger.Core.Membership;

namespace Ledger.Cli.Tests;

/// <summary>
/// The command in a folder of its own, with a profile, over an in-memory chain. Not thread-safe.
/// </summary>
internal sealed class CliFixture
{
    public CliFixture()
    {
        Chain = new FakeChain(Channel, Time);
        Node = new FakeNode(Chain, Channel);
        NodeAt = _ => Node;
        File.WriteAllBytes(PathOf("genesis.json"), GenesisJson.Write(Channel.Genesis));
        var secret = new byte[32];
        secret[31] = 1;
        File.WriteAllBytes(PathOf("client.key"), KeyFileCodec.Encode(Channel.Suite, secret));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(PathOf("client.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(
            PathOf("ledger.profile.json"),
            """
            {"ledger_profile":1,"endpoints":["http://127.0.0.1:1"],"identity":"client.key","genesis":"genesis.json"}
            """);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("ledger-").FullName;

    public TestChannel Channel { get; } = new(parameters: new ChannelParameters
    {
        Contracts = new ContractParameters { Engine = Sha256.Instance.Hash("engine"u8) },
    });

    public ManualTime Time { get; } = new();

    public FakeChain Chain { get; }

    public FakeNode Node { get; set; }

    /// <summary>Further nodes that commands are given, after <see cref="Node"/>.</summary>
    public IReadOnlyList<FakeNode> Validators { get; set; } = [];

    /// <summary>Which node answers at an address, where a command asks each by itself.</summary>
    public Func<Uri, INodeApi> NodeAt { get; set; }

    /// <summary>Environment variables.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>Whether a person seems to look at the results.</summary>
    public bool OutIsTerminal { get; set; }

    public int Width { get; set; } = int.MaxValue;

    /// <summary>Presses Ctrl-C.</summary>
    public CancellationTokenSource Stop { get; } = new();

    public string Out { get; private set; } = "";

    public string Error { get; private set; } = "";

    public JsonElement Json => JsonDocument.Parse(Out).RootElement;

    public static string Sample(string name) => Path.Combine(AppContext.BaseDirectory, "Samples", name);

    public string PathOf(string name) => Path.Combine(Folder, name);

    public async Task<int> RunAsync(params string[] arguments)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        var host = new CliHost
        {
            Out = output,
            Error = error,
            Folder = Folder,
            Variable = Variables.GetValueOrDefault,
            Time = Time,
            OutIsTerminal = OutIsTerminal,
            Width = Width,
            ConnectNode = (endpoint, _) => NodeAt(endpoint),
            Connect = options => new LedgerClient(
                options with { FirstBackoff = TimeSpan.Zero, MaxBackoff = TimeSpan.Zero }, [Node, .. Validators]),
        };
        var code = await LedgerCommand.RunAsync(arguments, host, Stop.Token);
        (Out, Error) = (output.ToString(), error.ToString());
        return code;
    }

    /// <summary>One more node over the chain, which is a validator.</summary>
    public FakeNode NewNode(ISigner validator) => new(Chain, Channel) { Validator = validator };

    /// <summary>Runs a command that must succeed.</summary>
    public async Task OkAsync(params string[] arguments)
    {
        var code = await RunAsync(arguments);
        Assert.True(code == ExitCodes.Ok, $"exit code {code}: {Error}{Out}");
    }

    /// <summary>No node answers from now on.</summary>
    public void Unplug()
    {
        foreach (var node in (FakeNode[])[Node, .. Validators])
            node.Before = (_, _) => throw FakeNode.Fault(GrpcStatusCode.Unavailable);
    }
}
