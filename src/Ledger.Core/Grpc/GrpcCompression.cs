using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;

namespace Ledger.Core.Grpc;

/// <summary>What became of a compressed message.</summary>
public enum InflateResult
{
    /// <summary>It was decompressed.</summary>
    Ok = 0,

    /// <summary>It expands beyond the limit.</summary>
    TooLarge,

    /// <summary>It is not gzip, or is damaged.</summary>
    Corrupt,
}

/// <summary>The gzip message encoding, bounded in what it expands to.</summary>
/// <remarks>Stateless and safe for concurrent use.</remarks>
public static class GrpcCompression
{
    /// <summary>The encoding's name in grpc-encoding and grpc-accept-encoding.</summary>
    public const string Gzip = "gzip";

    /// <summary>The name of no compression.</summary>
    public const string Identity = "identity";

    private const int ChunkSize = 16 * 1024;

    /// <summary>Compresses <paramref name="plain"/>.</summary>
    public static byte[] Deflate(ReadOnlySpan<byte> plain)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(plain);
        return packed.ToArray();
    }

    /// <summary>
    /// Decompresses <paramref name="packed"/> into at most <paramref name="maxLength"/> bytes. Memory grows with what
    /// comes out, never with what a header promises.
    /// </summary>
    public static InflateResult Inflate(
        in ReadOnlySequence<byte> packed, int maxLength, [MaybeNull] out byte[] plain)
    {
        plain = null;
        // An empty input would read as an empty output; RFC 1952 wants ten bytes of header and eight of trailer.
        if (packed.Length < 18) return InflateResult.Corrupt;
        using var source = new MemoryStream(packed.ToArray(), writable: false);
        using var gzip = new GZipStream(source, CompressionMode.Decompress);
        using var output = new MemoryStream();
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            int read;
            while ((read = gzip.Read(chunk)) > 0)
            {
                if (output.Length + read > maxLength) return InflateResult.TooLarge;
                output.Write(chunk, 0, read);
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            return InflateResult.Corrupt;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }

        plain = output.ToArray();
        return InflateResult.Ok;
    }
}
