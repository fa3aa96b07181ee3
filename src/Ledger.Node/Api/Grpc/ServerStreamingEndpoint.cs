using Google.Protobuf;
using Ledger.Core.Grpc;

namespace Ledger.Node.Api.Grpc;

/// <summary>A method with one request and many response messages.</summary>
internal sealed class ServerStreamingEndpoint<TRequest, TResponse>(
    GrpcMethod<TRequest, TResponse> method,
    Func<TRequest, GrpcStreamWriter<TResponse>, GrpcCall, ValueTask<RpcStatus>> handler,
    GrpcServices services) : GrpcEndpoint(method.Path, services)
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    protected override async ValueTask<RpcStatus> CallAsync(GrpcCall call)
    {
        var reader = new GrpcStreamReader<TRequest>(call, method.RequestParser, Options);
        var request = await reader.ReadSingleAsync(Options.RequestReadTimeout, Time, call.Cancellation);
        return request is null
            ? reader.Failure!
            : await handler(request, new GrpcStreamWriter<TResponse>(call, Options), call);
    }
}
