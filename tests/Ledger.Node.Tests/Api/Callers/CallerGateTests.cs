using System.Diagnostics.Metrics;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ledger.Client.Credentials;
using Ledger.Client.Transport;
using Ledger.Core.Api.V1;
using Ledger.Core.Callers;
using Ledger.Core.Crypto;
using Ledger.Core.Grpc;
using Ledger.Testing.Builders;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ledger.Node.Tests.Api.Callers;

public sealed partial class CallerGateTests : IAsyncLifetime
{
    private const string Status = "/ledger.v1.LedgerService/GetStatus";

    // What a stranger reaches, and nothing beside it: issue 5. Whoever opens an endpoint writes it down here.
    private static readonly string[] Open =
    [
        "/grpc.health.v1.Health/Check", "/grpc.health.v1.Health/Watch", "/healthz", "/metrics", "/readyz",
    ];

    private GatedNode _node = null!;

    public async Task InitializeAsync() => _node = await GatedNode.StartAsync();

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public void Only_health_metrics_and_the_consoles_files_are_open()
    {
        var open = _node.Endpoints.Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is not null).Select(Path)
            .Where(path => !ConsoleFile().IsMatch(path));

        Assert.Equal(Open, open.Order(StringComparer.Ordinal));
        Assert.True(_node.Endpoints.Count > 40, $"only {_node.Endpoints.Count} endpoints were found");
    }

    [Fact]
    public async Task Every_endpoint_of_a_node_refuses_a_stranger_unless_it_is_open()
    {
        foreach (var endpoint in _node.Endpoints)
        {
            var path = Path(endpoint);
            if (Open.Contains(path) || ConsoleFile().IsMatch(path)) continue;
            var methods = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET", "POST"];
            foreach (var method in methods)
            {
                var address = new Uri(_node.Http, Filled(path));
                using var request = _node.Request(new HttpMethod(method), address);
                using var response = await _node.Client.SendAsync(request);
                Assert.Equal((path, HttpStatusCode.Unauthorized), (path, response.StatusCode));
            }

            if (!methods.Contains("POST")) continue;
            Assert.Equal((path, "CREDENTIAL_MISSING"), (path, await GrpcReasonAsync(path)));
        }
    }

    [Theory]
    [InlineData("/healthz", "GET")]
    [InlineData("/metrics", "GET")]
    [InlineData("/readyz", "GET")]
    public async Task What_is_open_answers_a_stranger(string path, string method)
    {
        using var request = _node.Request(new HttpMethod(method), new Uri(_node.Http, path));
        using var response = await _node.Client.SendAsync(request);

        Assert.Contains(response.StatusCode, new[] { HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable });
    }

    [Theory]
    [InlineData("POST", "/")]
    [InlineData("GET", "//healthz")]
    [InlineData("GET", "/healthz/../ledger.v1.LedgerService/GetStatus")]
    [InlineData("GET", "/healthz/%2e%2e/ledger.v1.LedgerService/GetStatus")]
    [InlineData("POST", "/healthz")]
    [InlineData("HEAD", "/ledger.v1.LedgerService/GetStatus")]
    [InlineData("OPTIONS", "/ledger.v1.LedgerService/GetStatus")]
    [InlineData("TRACE", "/ledger.v1.LedgerService/GetStatus")]
    [InlineData("PROPFIND", "/v1/status")]
    [InlineData("GET", "/v1/status?access_token=TOKEN")]
    [InlineData("GET", "/v1/status#healthz")]
    [InlineData("GET", "/healthz;/v1/status")]
    [InlineData("GET", "/metrics%2f..%2fv1/status")]
    public async Task No_spelling_of_a_path_and_no_method_goes_around_the_gate(string method, string path)
    {
        var text = path.Replace("TOKEN", _node.Token(), StringComparison.Ordinal);
        var address = new Uri(
            _node.Http.GetLeftPart(UriPartial.Authority) + text,
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = _node.Request(new HttpMethod(method), address);
        using var response = await _node.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Bearer realm=\"ledger\"", Assert.Single(response.Headers.WwwAuthenticate).ToString());
    }

    [Fact]
    public async Task A_member_is_let_through_by_its_token_and_its_signature_is_checked_once()
    {
        using var counted = new Counted(_node.Services.GetRequiredService<IMeterFactory>(), "ledger.api.tokens.checked");
        var token = _node.Token();
        for (var i = 0; i < 5; i++) Assert.Equal("", await GrpcReasonAsync(Status, $"Bearer {token}"));

        Assert.Equal(1, counted.Total);
        Assert.Equal("", await GrpcReasonAsync(Status, $"bearer {_node.Token(t => t with { Id = "other" })}"));
        Assert.Equal(2, counted.Total);
    }

    [Fact]
    public async Task Each_fault_of_a_credential_has_its_own_reason()
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var good = _node.Token();
        var stranger = A.ClientSigner("stranger");
        var validator = A.ValidatorSigner("org-a");
        var parts = good.Split('.');
        foreach (var (reason, authorization) in new (string, string[])[]
        {
            ("CREDENTIAL_MISSING", []),
            // This client joins two headers by a comma; CallerVerifierTests has them apart.
            ("TOKEN_MALFORMED", ["Bearer " + good, "Bearer " + good]),
            ("CREDENTIAL_MALFORMED", ["Basic dXNlcjpwYXNz"]),
            ("CREDENTIAL_MALFORMED", ["Bearer"]),
            ("CREDENTIAL_MALFORMED", [good]),
            ("TOKEN_MALFORMED", ["Bearer  " + good]),
            ("TOKEN_MALFORMED", [$"Bearer {good}, Bearer {good}"]),
            ("TOKEN_MALFORMED", ["Bearer " + new string('A', 8000)]),
            ("TOKEN_MALFORMED", ["Bearer é.é.é"]),
            ("TOKEN_ALGORITHM", ["Bearer eyJhbGciOiJub25lIn0.e30.AA"]),
            ("TOKEN_WRONG_AUDIENCE", ["Bearer " + _node.Token(t => t with { Audience = "http://node-b.example:7500" })]),
            ("TOKEN_WRONG_CHANNEL", ["Bearer " + _node.Token(t => t with { Channel = A.Genesis(channel: "x").Channel })]),
            ("TOKEN_EXPIRED", ["Bearer " + _node.Token(t => t with { IssuedAt = now - 400, ExpiresAt = now - 100 })]),
            ("TOKEN_NOT_YET_VALID", ["Bearer " + _node.Token(t => t with { IssuedAt = now + 100 })]),
            ("TOKEN_LIFETIME_TOO_LONG", ["Bearer " + _node.Token(t => t with { ExpiresAt = now + 4000 })]),
            ("TOKEN_UNKNOWN_KEY", ["Bearer " + _node.Token(t => t with { Key = stranger.PublicKey.Id }, stranger)]),
            ("TOKEN_UNKNOWN_KEY", ["Bearer " + _node.Token(t => t with { Key = validator.PublicKey.Id }, validator)]),
            ("TOKEN_WRONG_MEMBER", ["Bearer " + _node.Token(t => t with { Member = "org-b" })]),
            ("TOKEN_SIGNATURE_INVALID",
                [$"Bearer {parts[0]}.{parts[1]}.{_node.Token(t => t with { Id = "y" }).Split('.')[2]}"]),
        })
        {
            var head = authorization.Length == 0 ? "" : authorization[0][..Math.Min(authorization[0].Length, 40)];
            Assert.Equal((head, reason), (head, await GrpcReasonAsync(Status, authorization)));
            if (authorization is [var one] && one.Contains('é', StringComparison.Ordinal)) continue;
            Assert.Equal((head, reason), (head, await HttpReasonAsync("/v1/nothing", authorization)));
        }
    }

    [Fact]
    public async Task Who_is_refused_is_told_what_to_do()
    {
        using var channel = new GrpcChannel(_node.Grpc, new GrpcChannelOptions
        {
            Credentials = new MemberCredentials(A.ClientSigner("org-a"), _node.Genesis),
        });

        var refused = await Assert.ThrowsAsync<RpcException>(
            () => channel.UnaryAsync(new GrpcMethod<GetStatusRequest, NodeStatus>(
                LedgerReflection.Descriptor.Services[0], "GetStatus"), new GetStatusRequest()));

        Assert.Equal(GrpcStatusCode.Unauthenticated, refused.Code);
        Assert.Equal("TOKEN_WRONG_AUDIENCE", refused.Reason);
        Assert.Contains("'audiences' of node.json", refused.Message, StringComparison.Ordinal);
        Assert.Contains(GatedNode.Audience, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_header_that_is_too_large_is_refused_before_anybody_looks_at_it()
    {
        using var request = _node.Request(
            HttpMethod.Get, new Uri(_node.Http, "/v1/status"), "Bearer " + new string('A', 20_000));
        using var response = await _node.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task Metrics_can_be_kept_for_members()
    {
        await using var node = await GatedNode.StartAsync("callers");
        async Task<HttpStatusCode> Scrape(params string[] authorization)
        {
            using var request = node.Request(HttpMethod.Get, new Uri(node.Http, "/metrics"), authorization);
            using var response = await node.Client.SendAsync(request);
            return response.StatusCode;
        }

        Assert.Equal(HttpStatusCode.Unauthorized, await Scrape());
        Assert.Equal(HttpStatusCode.OK, await Scrape("Bearer " + node.Token()));
    }

    // Something in the place of each parameter.
    private static string Filled(string path) => Parameter().Replace(path, "1");

    // The same for everybody, and nothing of the ledger in it.
    [GeneratedRegex(
        "^/$|^/(blocks|evidence|subjects|transactions|contracts|trades|settlement|audit|verify|sign-in)/[{][*]{2}rest[}]$"
        + "|^/assets/[^{}]+$")]
    private static partial Regex ConsoleFile();

    [GeneratedRegex("[{][^}]*[}]")]
    private static partial Regex Parameter();

    private static string Path(RouteEndpoint endpoint) => "/" + endpoint.RoutePattern.RawText!.TrimStart('/');

    // The reason of a gRPC call; empty when the call succeeds.
    private async Task<string> GrpcReasonAsync(string path, params string[] authorization)
    {
        using var request = _node.Request(
            HttpMethod.Post, new Uri(_node.Grpc, Filled(path)), authorization);
        using var response = await _node.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await response.Content.ReadAsByteArrayAsync();
        string? Header(string name) => response.Headers.TryGetValues(name, out var values)
            || response.TrailingHeaders.TryGetValues(name, out values) ? values.Single() : null;
        var status = RpcStatusCodec.Read(
            Header(GrpcHeaderNames.Status), Header(GrpcHeaderNames.Message), Header(GrpcHeaderNames.StatusDetails));
        if (status.IsOk) return "";
        Assert.Equal(GrpcStatusCode.Unauthenticated, status.Code);
        Assert.NotEmpty(status.Message);
        return status.Reason!;
    }

    private async Task<string> HttpReasonAsync(string path, params string[] authorization)
    {
        using var request = _node.Request(HttpMethod.Get, new Uri(_node.Http, path), authorization);
        using var response = await _node.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.ToString());
        Assert.Single(response.Headers.WwwAuthenticate);
        using var problem = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        Assert.Equal(401, problem.RootElement.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.RootElement.GetProperty("detail").GetString()!);
        return problem.RootElement.GetProperty("reason").GetString()!;
    }

    // What was added to one counter.
    private sealed class Counted : IDisposable
    {
        private readonly MeterListener _listener = new();
        private long _total;

        public Counted(IMeterFactory meters, string name)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == name && ReferenceEquals(instrument.Meter.Scope, meters))
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref _total, value));
            _listener.Start();
        }

        public long Total => Interlocked.Read(ref _total);

        public void Dispose() => _listener.Dispose();
    }
}
