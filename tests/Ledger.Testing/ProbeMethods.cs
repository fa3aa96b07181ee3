using Ledger.Core.Grpc;
using Ledger.Testing.Probe;
using ProtobufService = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Ledger.Testing;

/// <summary>The methods of the probe service, for both sides of transport tests.</summary>
public static class ProbeMethods
{
    public static ProtobufService Service { get; } = ProbeReflection.Descriptor.Services.Single();

    public static GrpcMethod<EchoRequest, EchoResponse> Echo { get; } = new(Service, "Echo");

    public static GrpcMethod<CountRequest, CountResponse> Count { get; } = new(Service, "Count");

    public static GrpcMethod<FailRequest, EchoResponse> Fail { get; } = new(Service, "Fail");

    public static GrpcMethod<HangRequest, EchoResponse> Hang { get; } = new(Service, "Hang");

    public static GrpcMethod<EchoRequest, EchoResponse> Chat { get; } = new(Service, "Chat");

    public static GrpcMethod<EchoRequest, EchoResponse> Unmapped { get; } = new(Service, "Unmapped");
}
