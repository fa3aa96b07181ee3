using System.Net;
using Ledger.Client.Transport;
using Ledger.Core.Grpc;
using Ledger.Node.Tests.Support;
using Ledger.Testing;
using Ledger.Testing.Probe;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Ledger.Node.Tests.Api;

/// <summary>The client against servers that speak HTTP/2 well and gRPC badly.</summary>
public sealed class GrpcHostileServerTests
{
    [Theory]
    [InlineData(400, GrpcStatusCode.Internal)]
    [InlineData(401, GrpcStatusCode.Unauthenticated)]
    [InlineData(403, GrpcStatusCode.PermissionDenied)]
    [InlineData(404, GrpcStatusCode.Unimplemented)]
    [InlineData(429, GrpcStatusCode.Unavailable)]
    [InlineData(503, GrpcStatusCode.Unavailable)]
    [InlineData(500, GrpcStatusCode.Unknown)]
    [InlineData(204, GrpcStatusCode.Unknown)]
    public async Task An_HTTP_error_becomes_the_status_that_the_mapping_says(int http, GrpcStatusCode expected) =>
        Assert.Equal(expected, (await FailAsync(c => c.Response.StatusCode = http)).Code);

    [Fact]
    public async Task A_page_instead_of_gRPC_is_an_unknown_error() => Assert.Equal(
        GrpcStatusCode.Unknown, (await FailAsync(c => c.Response.ContentType = "text/html")).Code);

    [Theory]
    [InlineData("", null, GrpcStatusCode.Unknown)]
    [InlineData("0000000000", null, GrpcStatusCode.Unknown)]
    [InlineData("0000000000", "", GrpcStatusCode.Unknown)]
    [InlineData("0000000000", "99", GrpcStatusCode.Unknown)]
    [InlineData("", "0", GrpcStatusCode.Internal)]
    [InlineData("00000000000000000000", "0", GrpcStatusCode.Internal)]
    [InlineData("00000000", "0", GrpcStatusCode.Internal)]
    [InlineData("0000000003ab", "0", GrpcStatusCode.Internal)]
    [InlineData("0900000000", "0", GrpcStatusCode.Internal)]
    [InlineData("0000000002ffff", "0", GrpcStatusCode.Internal)]
    [InlineData("0100000000", "0", GrpcStatusCode.Internal)]
    [InlineData("007fffffff", "0", GrpcStatusCode.ResourceExhausted)]
    [InlineData("0000000000", "5", GrpcStatusCode.NotFound)]
    public async Task A_broken_answer_becomes_a_status(string hex, string? status, GrpcStatusCode expected)
    {
        var failure = await FailAsync(async c =>
        {
            if (status is not null) c.Response.AppendTrailer("grpc-status", status);
            await c.Response.Body.WriteAsync(Convert.FromHexString(hex));
        });

        Assert.Equal(expected, failure.Code);
    }

    [Theory]
    [InlineData(0x7, GrpcStatusCode.Unavailable)]
    [InlineData(0x8, GrpcStatusCode.Cancelled)]
    [InlineData(0xb, GrpcStatusCode.ResourceExhausted)]
    [InlineData(0xc, GrpcStatusCode.PermissionDenied)]
    [InlineData(0x2, GrpcStatusCode.Internal)]
    public async Task A_reset_stream_becomes_the_status_that_the_mapping_says(int error, GrpcStatusCode expected)
    {
        var failure = await FailAsync(async c =>
        {
            await c.Response.StartAsync();
            c.Features.Get<IHttpResetFeature>()!.Reset(error);
        });

        Assert.Equal(expected, failure.Code);
    }

    [Fact]
    public async Task Damaged_details_leave_code_and_message()
    {
        var failure = await FailAsync(c =>
        {
            c.Response.Headers["grpc-status"] = "9";
            c.Response.Headers["grpc-message"] = "half %E8%AF then %zz";
            c.Response.Headers["grpc-status-details-bin"] = "!!!";
        });

        Assert.Equal((GrpcStatusCode.FailedPrecondition, null), (failure.Code, failure.Reason));
        Assert.EndsWith("then %zz", failure.Status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_left_at_the_deadline()
    {
        var (heard, released) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var server = await StartAsync(async c =>
        {
            using var gone = c.RequestAborted.Register(released.SetResult);
            heard.SetResult();
            await released.Task;
        });
        var time = new HandTimers();
        using var channel = new GrpcChannel(Address(server), new GrpcChannelOptions { Time = time });
        var call = channel.UnaryAsync(
            ProbeMethods.Echo, new EchoRequest(), new GrpcCallOptions { Timeout = TimeSpan.FromHours(1) });
        await heard.Task;

        time.Fire();

        var failure = await Assert.ThrowsAsync<RpcException>(() => call);
        Assert.Equal(GrpcStatusCode.DeadlineExceeded, failure.Code);
        await released.Task;
    }

    [Fact]
    public async Task Seeded_mutations_of_an_answer_give_a_message_or_a_status_and_nothing_else()
    {
        var random = new Random(11);
        var seed = Convert.FromHexString("000000000c0a0548656c6c6f1203776f72");
        byte[] body = [];
        await using var server = await StartAsync(async c =>
        {
            c.Response.Headers["grpc-encoding"] = "gzip";
            c.Response.AppendTrailer("grpc-status", "0");
            await c.Response.Body.WriteAsync(body);
        });
        using var channel = new GrpcChannel(Address(server), new GrpcChannelOptions { MaxReceiveMessageBytes = 4096 });
        for (var round = 0; round < 1000; round++)
        {
            body = [.. seed];
            for (var i = random.Next(1, 4); i > 0; i--) body[random.Next(body.Length)] = (byte)random.Next(256);
            if (random.Next(3) == 0) body = body[..random.Next(body.Length)];

            var outcome = await Record.ExceptionAsync(() => channel.UnaryAsync(ProbeMethods.Echo, new EchoRequest()));

            if (outcome is not null)
            {
                var failure = Assert.IsType<RpcException>(outcome);
                Assert.True(failure.Code is GrpcStatusCode.Internal or GrpcStatusCode.ResourceExhausted);
            }
        }
    }

    private static Task<RpcException> FailAsync(Action<HttpContext> answer) => FailAsync(c =>
    {
        answer(c);
        return Task.CompletedTask;
    });

    private static async Task<RpcException> FailAsync(Func<HttpContext, Task> answer)
    {
        await using var server = await StartAsync(answer);
        using var channel = new GrpcChannel(Address(server));
        return await Assert.ThrowsAsync<RpcException>(() => channel.UnaryAsync(ProbeMethods.Echo, new EchoRequest()));
    }

    private static async Task<WebApplication> StartAsync(Func<HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l => l.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        app.Run(context =>
        {
            context.Response.ContentType = "application/grpc";
            return answer(context);
        });
        await app.StartAsync();
        return app;
    }

    private static Uri Address(WebApplication server) => new(server.Urls.First());
}
