using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;

namespace Ledger.Storage.Verify;

/// <summary>
/// Finds the first damaged record of write-ahead logs by RocksDB's own checksums, for a database that cannot be opened:
/// the library says that a checksum is wrong, and not of which bytes of which file. Stateless.
/// </summary>
/// <remarks>
/// The format is that of <c>db/log_format.h</c> of RocksDB: blocks of 32 KiB, in them records that begin with a masked
/// CRC-32C of type and content (4 bytes), the content's length (2) and the type (1); those of a recycled file have the
/// file's number (4) too. A record that the file's end cuts off is a torn write, which opening tolerates.
/// </remarks>
internal static class LogFileCheck
{
    private const int BlockSize = 32 << 10;
    private const int HeaderSize = 7;
    private const int NumberSize = 4;
    private const int TypeAt = 6;
    private const uint MaskDelta = 0xa282ead8;

    /// <summary>The first damaged range of each write-ahead log in a database's directory.</summary>
    public static IEnumerable<VerifyFinding> Run(string family, string path)
    {
        if (!Directory.Exists(path)) yield break;
        foreach (var file in Directory.EnumerateFiles(path, "*.log").Order(StringComparer.Ordinal))
        {
            if (FirstDamage(file) is not { } damage) continue;
            var problem = string.Create(
                CultureInfo.InvariantCulture,
                $"bytes {damage.From} to {damage.To - 1} of {file} are not what was written: their checksum is wrong");
            yield return new VerifyFinding(family, "", null, problem);
        }
    }

    /// <summary>The first range of bytes whose checksum is wrong; null when there is none.</summary>
    internal static (long From, long To)? FirstDamage(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1);
        var buffer = new byte[BlockSize];
        for (var start = 0L; ; start += BlockSize)
        {
            var length = stream.ReadAtLeast(buffer, BlockSize, throwOnEndOfStream: false);
            if (FirstDamage(buffer.AsSpan(0, length)) is { } damage) return (start + damage.From, start + damage.To);
            if (length < BlockSize) return null;
        }
    }

    private static (int From, int To)? FirstDamage(ReadOnlySpan<byte> block)
    {
        var at = 0;
        while (block.Length - at >= HeaderSize)
        {
            var record = block[at..];
            int length = BinaryPrimitives.ReadUInt16LittleEndian(record[4..]);
            var type = record[TypeAt];
            // Space that was taken beforehand and never written.
            if (type == 0 && length == 0) return null;
            // Types 5 to 8 are those of recycled files.
            var end = HeaderSize + (type is >= 5 and <= 8 ? NumberSize : 0) + length;
            // Beyond the end of a whole block it cannot be; beyond that of the file it was torn.
            if (end > record.Length) return block.Length == BlockSize ? (at, block.Length) : null;
            if (Masked(Crc32C(record[TypeAt..end])) != BinaryPrimitives.ReadUInt32LittleEndian(record))
                return (at, at + end);
            at += end;
        }

        return null;
    }

    private static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes) crc = BitOperations.Crc32C(crc, value);
        return ~crc;
    }

    // RocksDB stores checksums so that those of data which holds checksums differ from them.
    private static uint Masked(uint crc) => unchecked(BitOperations.RotateRight(crc, 15) + MaskDelta);
}
