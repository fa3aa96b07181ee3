using System.Net;
using Ledger.Core.Grpc;
using Ledger.Node.Api;
using Ledger.Node.Api.Grpc;
using Microsoft.AspNetCore.Http;

namespace Ledger.Node.Tests.Api;

public sealed class StreamSeatsTests
{
    private readonly TaskCompletionSource<RpcStatus> _end = new();
    private readonly StreamSeats _seats = new(perCaller: 2, inAll: 3);
    private int _running;

    [Fact]
    public async Task A_caller_has_so_many_streams_and_all_together_have_so_many()
    {
        var first = Open("10.0.0.1");
        var second = Open("10.0.0.1");
        Assert.Same(_seats.TooMany, await Open("10.0.0.1"));
        var third = Open("10.0.0.2");
        Assert.Same(_seats.TooMany, await Open("10.0.0.3"));
        Assert.Equal(3, _running);

        _end.SetResult(RpcStatus.Ok);
        await Task.WhenAll(first, second, third);

        Assert.Equal(RpcStatus.Ok, await Open("10.0.0.3"));
    }

    [Fact]
    public async Task A_stream_that_fails_gives_its_seat_back()
    {
        _end.SetException(new IOException("the reader is gone"));

        for (var i = 0; i < 5; i++) await Assert.ThrowsAsync<IOException>(() => Open("10.0.0.1"));

        Assert.Equal(5, _running);
    }

    [Fact]
    public void A_seat_is_given_back_once()
    {
        using var call = Call("10.0.0.1");
        var seat = _seats.TryTake(call)!;
        using var other = _seats.TryTake(call);
        seat.Dispose();
        seat.Dispose();

        using var third = _seats.TryTake(call);
        Assert.NotNull(third);
        Assert.Null(_seats.TryTake(call));
    }

    private async Task<RpcStatus> Open(string address)
    {
        using var call = Call(address);
        var handler = _seats.Guard<string, string>((_, _, _) =>
        {
            _running++;
            return new ValueTask<RpcStatus>(_end.Task);
        });
        return await handler("", null!, call);
    }

    private static GrpcCall Call(string address)
    {
        var http = new DefaultHttpContext();
        http.Connection.RemoteIpAddress = IPAddress.Parse(address);
        return new GrpcCall(http, null, TimeProvider.System);
    }
}
