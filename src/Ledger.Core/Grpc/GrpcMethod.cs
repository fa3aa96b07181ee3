using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Ledger.Core.Grpc;

/// <summary>One method of a gRPC service: its path and the message types on both sides of it.</summary>
/// <typeparam name="TRequest">The generated request message.</typeparam>
/// <typeparam name="TResponse">The generated response message.</typeparam>
/// <remarks>Immutable and safe for concurrent use; make one per method and keep it in a static field.</remarks>
public sealed class GrpcMethod<TRequest, TResponse>
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    /// <summary>Finds the method <paramref name="name"/> in a generated service descriptor.</summary>
    /// <exception cref="ArgumentException">
    /// The service has no such method, or its messages have other types.
    /// </exception>
    public GrpcMethod(ServiceDescriptor service, string name)
    {
        ArgumentNullException.ThrowIfNull(service);
        Descriptor = service.FindMethodByName(name)
            ?? throw new ArgumentException($"Service {service.FullName} has no method {name}.", nameof(name));
        RequestParser = ParserOf<TRequest>(Descriptor.InputType);
        ResponseParser = ParserOf<TResponse>(Descriptor.OutputType);
        Path = $"/{service.FullName}/{name}";
    }

    /// <summary>The generated descriptor.</summary>
    public MethodDescriptor Descriptor { get; }

    /// <summary>The path of the HTTP request: <c>/package.Service/Method</c>.</summary>
    public string Path { get; }

    /// <summary>Parses requests.</summary>
    public MessageParser<TRequest> RequestParser { get; }

    /// <summary>Parses responses.</summary>
    public MessageParser<TResponse> ResponseParser { get; }

    /// <inheritdoc/>
    public override string ToString() => Path;

    private static MessageParser<T> ParserOf<T>(MessageDescriptor descriptor)
        where T : class, IMessage<T> =>
        descriptor.Parser as MessageParser<T>
            ?? throw new ArgumentException($"Message {descriptor.FullName} is not a {typeof(T).Name}.");
}
