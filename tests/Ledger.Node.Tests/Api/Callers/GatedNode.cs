using System.Net;
using System.Net.Http.Headers;
using Ledger.Core.Callers;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Node.Hosting;
using Ledger.Node.Options;
using Ledger.Node.Tests.Support;
using Ledger.Testing.Builders;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ledger.Node.Tests.Api.Callers;

/// <summary>
/// One validator with the web server that a node's process has, on two free loopback ports: everything that a node
/// answers, mapped as the process maps it.
/// </summary>
internal sealed class GatedNode : IAsyncDisposable
{
    /// <summary>What this node is told to answer to beside its ports, which are not known before it listens.</summary>
    public const string Audience = "http://node.example:7500";

    private readonly TestCluster _cluster;
    private readonly WebApplication _app;

    private GatedNode(TestCluster cluster, WebApplication app, Uri grpc, Uri http)
    {
        (_cluster, _app, Grpc, Http) = (cluster, app, grpc, http);
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    }

    public Genesis Genesis => _cluster.Genesis;

    public LedgerNode Node => _cluster[0];

    public Uri Grpc { get; }

    public Uri Http { get; }

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>Every endpoint that the process maps.</summary>
    public IReadOnlyList<RouteEndpoint> Endpoints =>
        [.. _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];

    public static async Task<GatedNode> StartAsync(string metrics = MetricsModes.Open, bool tls = false)
    {
        var cluster = new TestCluster(1);
        cluster.StartAll();
        var config = new NodeConfig
        {
            PeerListen = "127.0.0.1:1",
            GrpcListen = "127.0.0.1:0",
            HttpListen = "127.0.0.1:0",
            LogLevel = "Error",
            Audiences = [Audience],
            Metrics = metrics,
            Tls = tls ? new TlsConfig() : null,
            Key = "node.key",
            BaseFolder = cluster.FolderOf(0),
        };
        var app = NodeProgram.Build(config, NodeTls.Open(config, cluster.Genesis, TimeProvider.System));
        NodeProgram.MapEndpoints(app, cluster[0], cluster.Genesis, config);
        await app.StartAsync();
        var urls = app.Urls.Select(u => new Uri(u)).ToList();
        return new GatedNode(cluster, app, urls[0], urls[1]);
    }

    /// <summary>What a client of a member says, unless changed.</summary>
    public CallerToken Claims(string member = "org-a")
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return new CallerToken
        {
            Key = A.ClientSigner(member).PublicKey.Id,
            Member = member,
            Audience = Audience,
            Channel = Genesis.Channel,
            IssuedAt = now,
            ExpiresAt = now + 300,
            Id = "test",
        };
    }

    public string Token(Func<CallerToken, CallerToken>? change = null, ISigner? signer = null) =>
        (change ?? (c => c))(Claims()).Sign(signer ?? A.ClientSigner("org-a"));

    /// <summary>A request; each of the values becomes an Authorization header of its own.</summary>
    public HttpRequestMessage Request(HttpMethod method, Uri address, params string[] authorization)
    {
        var isGrpc = address.Port == Grpc.Port;
        var request = new HttpRequestMessage(method, address)
        {
            Version = isGrpc ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (isGrpc && method == HttpMethod.Post)
        {
            request.Content = new ByteArrayContent([0, 0, 0, 0, 0]);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        }

        foreach (var value in authorization) request.Headers.TryAddWithoutValidation("Authorization", value);
        return request;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        await _cluster.DisposeAsync();
    }
}
