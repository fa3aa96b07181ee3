using Google.Protobuf;
using Ledger.Core.Grpc;

namespace Ledger.Node.Api.Grpc;

/// <summary>A method with one request and one response message.</summary>
internal sealed class UnaryEndpoint<TRequest, TResponse>(
    GrpcMethod<TRequest, TResponse> method,
    Func<TRequest, GrpcCall, ValueTask<RpcResult<TResponse>>> handler,
    GrpcServices services) : GrpcEndpoint(method.Path, services)
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    protected override async ValueTask<RpcStatus> CallAsync(GrpcCall call)
    {
        var reader = new GrpcStreamReader<TRequest>(call, method.RequestParser, Options);
        var request = await reader.ReadSingleAsync(Options.RequestReadTimeout, Time, call.Cancellation);
        if (request is null) return reader.Failure!;

        var result = await handler(request, call);
        if (result.Value is { } response) new GrpcStreamWriter<TResponse>(call, Options).Write(response);
        return result.Status;
    }
}
