using Ledger.Client.Identity;
using Ledger.Client.Outbox;
using Ledger.Client.Transport;
using Ledger.Core.Crypto;
using Ledger.Core.Grpc;
using Ledger.Core.Membership;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Ledger.Client.Hosting.Tests;

public sealed class HostingTests : IDisposable
{
    private readonly TestChannel _channel = new();
    private readonly ManualTime _time = new();
    private readonly FakeChain _chain;
    private readonly FakeNode _node;
    private readonly string _folder = Directory.CreateTempSubdirectory("ledger-").FullName;

    public HostingTests()
    {
        _chain = new FakeChain(_channel, _time);
        _node = new FakeNode(_chain, _channel);
        File.WriteAllBytes(Path.Combine(_folder, "genesis.json"), GenesisJson.Write(_channel.Genesis));
    }

    public void Dispose() => _node.Dispose();

    [Fact]
    public async Task A_host_anchors_through_its_outbox_and_says_that_it_is_healthy()
    {
        using var host = Host();
        await host.StartAsync();
        var outbox = host.Services.GetRequiredService<LedgerOutbox>();

        await outbox.EnqueueAsync(TestChannel.Record(), "one");
        await outbox.DrainAsync();

        Assert.Single(_chain.Leaves);
        Assert.True(outbox.Find("one")!.Completion!.IsRecorded);
        var report = await host.Services.GetRequiredService<LedgerHealth>().CheckAsync();
        Assert.Equal(LedgerHealthState.Healthy, report.State);
        Assert.Equal(1, report.Outbox!.RecordedRecords);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_host_whose_nodes_are_away_takes_records_and_says_that_it_is_degraded()
    {
        _node.Before = (_, _) => throw FakeNode.Fault(GrpcStatusCode.Unavailable);
        using var host = Host();
        await host.StartAsync();
        var outbox = host.Services.GetRequiredService<LedgerOutbox>();
        await outbox.EnqueueAsync(TestChannel.Record());
        var health = host.Services.GetRequiredService<LedgerHealth>();

        Assert.Equal(LedgerHealthState.Degraded, (await health.CheckAsync()).State);
        _time.Now += TimeSpan.FromMinutes(6);
        var late = await health.CheckAsync();

        Assert.Equal(LedgerHealthState.Degraded, late.State);
        Assert.Contains("1 records wait, the oldest for 360 s", late.Description, StringComparison.Ordinal);
        await host.StopAsync();
    }

    [Fact]
    public async Task Settings_are_checked_at_the_start_and_every_fault_is_named()
    {
        var builder = new HostApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Ledger:Endpoints:0"] = "ftp://somewhere",
            ["Ledger:IdentityPath"] = Path.Combine(_folder, "absent.key"),
            ["Ledger:MaxAttempts"] = "0",
            ["Ledger:GenesisPath"] = "",
            // The example's appsettings.json lies beside the tests.
            ["Ledger:Outbox:Folder"] = "",
        });
        builder.Services.AddLedgerClient(builder.Configuration.GetSection("Ledger"));
        builder.Services.AddLedgerOutbox(builder.Configuration.GetSection("Ledger:Outbox"));
        using var host = builder.Build();

        var fault = await Assert.ThrowsAnyAsync<Exception>(() => host.StartAsync());

        foreach (var name in new[] { "ftp://somewhere", "IdentityPath", "GenesisPath", "MaxAttempts", "Folder" })
            Assert.Contains(name, fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_is_made_once_of_the_files_that_its_section_names()
    {
        var key = Path.Combine(_folder, "client.key");
        var signer = IdentityFile.Create(key, _channel.Suite, "open sesame");
        File.WriteAllText(Path.Combine(_folder, "passphrase"), "open sesame\n");
        var builder = new HostApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Ledger:Endpoints:0"] = "http://127.0.0.1:7500",
            ["Ledger:GenesisPath"] = Path.Combine(_folder, "genesis.json"),
            ["Ledger:IdentityPath"] = key,
            ["Ledger:PassphrasePath"] = Path.Combine(_folder, "passphrase"),
            ["Ledger:CallTimeout"] = "00:00:03",
        });
        builder.Services.AddLedgerClient(builder.Configuration.GetSection("Ledger"));
        using var host = builder.Build();

        var client = host.Services.GetRequiredService<LedgerClient>();

        Assert.Same(client, host.Services.GetRequiredService<LedgerClient>());
        Assert.Equal(signer.PublicKey.Id, client.Options.Identity!.PublicKey.Id);
        Assert.Equal(_channel.Genesis.Channel, client.Options.Genesis.Channel);
        Assert.Equal(TimeSpan.FromSeconds(3), client.Options.CallTimeout);
    }

    [Fact]
    public void A_client_holds_each_node_to_the_key_that_the_section_gives_its_address()
    {
        var keys = new[] { Key(1), Key(2) };
        using var host = WithNodeKeys(Setting("Trust", "genesis"), NodeKey(0, "https://B:7501", keys[1]),
            NodeKey(1, "https://a:7500/", keys[0]));

        var options = host.Services.GetRequiredService<LedgerClient>().Options;

        Assert.Equal(NodeTrust.Genesis, options.Trust);
        Assert.Equal(
            [new("https://a:7500/", keys[0].Id), new("https://b:7501/", keys[1].Id)],
            options.NodeKeys.Select(k => KeyValuePair.Create(k.Key.AbsoluteUri, k.Value.Id)).OrderBy(k => k.Key));
    }

    [Fact]
    public async Task Node_keys_that_would_hold_nobody_to_anything_are_faults_of_the_settings()
    {
        var key = Key(1);
        using var host = WithNodeKeys(
            NodeKey(0, "https://a:7500", key), NodeKey(1, "https://a:7500", key), NodeKey(2, "https://c:7500", key));
        using var garbled = WithNodeKeys(
            Setting("Trust", "genesis"), NodeKey(0, "https://a:7500", key), NodeKey(1, "https://b:7501", null));

        var fault = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        var unread = await Assert.ThrowsAsync<OptionsValidationException>(() => garbled.StartAsync());

        Assert.Equal(
            [
                "Ledger client: NodeKeys need Trust = Genesis: no other kind of trust looks at them",
                "Ledger client: NodeKeys: 'https://a:7500' is none of the Endpoints, or is there twice",
                "Ledger client: NodeKeys: 'https://c:7500' is none of the Endpoints, or is there twice",
                "Ledger client: NodeKeys do not say whose node is at https://b:7501",
            ],
            fault.Failures);
        Assert.Equal(
            ["Ledger client: NodeKeys: the key of https://b:7501 is not a public key in hexadecimal"], unread.Failures);
    }

    [Fact]
    public async Task Node_keys_beside_a_connection_that_decides_by_itself_are_a_fault_of_the_settings()
    {
        var connection = new GrpcChannelOptions { ValidateServerCertificate = (_, _, _, faults) => faults == 0 };
        var key = Key(1);
        using var host = WithNodeKeys(
            settings => settings.Connection = connection, Setting("Trust", "genesis"),
            NodeKey(0, "https://a:7500", key), NodeKey(1, "https://b:7501", key));

        var fault = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Contains("beside a Connection", Assert.Single(fault.Failures), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new LedgerClientOptions
        {
            Genesis = _channel.Genesis,
            Trust = NodeTrust.Genesis,
            NodeKeys = new Dictionary<Uri, PublicKey> { [new Uri("https://a:7500")] = key },
            Connection = connection,
        }.ToConnection());
    }

    [Fact]
    public void Two_keys_for_one_address_are_refused_however_it_is_spelt()
    {
        var twice = new Dictionary<Uri, PublicKey>
        {
            [new Uri("https://a:7500/one")] = Key(1),
            [new Uri("https://A:7500/two")] = Key(2),
        };

        Assert.Throws<ArgumentException>(() => new GenesisTrust(_channel.Genesis, keyAt: twice));
    }

    [Fact]
    public async Task A_wrong_passphrase_is_a_fault_of_the_settings()
    {
        var key = Path.Combine(_folder, "client.key");
        IdentityFile.Create(key, _channel.Suite, "open sesame");
        File.WriteAllText(Path.Combine(_folder, "passphrase"), "wrong");
        var builder = new HostApplicationBuilder();
        builder.Services.AddLedgerClient(settings =>
        {
            settings.Endpoints.Add("http://127.0.0.1:7500");
            settings.GenesisPath = Path.Combine(_folder, "genesis.json");
            settings.IdentityPath = key;
            settings.PassphrasePath = Path.Combine(_folder, "passphrase");
        });
        using var host = builder.Build();

        var fault = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Contains("IdentityPath", fault.Message, StringComparison.Ordinal);
    }

    private PublicKey Key(byte secret) => _channel.Suite.CreateSigner([.. Enumerable.Repeat(secret, 32)]).PublicKey;

    private static (string, string?)[] Setting(string name, string value) => [("Ledger:" + name, value)];

    private static (string, string?)[] NodeKey(int index, string endpoint, PublicKey? key) =>
    [
        ($"Ledger:NodeKeys:{index}:Endpoint", endpoint),
        ($"Ledger:NodeKeys:{index}:Key", key is null ? "zz" : Convert.ToHexStringLower(key.Encoded)),
    ];

    private IHost WithNodeKeys(params (string Name, string? Value)[][] settings) => WithNodeKeys(_ => { }, settings);

    private IHost WithNodeKeys(
        Action<LedgerClientSettings> configure, params (string Name, string? Value)[][] settings)
    {
        // The example's appsettings.json lies beside the tests.
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(
        [
            new("Ledger:Endpoints:0", "https://a:7500"),
            new("Ledger:Endpoints:1", "https://b:7501"),
            new("Ledger:GenesisPath", Path.Combine(_folder, "genesis.json")),
            .. settings.SelectMany(s => s).Select(s => KeyValuePair.Create(s.Name, s.Value)),
        ]);
        builder.Services.AddLedgerClient(builder.Configuration.GetSection("Ledger"), configure);
        return builder.Build();
    }

    private IHost Host()
    {
        var builder = new HostApplicationBuilder();
        builder.Services.AddSingleton<TimeProvider>(_time);
        builder.Services.AddSingleton<INodeApi>(_node);
        builder.Services.AddSingleton(_channel.Options(_time) with { MaxAttempts = 2 });
        builder.Services.AddLedgerClient(settings => settings.GenesisPath = Path.Combine(_folder, "genesis.json"));
        builder.Services.AddLedgerOutbox(settings => settings.Folder = Path.Combine(_folder, "outbox"));
        return builder.Build();
    }
}
