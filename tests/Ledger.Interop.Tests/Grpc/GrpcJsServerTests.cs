using Google.Protobuf;
using Ledger.Client.Transport;
using Ledger.Core.Grpc;
using Ledger.Testing;
using Ledger.Testing.Probe;

namespace Ledger.Interop.Tests.Grpc;

/// <summary>Our client calls a server of @grpc/grpc-js, which compresses what it sends.</summary>
public sealed class GrpcJsServerTests : IAsyncLifetime, IDisposable
{
    private ForeignProcess _server = null!;
    private GrpcChannel _channel = null!;

    public async Task InitializeAsync()
    {
        _server = ForeignProcess.StartNode(
            "server.mjs", Path.Combine(ForeignProcess.Root, "tests/Ledger.Testing/Protos/ledger/testing/probe.proto"));
        var port = (await _server.NextAsync()).GetProperty("port").GetInt32();
        _channel = new GrpcChannel(new Uri($"http://127.0.0.1:{port}"));
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _channel.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(300_000)]
    public async Task A_unary_call_is_answered(int size)
    {
        var request = new EchoRequest { Text = "证据", Payload = ByteString.CopyFrom(new byte[size]) };

        var response = await _channel.UnaryAsync(ProbeMethods.Echo, request);

        Assert.Equal((request.Text, request.Payload), (response.Text, response.Payload));
    }

    [Fact]
    public async Task Our_compressed_request_is_understood()
    {
        using var channel = new GrpcChannel(
            _channel.Address, new GrpcChannelOptions { CompressRequestsFromBytes = 0 });

        var response = await channel.UnaryAsync(ProbeMethods.Echo, new EchoRequest { Text = new string('x', 90_000) });

        Assert.Equal(90_000, response.Text.Length);
    }

    [Fact]
    public async Task Ten_thousand_messages_arrive_in_order()
    {
        var expected = 0u;

        await foreach (var message in _channel.ServerStreamingAsync(
            ProbeMethods.Count, new CountRequest { Count = 10_000, Size = 100 }))
        {
            Assert.Equal(++expected, message.Number);
        }

        Assert.Equal(10_000u, expected);
    }

    [Fact]
    public async Task A_refusal_arrives_with_text_reason_and_retry_delay()
    {
        var request = new FailRequest { Code = 14, Message = "维护中 50%", Reason = "MAINTENANCE", RetryMs = 2500 };

        var failure = await Assert.ThrowsAsync<RpcException>(() => _channel.UnaryAsync(ProbeMethods.Fail, request));

        Assert.Equal(
            new RpcStatus(GrpcStatusCode.Unavailable, "维护中 50%", "MAINTENANCE", TimeSpan.FromMilliseconds(2500)),
            failure.Status);
    }

    [Fact]
    public async Task A_deadline_ends_the_call_on_both_sides()
    {
        // A deadline by the clock could pass before the server has heard of the call.
        var time = new HandTimers();
        using var channel = new GrpcChannel(_channel.Address, new GrpcChannelOptions { Time = time });
        var call = channel.UnaryAsync(
            ProbeMethods.Hang,
            new HangRequest { Label = "deadline" },
            new GrpcCallOptions { Timeout = TimeSpan.FromHours(1) });
        Assert.Equal("deadline", (await _server.NextAsync()).GetProperty("hangBegan").GetString());

        time.Fire();

        var failure = await Assert.ThrowsAsync<RpcException>(() => call);
        Assert.Equal(GrpcStatusCode.DeadlineExceeded, failure.Code);
        Assert.Equal("deadline", (await _server.NextAsync()).GetProperty("hangEnded").GetString());
    }

    [Fact]
    public async Task Leaving_a_stream_cancels_it_at_the_server()
    {
        await foreach (var message in _channel.ServerStreamingAsync(
            ProbeMethods.Count, new CountRequest { Count = uint.MaxValue, Size = 1000 }))
        {
            if (message.Number == 5) break;
        }

        Assert.True((await _server.NextAsync()).GetProperty("cancelled").GetBoolean());
    }

    [Fact]
    public async Task An_answer_over_our_limit_is_refused()
    {
        using var channel = new GrpcChannel(
            _channel.Address, new GrpcChannelOptions { MaxReceiveMessageBytes = 100_000 });

        // Compressed it is far below the limit.
        var failure = await Assert.ThrowsAsync<RpcException>(() => channel.UnaryAsync(
            ProbeMethods.Echo, new EchoRequest { Payload = ByteString.CopyFrom(new byte[100_001]) }));

        Assert.Equal((GrpcStatusCode.ResourceExhausted, "MESSAGE_TOO_LARGE"), (failure.Code, failure.Reason));
    }

    [Fact]
    public async Task A_method_that_the_server_lacks_is_unimplemented()
    {
        var failure = await Assert.ThrowsAsync<RpcException>(
            () => _channel.UnaryAsync(ProbeMethods.Unmapped, new EchoRequest()));

        Assert.Equal(GrpcStatusCode.Unimplemented, failure.Code);
    }
}
