using Google.Protobuf;
using Google.Protobuf.Reflection;
using Ledger.Core.Grpc;
using Ledger.Node.Api.Grpc.Reflection.V1;
using Alpha = Ledger.Node.Api.Grpc.Reflection.V1Alpha;
using Kind = Ledger.Node.Api.Grpc.Reflection.V1.ServerReflectionRequest.MessageRequestOneofCase;

namespace Ledger.Node.Api.Grpc;

/// <summary>
/// The standard reflection service: tells clients such as grpcurl which services there are and their messages.
/// </summary>
/// <remarks>Safe for concurrent use. Answers are made from the generated descriptors; no file is read.</remarks>
internal sealed class GrpcReflection(GrpcServices services)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapDuplex(
            new GrpcMethod<ServerReflectionRequest, ServerReflectionResponse>(
                ReflectionReflection.Descriptor.Services.Single(), "ServerReflectionInfo"),
            AnswerAllAsync);
        routes.MapDuplex(
            new GrpcMethod<Alpha.ServerReflectionRequest, Alpha.ServerReflectionResponse>(
                Alpha.ReflectionReflection.Descriptor.Services.Single(), "ServerReflectionInfo"),
            AnswerAllAlphaAsync);
    }

    private async ValueTask<RpcStatus> AnswerAllAsync(
        GrpcStreamReader<ServerReflectionRequest> requests,
        GrpcStreamWriter<ServerReflectionResponse> responses,
        GrpcCall call)
    {
        var index = new DescriptorIndex(services.Mapped);
        while (await requests.ReadAsync(call.Cancellation) is { } request)
            await responses.WriteAsync(Answer(index, request));
        return RpcStatus.Ok;
    }

    // The two versions have the same messages on the wire and differ in their names only.
    private async ValueTask<RpcStatus> AnswerAllAlphaAsync(
        GrpcStreamReader<Alpha.ServerReflectionRequest> requests,
        GrpcStreamWriter<Alpha.ServerReflectionResponse> responses,
        GrpcCall call)
    {
        var index = new DescriptorIndex(services.Mapped);
        while (await requests.ReadAsync(call.Cancellation) is { } request)
        {
            var answer = Answer(index, ServerReflectionRequest.Parser.ParseFrom(request.ToByteString()));
            await responses.WriteAsync(Alpha.ServerReflectionResponse.Parser.ParseFrom(answer.ToByteString()));
        }

        return RpcStatus.Ok;
    }

    private static ServerReflectionResponse Answer(DescriptorIndex index, ServerReflectionRequest request)
    {
        var response = new ServerReflectionResponse { ValidHost = request.Host, OriginalRequest = request };
        switch (request.MessageRequestCase)
        {
            case Kind.ListServices:
                response.ListServicesResponse = new ListServiceResponse
                {
                    Service = { index.Services.Select(s => new ServiceResponse { Name = s.FullName }) },
                };
                break;
            case Kind.FileByFilename:
                AnswerFile(response, index.FindFile(request.FileByFilename));
                break;
            case Kind.FileContainingSymbol:
                AnswerFile(response, index.FindFileOfSymbol(request.FileContainingSymbol));
                break;
            case Kind.AllExtensionNumbersOfType when index.Knows(request.AllExtensionNumbersOfType):
                // proto3 messages cannot be extended, so the list is empty.
                response.AllExtensionNumbersResponse = new ExtensionNumberResponse
                {
                    BaseTypeName = request.AllExtensionNumbersOfType,
                };
                break;
            case Kind.None:
                response.ErrorResponse = Error(GrpcStatusCode.InvalidArgument, "The request asks for nothing.");
                break;
            default:
                response.ErrorResponse = Error(GrpcStatusCode.NotFound, "There is no such type or extension.");
                break;
        }

        return response;
    }

    private static void AnswerFile(ServerReflectionResponse response, FileDescriptor? file)
    {
        if (file is null)
        {
            response.ErrorResponse = Error(GrpcStatusCode.NotFound, "There is no such file or symbol.");
            return;
        }

        response.FileDescriptorResponse = new FileDescriptorResponse
        {
            FileDescriptorProto = { DescriptorIndex.WithImports(file).Select(f => f.SerializedData) },
        };
    }

    private static ErrorResponse Error(GrpcStatusCode code, string message) =>
        new() { ErrorCode = (int)code, ErrorMessage = message };
}
