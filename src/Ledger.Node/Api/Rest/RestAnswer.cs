using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Ledger.Core.Grpc;
using Ledger.Node.Api.Grpc;
using Ledger.Node.Api.Rest.Streams;

namespace Ledger.Node.Api.Rest;

/// <summary>What a route answers: a body, a stream, or why not. Immutable.</summary>
internal sealed class RestAnswer
{
    private RestAnswer()
    {
    }

    /// <summary>Why the call is refused; null when it is not.</summary>
    public RpcStatus? Refusal { get; private init; }

    public int Status { get; private init; } = StatusCodes.Status200OK;

    public string MediaType { get; private init; } = MediaTypes.Json;

    public ReadOnlyMemory<byte> Body { get; private init; }

    /// <summary>Whether the same request has the same answer for ever.</summary>
    public bool IsImmutable { get; private init; }

    /// <summary>Where what was accepted can be asked for.</summary>
    public string? Location { get; private init; }

    /// <summary>Writes a stream until it is over; null for an answer with an end.</summary>
    public Func<EventStream, ValueTask<RpcStatus>>? Stream { get; private init; }

    public static RestAnswer Json<T>(
        T value, JsonTypeInfo<T> type, bool isImmutable = false, int status = StatusCodes.Status200OK,
        string? location = null) => new()
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(value, type),
            IsImmutable = isImmutable,
            Status = status,
            Location = location,
        };

    public static RestAnswer Bytes(string mediaType, ReadOnlyMemory<byte> body, bool isImmutable) =>
        new() { MediaType = mediaType, Body = body, IsImmutable = isImmutable };

    public static RestAnswer Events(Func<EventStream, ValueTask<RpcStatus>> stream) =>
        new() { MediaType = MediaTypes.EventStream, Stream = stream };

    public static implicit operator RestAnswer(RpcStatus refusal) => new() { Refusal = refusal };

    /// <summary>The answer of a handler: its refusal, or what is made of its response.</summary>
    public static RestAnswer Of<T>(RpcResult<T> result, Func<T, RestAnswer> make)
        where T : class => result.Value is { } value ? make(value) : result.Status;
}
