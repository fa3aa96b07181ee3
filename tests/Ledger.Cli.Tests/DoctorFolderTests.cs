using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Ledger.Cli.Doctor;
using Ledger.Client.Identity;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;

namespace Ledger.Cli.Tests;

/// <summary>A folder that <c>ledger init</c> made, and everything that can be wrong with it.</summary>
public sealed class DoctorFolderTests
{
    private readonly CliFixture _cli = new();

    public static TheoryData<string, string, string> Faults => new()
    {
        { "permissions", "keys", "chmod 600 " },
        { "no key", "keys", "restore it from its backup" },
        { "damaged key", "keys", "restore the key" },
        { "no passphrase", "keys", "let the node's user read it" },
        { "genesis", "genesis", "copy the consortium's" },
        { "no genesis", "genesis", "copy the consortium's genesis.json" },
        { "port", "ports", "stop that one, or change the port" },
        { "no port", "ports", "correct node.json" },
        { "no data", "disk", "make it, or correct 'data'" },
        { "no configuration", "config", "nodes/2/node.json" },
        { "damaged configuration", "config", "nodes/2/node.json" },
        { "configuration of another kind", "config", "nodes/2/node.json" },
        { "no role", "config", "nodes/2/node.json" },
        { "no address of clients", "config", "nodes/2/node.json" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Every_fault_of_a_folder_is_found_and_has_an_advice(string fault, string check, string advice)
    {
        await InitAsync();
        using var taken = fault == "port" ? Listen(Configured("peer_listen")) : null;
        Provoke(fault);

        Assert.Equal(ExitCodes.DoctorFindings, await _cli.RunAsync("doctor", "demo", "--offline", "--json"));

        var found = Assert.Single(
            _cli.Json.GetProperty("findings").EnumerateArray(), f => f.GetProperty("severity").GetString() == "fail");
        Assert.Equal(check, found.GetProperty("check").GetString());
        Assert.Contains(advice, found.GetProperty("advice").GetString(), StringComparison.Ordinal);
        Assert.Contains("node 2", found.GetProperty("what").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_starts_nothing_when_a_port_is_taken_and_says_which()
    {
        await InitAsync();
        using var taken = Listen(Configured("http_listen"));

        Assert.Equal(ExitCodes.Failure, await _cli.RunAsync("up", "demo"));

        Assert.Contains($"node 2 needs {Configured("http_listen")} for health", _cli.Error, StringComparison.Ordinal);
        Assert.Contains("ss -ltnp", _cli.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_cli.PathOf("demo"), "node.pid", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Precompiled_code_of_the_engine_that_is_not_used_is_a_warning_with_an_advice()
    {
        await InitAsync();
        Assert.True(GenesisJson.TryParse(File.ReadAllBytes(_cli.PathOf("demo/genesis.json")), out var genesis, out _));

        var findings = MachineChecks.Engine(genesis, () => "it was written by another build.").ToArray();

        Assert.Equal([Severity.Ok, Severity.Warn], findings.Select(finding => finding.Severity));
        Assert.Equal("the engine's precompiled code is not used: it was written by another build.", findings[1].What);
        Assert.StartsWith("build, publish or install this version again", findings[1].Advice, StringComparison.Ordinal);
        Assert.Single(MachineChecks.Engine(genesis, () => null));
    }

    [Fact]
    public async Task A_folder_as_it_was_made_has_no_fault_before_the_first_start()
    {
        await InitAsync();

        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync("doctor", "demo", "--offline", "--all"));

        Assert.Contains("RocksDB: librocksdb", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("this version has the channel's contract engine", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("node 3: a synchronised write takes", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("0 fail", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_genesis_does_not_know_is_warned_of_because_validators_change()
    {
        await InitAsync();
        Provoke("stranger");

        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync("doctor", "demo", "--offline"));

        Assert.Contains("WARN   keys        node 2: its key is not one of", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_identity_that_belongs_to_nobody_is_found()
    {
        await InitAsync();
        File.Copy(_cli.PathOf("client.key"), _cli.PathOf("demo/identities/client.key"), overwrite: true);

        await _cli.RunAsync("doctor", "--offline", "--profile", "demo");

        Assert.Contains("your identity: it belongs to no member", _cli.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(500L << 20, Severity.Fail)]
    [InlineData(5L << 30, Severity.Warn)]
    [InlineData(50L << 30, Severity.Ok)]
    public void Little_space_is_warned_of_and_none_is_a_fault(long free, object severity) =>
        Assert.Equal(severity, MachineChecks.Space("node 0", free).Severity);

    [Theory]
    [InlineData(2, Severity.Ok)]
    [InlineData(60, Severity.Warn)]
    public void A_slow_disk_is_warned_of(int milliseconds, object severity) =>
        Assert.Equal(severity, MachineChecks.Sync("node 0", TimeSpan.FromMilliseconds(milliseconds)).Severity);

    [Theory]
    [InlineData("1024                 1024", Severity.Warn)]
    [InlineData("1024                 65536", Severity.Ok)]
    [InlineData("unlimited            unlimited", Severity.Ok)]
    public async Task Few_open_files_are_warned_of(string limits, object severity)
    {
        var path = _cli.PathOf("limits");
        await File.WriteAllTextAsync(path, $"Limit  Soft  Hard  Units\nMax open files            {limits}   files\n");

        Assert.Equal(severity, MachineChecks.OpenFiles(path).Severity);
    }

    [Theory]
    [InlineData(-30, 300, Severity.Ok)]
    [InlineData(-30, 13, Severity.Warn)]
    [InlineData(-30, -1, Severity.Fail)]
    [InlineData(1, 300, Severity.Fail)]
    public async Task A_certificate_that_ends_is_found_over_the_network(int from, int until, object severity)
    {
        var now = DateTimeOffset.UtcNow;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var made = new CertificateRequest("CN=node", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(now.AddDays(from), now.AddDays(until));
        using var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync(listener, certificate);

        var findings = await CertificateChecks.CheckAsync(
            [new Uri($"https://{listener.LocalEndpoint}"), new Uri("http://127.0.0.1:1")], now, default);

        Assert.Equal(severity, Assert.Single(findings).Severity);
        await serving;
    }

    [Fact]
    public async Task An_address_that_does_not_speak_tls_is_found()
    {
        using var silent = Bound();
        var port = ((IPEndPoint)silent.LocalEndPoint!).Port;

        var findings = await CertificateChecks.CheckAsync(
            [new Uri($"https://127.0.0.1:{port}")], DateTimeOffset.UtcNow, default);

        Assert.Equal(Severity.Fail, Assert.Single(findings).Severity);
    }

    private static async Task ServeAsync(TcpListener listener, X509Certificate2 certificate)
    {
        using var client = await listener.AcceptTcpClientAsync();
        await using var tls = new SslStream(client.GetStream());
        try
        {
            await tls.AuthenticateAsServerAsync(certificate);
        }
        catch (IOException)
        {
            // The visitor has seen what it wanted.
        }
    }

    private void Provoke(string fault)
    {
        var node = _cli.PathOf("demo/nodes/2");
        var (key, config) = (Path.Combine(node, "validator.key"), Path.Combine(node, "node.json"));
        switch (fault)
        {
            case "permissions":
                if (OperatingSystem.IsWindows()) throw new PlatformNotSupportedException();
                File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
                break;
            case "no key":
                File.Delete(key);
                break;
            case "stranger":
                File.Delete(key);
                IdentityFile.Create(key, Secp256k1Suite.Default);
                break;
            case "damaged key":
                File.WriteAllText(key, "{}");
                break;
            case "no passphrase":
                Rewrite(config, "\"data\":", "\"key_passphrase_file\": \"nowhere\", \"data\":");
                break;
            case "genesis":
                // A genesis of its own, with the node's key in it: only the channel is another.
                Rewrite(_cli.PathOf("demo/genesis.json"), "\"main\"", "\"other\"", Path.Combine(node, "other.json"));
                Rewrite(config, "../../genesis.json", "other.json");
                break;
            case "no genesis":
                Rewrite(config, "../../genesis.json", "nowhere.json");
                break;
            case "no port":
                Rewrite(config, Configured("peer_listen"), "localhost:x");
                break;
            case "no configuration":
                File.Delete(config);
                break;
            case "damaged configuration":
                Rewrite(config, "\"data\":", "\"data\"");
                break;
            case "configuration of another kind":
                File.WriteAllText(config, "[1]");
                break;
            case "no role":
                Rewrite(config, "\"role\":", "\"rule\":");
                break;
            case "no address of clients":
                Rewrite(config, Configured("grpc_listen"), "@:/x");
                break;
            case "no data":
                Directory.Delete(Path.Combine(node, "data"), recursive: true);
                break;
        }
    }

    private static void Rewrite(string path, string old, string by, string? target = null)
    {
        var text = File.ReadAllText(path);
        Assert.Contains(old, text, StringComparison.Ordinal);
        File.WriteAllText(target ?? path, text.Replace(old, by, StringComparison.Ordinal));
    }

    private string Configured(string name)
    {
        using var config = JsonDocument.Parse(File.ReadAllBytes(_cli.PathOf("demo/nodes/2/node.json")));
        return config.RootElement.GetProperty(name).GetString()!;
    }

    private static Socket Listen(string address)
    {
        var socket = Bound(IPEndPoint.Parse(address));
        socket.Listen(1);
        return socket;
    }

    private static Socket Bound(IPEndPoint? at = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(at ?? new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    // Ports that nobody has at this moment, so that what runs beside the tests is not found by them.
    private async Task InitAsync()
    {
        for (var port = 20_000 + (Environment.ProcessId % 20_000); ; port += 251)
        {
            try
            {
                foreach (var offset in new[] { 0, 100, 200 })
                    for (var i = 0; i < 4; i++) Bound(new IPEndPoint(IPAddress.Loopback, port + offset + i)).Dispose();
            }
            catch (SocketException)
            {
                continue;
            }

            Assert.Equal(ExitCodes.Ok, await _cli.RunAsync(
                "init", "--out", "demo", "--base-port", port.ToString(CultureInfo.InvariantCulture)));
            return;
        }
    }
}
