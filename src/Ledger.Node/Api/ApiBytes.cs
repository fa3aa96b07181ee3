using Google.Protobuf;
using Ledger.Core.Crypto;

namespace Ledger.Node.Api;

/// <summary>Bytes for messages of the API.</summary>
internal static class ApiBytes
{
    /// <summary>A hash as a byte string.</summary>
    public static ByteString Of(in Hash256 hash) => ByteString.CopyFrom(hash.AsSpan());

    /// <summary>Bytes that nobody changes any more, without a copy.</summary>
    public static ByteString Of(ReadOnlyMemory<byte> bytes) => UnsafeByteOperations.UnsafeWrap(bytes);
}
