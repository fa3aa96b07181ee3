using System.IO.Compression;
using Ledger.Core.Crypto;

namespace Ledger.Client.Import;

/// <summary>The format of a source file.</summary>
public enum ImportFormat
{
    /// <summary>Event log in XES (IEEE 1849).</summary>
    Xes,

    /// <summary>Comma-separated values (RFC 4180) with a header line.</summary>
    Csv,

    /// <summary>One JSON object a line.</summary>
    JsonLines,
}

/// <summary>
/// A source file that can be read more than once: an import checks all of it before it sends anything. Gzip is
/// recognised by its first bytes.
/// </summary>
/// <param name="Path">The file.</param>
/// <param name="Format">Its format.</param>
/// <param name="Delimiter">What separates fields of comma-separated values.</param>
public sealed record ImportSource(string Path, ImportFormat Format, char Delimiter = ',')
{
    /// <summary>Opens the file and reads rows as they are asked for.</summary>
    /// <exception cref="ImportException">While enumerating: the file is not what it should be.</exception>
    public IEnumerable<ImportRow> Rows()
    {
        using var stream = OpenPlain();
        var rows = Format switch
        {
            ImportFormat.Xes => XesReader.Read(stream),
            ImportFormat.Csv => CsvReader.Read(stream, Delimiter),
            ImportFormat.JsonLines => JsonLinesReader.Read(stream),
            _ => throw new InvalidOperationException($"no reader for {Format}"),
        };
        foreach (var row in rows) yield return row;
    }

    /// <summary>The digest of the file's bytes as they lie on disk.</summary>
    public Hash256 Digest(HashFunction hash)
    {
        using var stream = File.OpenRead(Path);
        using var running = hash.StartIncremental();
        var buffer = new byte[64 << 10];
        int read;
        while ((read = stream.Read(buffer)) > 0) running.Append(buffer.AsSpan(0, read));
        return running.Finish();
    }

    private Stream OpenPlain()
    {
        var file = File.OpenRead(Path);
        var magic = new byte[2];
        var length = file.ReadAtLeast(magic, 2, throwOnEndOfStream: false);
        file.Position = 0;
        // RFC 1952 section 2.3.1: ID1 and ID2.
        return length == 2 && magic[0] == 0x1f && magic[1] == 0x8b
            ? new GZipStream(file, CompressionMode.Decompress)
            : file;
    }
}
