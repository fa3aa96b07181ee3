namespace Ledger.Core.Grpc;

/// <summary>Names and fixed values of the headers and trailers of gRPC over HTTP/2.</summary>
public static class GrpcHeaderNames
{
    /// <summary>Trailer: the status code in decimal.</summary>
    public const string Status = "grpc-status";

    /// <summary>Trailer: the percent-encoded message.</summary>
    public const string Message = "grpc-message";

    /// <summary>Trailer: a base64 google.rpc.Status.</summary>
    public const string StatusDetails = "grpc-status-details-bin";

    /// <summary>Request header: the time that the caller leaves for the call.</summary>
    public const string Timeout = "grpc-timeout";

    /// <summary>Header of both directions: how messages with the compressed flag are compressed.</summary>
    public const string Encoding = "grpc-encoding";

    /// <summary>Header of both directions: which encodings the sender understands.</summary>
    public const string AcceptEncoding = "grpc-accept-encoding";

    /// <summary>The value of <see cref="AcceptEncoding"/> that both sides of Ledger send.</summary>
    public const string AcceptedEncodings = "identity,gzip";

    /// <summary>The content type of requests and responses.</summary>
    public const string ContentType = "application/grpc";

    /// <summary>
    /// Whether a content type is gRPC with protobuf messages: <c>application/grpc</c> or <c>application/grpc+proto</c>,
    /// with or without parameters. gRPC-Web and other message formats are not.
    /// </summary>
    public static bool IsGrpcContentType(string? value)
    {
        if (value is null || !value.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase)) return false;
        var rest = value.AsSpan(ContentType.Length);
        if (rest.StartsWith("+proto", StringComparison.OrdinalIgnoreCase)) rest = rest["+proto".Length..];
        rest = rest.TrimStart(' ');
        return rest.IsEmpty || rest[0] == ';';
    }

    /// <summary>Whether a <see cref="AcceptEncoding"/> list names <paramref name="encoding"/>.</summary>
    public static bool Accepts(string? list, string encoding)
    {
        var rest = list.AsSpan();
        while (!rest.IsEmpty)
        {
            var comma = rest.IndexOf(',');
            var item = comma < 0 ? rest : rest[..comma];
            if (item.Trim(' ').Equals(encoding, StringComparison.OrdinalIgnoreCase)) return true;
            rest = comma < 0 ? default : rest[(comma + 1)..];
        }

        return false;
    }
}
