using Ledger.Client.Transport;
using Ledger.Core.Grpc;
using Ledger.Core.Grpc.Health;
using Ledger.Node.Api.Grpc;
using Ledger.Testing;
using Microsoft.Extensions.DependencyInjection;
using ServingStatus = Ledger.Core.Grpc.Health.HealthCheckResponse.Types.ServingStatus;

namespace Ledger.Node.Tests.Api;

public sealed class GrpcStandardServicesTests : IAsyncLifetime, IDisposable
{
    private static readonly GrpcMethod<HealthCheckRequest, HealthCheckResponse> Check =
        new(HealthReflection.Descriptor.Services.Single(), "Check");

    private static readonly GrpcMethod<HealthCheckRequest, HealthCheckResponse> Watch =
        new(HealthReflection.Descriptor.Services.Single(), "Watch");

    private ProbeServer _server = null!;
    private GrpcChannel _channel = null!;

    private GrpcHealth Health => _server.Services.GetRequiredService<GrpcHealth>();

    public async Task InitializeAsync()
    {
        _server = await ProbeServer.StartAsync();
        _channel = new GrpcChannel(_server.Address);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _channel.Dispose();

    [Fact]
    public async Task A_node_that_has_not_said_so_is_not_serving() => Assert.Equal(
        ServingStatus.NotServing, (await _channel.UnaryAsync(Check, new HealthCheckRequest())).Status);

    [Fact]
    public async Task An_unknown_service_is_not_found()
    {
        var failure = await Assert.ThrowsAsync<RpcException>(
            () => _channel.UnaryAsync(Check, new HealthCheckRequest { Service = "nope" }));

        Assert.Equal((GrpcStatusCode.NotFound, "SERVICE_UNKNOWN"), (failure.Code, failure.Reason));
    }

    [Fact]
    public async Task Strangers_cannot_fill_a_node_with_watches_that_never_end()
    {
        using var ended = new CancellationTokenSource();
        var watches = new List<IAsyncEnumerator<HealthCheckResponse>>();
        for (var i = 0; i < GrpcHealth.MaxWatchers; i++)
        {
            watches.Add(_channel.ServerStreamingAsync(Watch, new HealthCheckRequest()).GetAsyncEnumerator(ended.Token));
            Assert.True(await watches[i].MoveNextAsync());
        }

        await using var another = _channel.ServerStreamingAsync(Watch, new HealthCheckRequest()).GetAsyncEnumerator();
        var refusal = await Assert.ThrowsAsync<RpcException>(async () => await another.MoveNextAsync());

        Assert.Equal((GrpcStatusCode.ResourceExhausted, "TOO_MANY_STREAMS"), (refusal.Code, refusal.Reason));
        foreach (var watch in watches) await watch.DisposeAsync();
    }

    [Fact]
    public async Task A_watcher_sees_the_state_and_its_changes()
    {
        await using var watch = _channel
            .ServerStreamingAsync(Watch, new HealthCheckRequest { Service = "ledger.v1" }).GetAsyncEnumerator();

        foreach (var (serving, expected) in new (bool?, ServingStatus)[]
        {
            (null, ServingStatus.ServiceUnknown), (true, ServingStatus.Serving), (false, ServingStatus.NotServing),
        })
        {
            if (serving is { } value) Health.Set("ledger.v1", value);
            Assert.True(await watch.MoveNextAsync());
            Assert.Equal(expected, watch.Current.Status);
        }
    }

    [Fact]
    public void Descriptors_are_found_by_file_and_by_every_kind_of_symbol()
    {
        var index = new DescriptorIndex([ProbeMethods.Service, Check.Descriptor.Service]);

        foreach (var symbol in new[]
        {
            "grpc.health.v1.Health", "grpc.health.v1.Health.Check", "grpc.health.v1.HealthCheckRequest",
            "grpc.health.v1.HealthCheckRequest.service", "grpc.health.v1.HealthCheckResponse.ServingStatus",
        })
        {
            Assert.Equal("grpc/health/v1/health.proto", index.FindFileOfSymbol(symbol)?.Name);
        }

        Assert.NotNull(index.FindFile("ledger/testing/probe.proto"));
        Assert.Null(index.FindFile("../etc/passwd"));
        Assert.Null(index.FindFileOfSymbol("grpc.health.v1.Nope"));
    }

    [Fact]
    public void A_file_comes_with_everything_it_imports_once()
    {
        var status = Google.Protobuf.WellKnownTypes.ApiReflection.Descriptor;

        var names = DescriptorIndex.WithImports(status).Select(f => f.Name).ToArray();

        Assert.Equal(
            ["google/protobuf/api.proto", "google/protobuf/source_context.proto", "google/protobuf/type.proto",
                "google/protobuf/any.proto"],
            names);
    }
}
