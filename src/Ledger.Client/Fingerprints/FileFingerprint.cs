using System.IO.Compression;
using Ledger.Core.Crypto;
using Ledger.Core.Fingerprints;

namespace Ledger.Client.Fingerprints;

/// <summary>A file could not be fingerprinted or disclosed. The message says where and what to do.</summary>
public sealed class FingerprintException : IOException
{
    internal FingerprintException(FingerprintFault fault, string message)
        : base(message) => Fault = fault;

    /// <summary>What is wrong.</summary>
    public FingerprintFault Fault { get; }
}

/// <summary>
/// Fingerprints files and discloses parts of them, reading in pieces. Rows and lines of a gzip file are those of what
/// is compressed in it; chunks are those of the file itself. A fingerprint keeps all processors busy.
/// </summary>
/// <remarks>Stateless and safe for concurrent use.</remarks>
public static class FileFingerprint
{
    // Large enough that system calls cost nothing, small enough for the processor's cache.
    private const int BufferSize = 256 << 10;

    /// <summary>Fingerprints a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="hash">The hash function of the channel's suite.</param>
    /// <param name="parameters">How the file is cut and salted.</param>
    /// <param name="secret">32 random bytes, for this file only. Whoever has them can disclose; without them nobody
    /// can.</param>
    /// <param name="progress">Told how many bytes of the file have been read, from time to time.</param>
    /// <param name="cancellation">Stops reading.</param>
    /// <exception cref="FingerprintException">The file cannot be cut by the rule.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static async Task<Fingerprint> ComputeAsync(
        string path,
        HashFunction hash,
        FingerprintParameters parameters,
        ReadOnlyMemory<byte> secret,
        IProgress<long>? progress = null,
        CancellationToken cancellation = default)
    {
        var parts = new FingerprintParts(hash, parameters, secret.Span);
        await using var pipeline = new PartPipeline(parts);
        var fault = await ReadAsync(path, parameters, pipeline.PushAsync, progress, cancellation);
        Fingerprint? fingerprint = null;
        if (fault == FingerprintFault.None) (fault, fingerprint) = await pipeline.EndAsync();
        return fingerprint ?? throw Explain(fault, path, parts.RecordsSeen);
    }

    /// <summary>Shows a range of a file's records with the proof that they are part of it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="hash">The hash function that the fingerprint was made with.</param>
    /// <param name="fingerprint">The file's fingerprint.</param>
    /// <param name="secret">The secret that it was made with.</param>
    /// <param name="first">Index of the first record, from 0.</param>
    /// <param name="count">Number of records.</param>
    /// <param name="progress">Told how many bytes of the file have been read, from time to time.</param>
    /// <param name="cancellation">Stops reading.</param>
    /// <exception cref="ArgumentException">The range is empty, too large or reaches beyond the file.</exception>
    /// <exception cref="FingerprintException">File or secret is not the one that was fingerprinted.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static async Task<Disclosure> DiscloseAsync(
        string path,
        HashFunction hash,
        Fingerprint fingerprint,
        ReadOnlyMemory<byte> secret,
        ulong first,
        int count,
        IProgress<long>? progress = null,
        CancellationToken cancellation = default)
    {
        var builder = new DisclosureBuilder(hash, fingerprint, secret.Span, first, count);
        var fault = await ReadAsync(
            path, fingerprint.Parameters, data => ValueTask.FromResult(builder.Push(data.Span)), progress, cancellation);
        Disclosure? disclosure = null;
        if (fault == FingerprintFault.None) fault = builder.Complete(out disclosure);
        return disclosure ?? throw Explain(fault, path, null);
    }

    private static async Task<FingerprintFault> ReadAsync(
        string path,
        FingerprintParameters parameters,
        Func<ReadOnlyMemory<byte>, ValueTask<FingerprintFault>> push,
        IProgress<long>? progress,
        CancellationToken cancellation)
    {
        await using var file = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.Asynchronous);
        var content = parameters.Rule == FingerprintRule.Chunks ? file : Unpacked(file);
        var buffer = new byte[SizeOfBuffer(parameters)];
        try
        {
            int read;
            do
            {
                // Full buffers, so that chunks begin where buffers do and none is copied.
                read = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
                var fault = await push(buffer.AsMemory(0, read));
                if (fault != FingerprintFault.None) return fault;
                progress?.Report(file.Position);
            }
            while (read == buffer.Length);
        }
        catch (InvalidDataException damaged)
        {
            throw new IOException($"{path}: the compressed file is damaged or cut off: {damaged.Message}", damaged);
        }
        finally
        {
            await content.DisposeAsync();
        }

        return FingerprintFault.None;
    }

    private static int SizeOfBuffer(FingerprintParameters parameters) => parameters.Rule == FingerprintRule.Chunks
        ? Math.Max(1, BufferSize / parameters.ChunkSize) * parameters.ChunkSize
        : BufferSize;

    private static Stream Unpacked(FileStream file)
    {
        Span<byte> magic = stackalloc byte[2];
        var length = file.ReadAtLeast(magic, 2, throwOnEndOfStream: false);
        file.Position = 0;
        // RFC 1952 section 2.3.1: ID1 and ID2.
        return length == 2 && magic[0] == 0x1f && magic[1] == 0x8b
            ? new GZipStream(file, CompressionMode.Decompress)
            : file;
    }

    private static FingerprintException Explain(FingerprintFault fault, string path, ulong? record)
    {
        var place = record is { } number ? $" (after record {number})" : "";
        var what = fault switch
        {
            FingerprintFault.RecordTooLarge => "a record is larger than 1 MiB; use the rule 'chunks'",
            FingerprintFault.QuoteInField or FingerprintFault.TextAfterQuote or FingerprintFault.UnterminatedQuote =>
                $"its quoting is not that of CSV ({fault}); use the rule 'lines'",
            FingerprintFault.MissingHeader => "it has no header row; use the rule 'lines'",
            FingerprintFault.DataDiffers => "the file or the secret is not the one that was fingerprinted",
            FingerprintFault.DisclosureTooLarge => "the range is too large for one disclosure; show fewer records",
            _ => fault.ToString(),
        };
        return new FingerprintException(fault, $"{path}{place}: {what}");
    }
}
