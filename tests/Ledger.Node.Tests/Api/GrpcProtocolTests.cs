using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Ledger.Core.Grpc;
using Ledger.Testing;
using Ledger.Testing.Probe;

namespace Ledger.Node.Tests.Api;

/// <summary>The server against clients that speak HTTP/2 well and gRPC badly.</summary>
public sealed class GrpcProtocolTests : IAsyncLifetime, IDisposable
{
    private readonly HttpClient _http = new()
    {
        DefaultRequestVersion = HttpVersion.Version20,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    private ProbeServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await ProbeServer.StartAsync(o => o.MaxReceiveMessageBytes = 1 << 16);
        _http.BaseAddress = _server.Address;
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _http.Dispose();

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/grpc-web")]
    [InlineData("application/grpc+json")]
    public async Task Another_content_type_is_415(string type)
    {
        using var response = await PostAsync(ProbeMethods.Echo.Path, Frame(new EchoRequest()), type);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Theory]
    [InlineData("/ledger.testing.v1.Probe/Nope")]
    [InlineData("/no.such.Service/Method")]
    [InlineData("/x")]
    [InlineData("/a/b/c")]
    [InlineData("/")]
    public async Task An_unknown_method_is_200_and_unimplemented(string path)
    {
        using var response = await PostAsync(path, Frame(new EchoRequest()));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("12", Status(response));
    }

    [Fact]
    public async Task An_unknown_path_that_is_not_gRPC_stays_404()
    {
        using var get = await _http.GetAsync(new Uri("/nothing", UriKind.Relative));
        using var post = await PostAsync("/nothing", [], "application/json");

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (get.StatusCode, post.StatusCode));
    }

    [Theory]
    [InlineData("", "13")]
    [InlineData("00", "13")]
    [InlineData("0000000001", "13")]
    [InlineData("0200000000", "13")]
    [InlineData("0000010001", "8")]
    [InlineData("00ffffffff", "8")]
    [InlineData("0000000002ffff", "13")]
    [InlineData("0100000000", "13")]
    public async Task A_malformed_body_ends_with_a_status(string hex, string status)
    {
        using var response = await PostAsync(ProbeMethods.Echo.Path, Convert.FromHexString(hex));

        Assert.Equal((HttpStatusCode.OK, status), (response.StatusCode, Status(response)));
    }

    [Theory]
    [InlineData("gzip", "0100000000", "13")]
    [InlineData("gzip", "0100000014000102030405060708090a0b0c0d0e0f10111213", "13")]
    [InlineData("deflate", "0100000000", "12")]
    [InlineData("identity", "0100000000", "13")]
    public async Task A_compressed_message_that_cannot_be_read_ends_with_a_status(
        string encoding, string hex, string status)
    {
        using var response = await PostAsync(
            ProbeMethods.Echo.Path, Convert.FromHexString(hex), header: ("grpc-encoding", encoding));

        Assert.Equal(status, Status(response));
        Assert.Equal("identity,gzip", response.Headers.GetValues("grpc-accept-encoding").Single());
    }

    [Theory]
    [InlineData("0n", "4")]
    [InlineData("1x", "13")]
    [InlineData("999999999S", "13")]
    [InlineData("99999999H", "0")]
    [InlineData("600S", "0")]
    public async Task The_timeout_header_is_obeyed_or_refused(string timeout, string status)
    {
        var method = status == "4" ? ProbeMethods.Hang.Path : ProbeMethods.Echo.Path;

        using var response = await PostAsync(method, Frame(new EchoRequest()), header: ("grpc-timeout", timeout));

        Assert.Equal(status, Status(response));
    }

    [Fact]
    public async Task The_rest_of_a_refused_request_is_read_so_that_the_status_arrives()
    {
        var body = new byte[3 << 20];
        body[1] = 0x7f;

        using var response = await PostAsync(ProbeMethods.Echo.Path, body);

        Assert.Equal("8", Status(response));
    }

    [Fact]
    public async Task A_request_that_never_arrives_in_full_is_given_up()
    {
        await using var server = await ProbeServer.StartAsync(o => o.RequestReadTimeout = TimeSpan.FromSeconds(1));
        using var content = new EndlessContent();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Address, ProbeMethods.Echo.Path))
        {
            Content = content,
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

        Assert.Equal("4", Status(response));
        content.Release.SetResult();
    }

    [Fact]
    public async Task A_success_has_its_status_in_the_trailers_and_its_type_in_the_headers()
    {
        using var response = await PostAsync(ProbeMethods.Echo.Path, Frame(new EchoRequest { Text = "x" }));

        Assert.Equal("application/grpc", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(Frame(new EchoResponse { Text = "x" }), await response.Content.ReadAsByteArrayAsync());
        Assert.Equal("0", response.TrailingHeaders.GetValues("grpc-status").Single());
        Assert.False(response.Headers.Contains("grpc-status"));
    }

    [Fact]
    public async Task Seeded_mutations_of_a_request_always_end_with_a_status()
    {
        var random = new Random(5);
        var seed = Frame(new EchoRequest { Text = "hello", Payload = ByteString.CopyFrom(new byte[40]) });
        for (var round = 0; round < 1000; round++)
        {
            var body = seed.ToArray();
            for (var i = random.Next(1, 4); i > 0; i--) body[random.Next(body.Length)] = (byte)random.Next(256);
            if (random.Next(3) == 0) body = body[..random.Next(body.Length)];
            var encoding = random.Next(2) == 0 ? "gzip" : "identity";

            using var response = await PostAsync(ProbeMethods.Echo.Path, body, header: ("grpc-encoding", encoding));

            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Contains(Status(response), new[] { "0", "8", "13" });
        }
    }

    private static byte[] Frame(IMessage message)
    {
        var output = new ArrayBufferWriter<byte>();
        GrpcFrame.Write(output, message);
        return output.WrittenSpan.ToArray();
    }

    private static string? Status(HttpResponseMessage response) =>
        response.Headers.TryGetValues("grpc-status", out var early) ? early.Single()
        : response.TrailingHeaders.TryGetValues("grpc-status", out var late) ? late.Single()
        : null;

    private async Task<HttpResponseMessage> PostAsync(
        string path, byte[] body, string type = "application/grpc", (string Name, string Value)? header = null)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative))
        {
            Content = content,
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.TE.ParseAdd("trailers");
        if (header is var (name, value)) request.Headers.Add(name, value);
        return await _http.SendAsync(request);
    }

    // Announces ten bytes, sends none of them and does not end.
    private sealed class EndlessContent : HttpContent
    {
        public EndlessContent() => Headers.ContentType = new MediaTypeHeaderValue("application/grpc");

        public TaskCompletionSource Release { get; } = new();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(new byte[] { 0, 0, 0, 0, 10 });
            await stream.FlushAsync();
            await Release.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
