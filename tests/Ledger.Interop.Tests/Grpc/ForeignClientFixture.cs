using Google.Protobuf.Reflection;
using Ledger.Core.Grpc.Health;
using Ledger.Node.Api.Grpc;
using Ledger.Node.Tests.Api;
using Ledger.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Ledger.Interop.Tests.Grpc;

/// <summary>Runs a foreign client once against our server and keeps what it saw, by the names of its cases.</summary>
public abstract class ForeignClientFixture : IAsyncLifetime
{
    public ForeignResults Results { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await using var server = await ProbeServer.StartAsync();
        server.Services.GetRequiredService<GrpcHealth>().Set("", serving: true);
        await using var client = await StartClientAsync(server.Address.Authority);
        Results = new ForeignResults(await client.AllAsync());
    }

    public Task DisposeAsync() => Task.CompletedTask;

    private protected abstract Task<ForeignProcess> StartClientAsync(string address);
}

/// <summary>@grpc/grpc-js.</summary>
public sealed class GrpcJsClientFixture : ForeignClientFixture
{
    private protected override Task<ForeignProcess> StartClientAsync(string address) =>
        Task.FromResult(ForeignProcess.StartNode(
            "client.mjs",
            address,
            Path.Combine(ForeignProcess.Root, "tests/Ledger.Testing/Protos/ledger/testing/probe.proto"),
            Path.Combine(ForeignProcess.Root, "src/Ledger.Core/Protos/grpc/health/v1/health.proto")));
}

/// <summary>Debian's python3-grpcio.</summary>
public sealed class PythonClientFixture : ForeignClientFixture
{
    private protected override async Task<ForeignProcess> StartClientAsync(string address)
    {
        var descriptors = new FileDescriptorSet
        {
            File =
            {
                FileDescriptorProto.Parser.ParseFrom(ProbeMethods.Service.File.SerializedData),
                FileDescriptorProto.Parser.ParseFrom(HealthReflection.Descriptor.SerializedData),
            },
        };
        var file = Path.Combine(AppContext.BaseDirectory, "probe.protoset");
        await using (var output = File.Create(file)) Google.Protobuf.MessageExtensions.WriteTo(descriptors, output);
        return await ForeignProcess.StartPythonAsync("probe_client.py", address, file);
    }
}
