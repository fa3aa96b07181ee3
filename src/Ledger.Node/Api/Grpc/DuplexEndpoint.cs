using Google.Protobuf;
using Ledger.Core.Grpc;

namespace Ledger.Node.Api.Grpc;

/// <summary>A method with many request and many response messages; either side may end first.</summary>
internal sealed class DuplexEndpoint<TRequest, TResponse>(
    GrpcMethod<TRequest, TResponse> method,
    Func<GrpcStreamReader<TRequest>, GrpcStreamWriter<TResponse>, GrpcCall, ValueTask<RpcStatus>> handler,
    GrpcServices services) : GrpcEndpoint(method.Path, services)
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    protected override bool ReadsRequestToEnd => false;

    protected override async ValueTask<RpcStatus> CallAsync(GrpcCall call)
    {
        var reader = new GrpcStreamReader<TRequest>(call, method.RequestParser, Options);
        var status = await handler(reader, new GrpcStreamWriter<TResponse>(call, Options), call);
        return reader.Failure ?? status;
    }
}
