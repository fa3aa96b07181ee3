using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using Google.Protobuf;
using Ledger.Core.Grpc;
using Ledger.Node.Api.Grpc;
using Ledger.Testing;
using Ledger.Testing.Probe;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ledger.Node.Tests.Api;

/// <summary>The probe service on a real HTTP server on a free loopback port.</summary>
public sealed class ProbeServer : IAsyncDisposable
{
    private static readonly ByteString Zeros = ByteString.CopyFrom(new byte[1 << 20]);

    private readonly WebApplication _app;

    private ProbeServer(WebApplication app) => _app = app;

    /// <summary>One item for each Hang call: written when it begins, and again when it ends.</summary>
    public Channel<string> Hangs { get; } = Channel.CreateBounded<string>(1024);

    public Uri Address => new(_app.Urls.First());

    public IServiceProvider Services => _app.Services;

    public static async Task<ProbeServer> StartAsync(
        Action<GrpcServerOptions>? configure = null,
        X509Certificate2? certificate = null,
        Action<IServiceCollection>? services = null,
        Action<WebApplication>? map = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddLedgerGrpc();
        if (configure is not null) builder.Services.PostConfigure(configure);
        services?.Invoke(builder.Services);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = certificate is null ? HttpProtocols.Http2 : HttpProtocols.Http1AndHttp2;
            if (certificate is not null) listen.UseHttps(certificate);
        }));
        var app = builder.Build();
        var server = new ProbeServer(app);
        server.Map();
        map?.Invoke(app);
        await app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private void Map()
    {
        _app.MapUnary(ProbeMethods.Echo, (request, _) => ValueTask.FromResult<RpcResult<EchoResponse>>(
            new EchoResponse { Payload = request.Payload, Text = request.Text }));
        _app.MapServerStreaming(ProbeMethods.Count, CountAsync);
        _app.MapUnary(ProbeMethods.Fail, (request, _) => ValueTask.FromResult(Fail(request)));
        _app.MapUnary(ProbeMethods.Hang, HangAsync);
        _app.MapDuplex(ProbeMethods.Chat, ChatAsync);
        _app.MapGrpcHealth();
        _app.MapGrpcReflection();
        _app.MapGrpcUnknownMethods();
    }

    private static async ValueTask<RpcStatus> CountAsync(
        CountRequest request, GrpcStreamWriter<CountResponse> responses, GrpcCall call)
    {
        var payload = ByteString.CopyFrom(Zeros.Span[..(int)request.Size]);
        for (var i = 1u; i <= request.Count; i++)
            await responses.WriteAsync(new CountResponse { Number = i, Payload = payload }, flush: i == request.Count);
        return request.FailWith == 0
            ? RpcStatus.Ok
            : new RpcStatus((GrpcStatusCode)request.FailWith, "The stream ended with a failure.");
    }

    private static RpcResult<EchoResponse> Fail(FailRequest request)
    {
        if (request.ByThrowing) throw new InvalidOperationException("a secret of the node");
        return new RpcStatus(
            (GrpcStatusCode)request.Code,
            request.Message,
            request.Reason.Length == 0 ? null : request.Reason,
            request.RetryMs == 0 ? null : TimeSpan.FromMilliseconds(request.RetryMs));
    }

    private static async ValueTask<RpcStatus> ChatAsync(
        GrpcStreamReader<EchoRequest> requests, GrpcStreamWriter<EchoResponse> responses, GrpcCall call)
    {
        while (await requests.ReadAsync(call.Cancellation) is { } request)
            await responses.WriteAsync(new EchoResponse { Payload = request.Payload, Text = request.Text });
        return RpcStatus.Ok;
    }

    private async ValueTask<RpcResult<EchoResponse>> HangAsync(HangRequest request, GrpcCall call)
    {
        await Hangs.Writer.WriteAsync("began " + request.Label);
        try
        {
            await new TaskCompletionSource().Task.WaitAsync(call.Cancellation);
            return new EchoResponse();
        }
        finally
        {
            await Hangs.Writer.WriteAsync("ended " + request.Label);
        }
    }
}
