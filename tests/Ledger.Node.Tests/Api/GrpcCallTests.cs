using System.Globalization;
using Google.Protobuf;
using Ledger.Client.Transport;
using Ledger.Core.Grpc;
using Ledger.Node.Tests.Support;
using Ledger.Testing;
using Ledger.Testing.Probe;

namespace Ledger.Node.Tests.Api;

/// <summary>Our client against our server.</summary>
public sealed class GrpcCallTests : IAsyncLifetime, IDisposable
{
    private ProbeServer _server = null!;
    private GrpcChannel _channel = null!;

    public async Task InitializeAsync()
    {
        _server = await ProbeServer.StartAsync();
        _channel = new GrpcChannel(_server.Address);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _channel.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5000)]
    [InlineData(100_000)]
    [InlineData(4_000_000)]
    public async Task A_unary_call_returns_what_was_sent(int size)
    {
        var request = new EchoRequest { Payload = Noise(size), Text = "证据" };

        var response = await _channel.UnaryAsync(ProbeMethods.Echo, request);

        Assert.Equal(request.Payload, response.Payload);
        Assert.Equal(request.Text, response.Text);
    }

    [Fact]
    public async Task A_stream_delivers_every_message_in_order()
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
    public async Task A_stream_may_be_empty()
    {
        await foreach (var message in _channel.ServerStreamingAsync(ProbeMethods.Count, new CountRequest()))
            Assert.Fail($"unexpected message {message}");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(500)]
    public async Task A_stream_that_fails_delivers_its_messages_and_then_its_status(uint count)
    {
        var request = new CountRequest { Count = count, Size = 10, FailWith = (int)GrpcStatusCode.DataLoss };
        var received = 0u;

        var failure = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            await foreach (var message in _channel.ServerStreamingAsync(ProbeMethods.Count, request))
                received = message.Number;
        });

        Assert.Equal(GrpcStatusCode.DataLoss, failure.Code);
        Assert.Equal(count, received);
    }

    [Fact]
    public async Task A_refusal_arrives_with_its_message_reason_and_retry_delay()
    {
        var request = new FailRequest
        {
            Code = (int)GrpcStatusCode.ResourceExhausted,
            Message = " 内存池已满 100%\r\nretry later ",
            Reason = "MEMPOOL_FULL",
            RetryMs = 1500,
        };

        var failure = await Assert.ThrowsAsync<RpcException>(() => _channel.UnaryAsync(ProbeMethods.Fail, request));

        Assert.Equal(
            new RpcStatus(
                GrpcStatusCode.ResourceExhausted, request.Message, "MEMPOOL_FULL", TimeSpan.FromMilliseconds(1500)),
            failure.Status);
    }

    [Fact]
    public async Task The_text_of_an_exception_stays_on_the_node()
    {
        var failure = await Assert.ThrowsAsync<RpcException>(
            () => _channel.UnaryAsync(ProbeMethods.Fail, new FailRequest { ByThrowing = true }));

        Assert.Equal(GrpcStatusCode.Internal, failure.Code);
        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_method_that_is_not_mapped_is_unimplemented()
    {
        var failure = await Assert.ThrowsAsync<RpcException>(
            () => _channel.UnaryAsync(ProbeMethods.Unmapped, new EchoRequest()));

        Assert.Equal(GrpcStatusCode.Unimplemented, failure.Code);
    }

    [Fact]
    public async Task A_message_over_the_limit_of_the_node_is_refused_with_a_reason()
    {
        var request = new EchoRequest { Payload = Noise(GrpcFrame.DefaultMaxMessageSize) };

        var failure = await Assert.ThrowsAsync<RpcException>(() => _channel.UnaryAsync(ProbeMethods.Echo, request));

        Assert.Equal(GrpcStatusCode.ResourceExhausted, failure.Code);
        Assert.Equal("MESSAGE_TOO_LARGE", failure.Reason);
    }

    [Fact]
    public async Task A_message_over_the_limit_of_the_client_is_refused_with_a_reason()
    {
        using var channel = new GrpcChannel(_server.Address, new GrpcChannelOptions { MaxReceiveMessageBytes = 2000 });

        var failure = await Assert.ThrowsAsync<RpcException>(
            () => channel.UnaryAsync(ProbeMethods.Echo, new EchoRequest { Payload = Noise(2000) }));

        Assert.Equal(GrpcStatusCode.ResourceExhausted, failure.Code);
        Assert.Equal("MESSAGE_TOO_LARGE", failure.Reason);
    }

    [Fact]
    public async Task A_deadline_ends_the_call_on_both_sides()
    {
        // A deadline by the clock could pass before the server has heard of the call.
        var time = new HandTimers();
        using var channel = new GrpcChannel(_server.Address, new GrpcChannelOptions { Time = time });
        var call = channel.UnaryAsync(
            ProbeMethods.Hang,
            new HangRequest { Label = "deadline" },
            new GrpcCallOptions { Timeout = TimeSpan.FromHours(1) });
        Assert.Equal("began deadline", await NextHangAsync());

        time.Fire();

        var failure = await Assert.ThrowsAsync<RpcException>(() => call);
        Assert.Equal(GrpcStatusCode.DeadlineExceeded, failure.Code);
        Assert.Equal("ended deadline", await NextHangAsync());
    }

    [Fact]
    public async Task A_cancelled_call_ends_on_both_sides()
    {
        using var cancel = new CancellationTokenSource();
        var call = _channel.UnaryAsync(
            ProbeMethods.Hang, new HangRequest { Label = "cancel" }, cancellation: cancel.Token);
        Assert.Equal("began cancel", await NextHangAsync());

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal("ended cancel", await NextHangAsync());
    }

    [Fact]
    public async Task Leaving_a_stream_early_frees_its_call()
    {
        var request = new CountRequest { Count = uint.MaxValue - 1, Size = 1000 };

        for (var i = 0; i < 300; i++)
        {
            await foreach (var message in _channel.ServerStreamingAsync(ProbeMethods.Count, request))
                if (message.Number == 3) break;
        }

        // A leak would have used up the streams of the connection long before.
        Assert.Equal("x", (await _channel.UnaryAsync(ProbeMethods.Echo, new EchoRequest { Text = "x" })).Text);
    }

    [Fact]
    public async Task More_calls_than_one_connection_carries_run_at_once()
    {
        using var cancel = new CancellationTokenSource();
        var calls = Enumerable.Range(0, 250).Select(i => _channel.UnaryAsync(
            ProbeMethods.Hang,
            new HangRequest { Label = i.ToString(CultureInfo.InvariantCulture) },
            cancellation: cancel.Token)).ToArray();

        for (var i = 0; i < calls.Length; i++)
            Assert.StartsWith("began", await NextHangAsync(), StringComparison.Ordinal);
        await cancel.CancelAsync();

        foreach (var call in calls) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task Messages_are_compressed_in_both_directions_when_asked_for()
    {
        await using var server = await ProbeServer.StartAsync(o => o.CompressResponsesFromBytes = 100);
        using var channel = new GrpcChannel(server.Address, new GrpcChannelOptions { CompressRequestsFromBytes = 100 });
        var request = new EchoRequest { Payload = Noise(70_000), Text = new string('a', 70_000) };

        var response = await channel.UnaryAsync(ProbeMethods.Echo, request);

        Assert.Equal(request.Payload, response.Payload);
        Assert.Equal(request.Text, response.Text);
    }

    [Fact]
    public async Task A_small_message_that_expands_beyond_the_limit_is_refused()
    {
        using var channel = new GrpcChannel(
            _server.Address, new GrpcChannelOptions { CompressRequestsFromBytes = 0 });
        var request = new EchoRequest { Text = new string('a', GrpcFrame.DefaultMaxMessageSize) };

        var failure = await Assert.ThrowsAsync<RpcException>(() => channel.UnaryAsync(ProbeMethods.Echo, request));

        Assert.Equal(GrpcStatusCode.ResourceExhausted, failure.Code);
    }

    [Fact]
    public async Task A_node_that_is_not_there_is_unavailable()
    {
        await _server.DisposeAsync();

        var failure = await Assert.ThrowsAsync<RpcException>(
            () => _channel.UnaryAsync(ProbeMethods.Echo, new EchoRequest()));

        Assert.Equal(GrpcStatusCode.Unavailable, failure.Code);
    }

    private Task<string> NextHangAsync() => _server.Hangs.Reader.ReadAsync().AsTask().WaitAsync(TestCluster.Limit);

    private static ByteString Noise(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return ByteString.CopyFrom(bytes);
    }
}
