using System.Buffers;
using System.Buffers.Binary;
using Google.Protobuf;

namespace Ledger.Core.Grpc;

/// <summary>What <see cref="GrpcFrame"/> found at the start of its input.</summary>
public enum GrpcFrameResult
{
    /// <summary>The frame has not arrived in full.</summary>
    Incomplete = 0,

    /// <summary>A whole frame.</summary>
    Complete,

    /// <summary>The frame announces more bytes than the limit; nothing was allocated for it.</summary>
    TooLarge,

    /// <summary>The compressed flag is neither 0 nor 1.</summary>
    Malformed,
}

/// <summary>The length-prefixed messages of gRPC: one flag byte, four length bytes (big-endian), the message.</summary>
/// <remarks>Stateless and safe for concurrent use. gRPC over HTTP/2, "Length-Prefixed-Message".</remarks>
public static class GrpcFrame
{
    /// <summary>Bytes before the message.</summary>
    public const int HeaderSize = 5;

    /// <summary>
    /// The limit on one message unless a side sets another: 4 MiB, the default of every gRPC library.
    /// </summary>
    public const int DefaultMaxMessageSize = 4 * 1024 * 1024;

    // Up to this size a message is written into one contiguous span; beyond it in the writer's own segments.
    private const int ContiguousSize = 16 * 1024;

    /// <summary>Writes <paramref name="message"/> uncompressed; returns the bytes written.</summary>
    public static int Write(IBufferWriter<byte> output, IMessage message)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(message);
        var size = message.CalculateSize();
        if (size <= ContiguousSize)
        {
            var span = output.GetSpan(HeaderSize + size);
            WriteHeader(span, compressed: false, size);
            message.WriteTo(span.Slice(HeaderSize, size));
            output.Advance(HeaderSize + size);
        }
        else
        {
            WriteHeader(output.GetSpan(HeaderSize), compressed: false, size);
            output.Advance(HeaderSize);
            message.WriteTo(output);
        }

        return HeaderSize + size;
    }

    /// <summary>
    /// Writes <paramref name="message"/> compressed with gzip, or as it is when that is not shorter (compressing noise
    /// makes it longer, and could push it over the receiver's limit); returns the bytes written.
    /// </summary>
    public static int WriteGzip(IBufferWriter<byte> output, IMessage message)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(message);
        var size = message.CalculateSize();
        var rented = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            ReadOnlySpan<byte> body = rented.AsSpan(0, size);
            message.WriteTo(rented.AsSpan(0, size));
            var packed = GrpcCompression.Deflate(body);
            var shorter = packed.Length < size;
            if (shorter) body = packed;
            WriteHeader(output.GetSpan(HeaderSize), compressed: shorter, body.Length);
            output.Advance(HeaderSize);
            output.Write(body);
            return HeaderSize + body.Length;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Writes the five bytes that precede a message of <paramref name="length"/> bytes.</summary>
    public static void WriteHeader(Span<byte> output, bool compressed, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        output[0] = compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(output[1..], length);
    }

    /// <summary>
    /// Reads a frame header. <see cref="GrpcFrameResult.Complete"/> means that the header is good, not that the message
    /// has arrived.
    /// </summary>
    public static GrpcFrameResult ReadHeader(
        ReadOnlySpan<byte> input, int maxLength, out bool compressed, out int length)
    {
        compressed = false;
        length = 0;
        if (input.IsEmpty) return GrpcFrameResult.Incomplete;
        if (input[0] > 1) return GrpcFrameResult.Malformed;
        if (input.Length < HeaderSize) return GrpcFrameResult.Incomplete;
        var announced = BinaryPrimitives.ReadUInt32BigEndian(input[1..]);
        if (announced > (uint)Math.Max(0, maxLength)) return GrpcFrameResult.TooLarge;
        compressed = input[0] == 1;
        length = (int)announced;
        return GrpcFrameResult.Complete;
    }

    /// <summary>
    /// Reads the frame at the start of <paramref name="input"/>. <paramref name="body"/> is a slice of the input, set
    /// only when the result is <see cref="GrpcFrameResult.Complete"/>; the next frame starts at its end.
    /// </summary>
    public static GrpcFrameResult Read(
        in ReadOnlySequence<byte> input, int maxLength, out bool compressed, out ReadOnlySequence<byte> body)
    {
        body = default;
        Span<byte> header = stackalloc byte[HeaderSize];
        var available = (int)Math.Min(HeaderSize, input.Length);
        input.Slice(0, available).CopyTo(header);
        var result = ReadHeader(header[..available], maxLength, out compressed, out var length);
        if (result != GrpcFrameResult.Complete) return result;
        if (input.Length - HeaderSize < length) return GrpcFrameResult.Incomplete;
        body = input.Slice(HeaderSize, length);
        return GrpcFrameResult.Complete;
    }
}
