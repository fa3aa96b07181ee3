using System.Buffers.Binary;
using System.Numerics;
using Ledger.Core.Crypto;

namespace Ledger.Client.Submit.Journal;

/// <summary>
/// An append-only file of checked entries, each durable when <see cref="Append"/> returns. Not thread-safe.
/// </summary>
/// <remarks>
/// An entry is its length (4 bytes, little-endian), the CRC-32C of its place in the file and its length (4 bytes), eight
/// bytes of SHA-256 over its place and its content, and the content. Since each entry is synced before the next is
/// begun, only the last can be torn: it is cut off when the file is opened. The check of the length tells a torn entry
/// from one whose length was damaged. Damage anywhere else is never repaired, it is refused.
/// </remarks>
internal sealed class JournalFile : IDisposable
{
    /// <summary>Largest content of an entry.</summary>
    public const int MaxContent = Core.Transactions.Transaction.MaxBytes + (64 << 10);

    private const int CheckAt = 2 * sizeof(uint);
    private const int CheckSize = 8;
    private const int HeadSize = CheckAt + CheckSize;

    private readonly Stream _stream;
    private readonly string _name;

    /// <summary>Takes over a stream that can be read, written and shortened.</summary>
    public JournalFile(Stream stream, string name)
    {
        _stream = stream;
        _name = name;
    }

    /// <summary>How often the file was made durable.</summary>
    public long Syncs { get; private set; }

    /// <summary>Bytes of the file.</summary>
    public long Length => _stream.Length;

    /// <summary>Opens or creates a file that no other process may use meanwhile.</summary>
    /// <exception cref="JournalException">Another process uses it.</exception>
    public static Stream OpenStream(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException fault) when (File.Exists(path) && fault is not FileNotFoundException)
        {
            throw new JournalException($"{path} is in use by another process; wait until that ends", fault);
        }
    }

    /// <summary>
    /// Reads all whole entries and cuts off a torn one. Call it once, before the first <see cref="Append"/>.
    /// </summary>
    /// <param name="mayBeTorn">Whether the last entry may be torn; a file that others follow is whole.</param>
    /// <exception cref="JournalException">The file is damaged elsewhere than at its end.</exception>
    public IEnumerable<ReadOnlyMemory<byte>> Replay(bool mayBeTorn = true)
    {
        var head = new byte[HeadSize];
        _stream.Position = 0;
        while (_stream.Position < _stream.Length)
        {
            var start = _stream.Position;
            var content = ReadEntry(head, start);
            if (content is null)
            {
                if (!mayBeTorn) throw Damaged(start);
                _stream.SetLength(start);
                Sync();
                yield break;
            }

            yield return content;
        }
    }

    /// <summary>Appends an entry and makes it durable.</summary>
    public void Append(ReadOnlySpan<byte> content)
    {
        ArgumentOutOfRangeException.ThrowIfZero(content.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(content.Length, MaxContent);
        var start = _stream.Length;
        var entry = new byte[HeadSize + content.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(entry, (uint)content.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(entry.AsSpan(sizeof(uint)), LengthCheck(start, (uint)content.Length));
        WriteCheck(start, content, entry.AsSpan(CheckAt, CheckSize));
        content.CopyTo(entry.AsSpan(HeadSize));
        _stream.Position = start;
        _stream.Write(entry);
        Sync();
    }

    /// <summary>Takes back an entry of which a part may have been written.</summary>
    public void CutBack(long length)
    {
        if (_stream.Length > length) _stream.SetLength(length);
        Sync();
    }

    public void Dispose() => _stream.Dispose();

    // Null: the entry is the last and torn.
    private byte[]? ReadEntry(byte[] head, long start)
    {
        var left = _stream.Length - start;
        if (left < HeadSize) return null;
        _stream.ReadExactly(head);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(head);
        // A file system may show a torn write as zeros; no entry is empty.
        if (length == 0) return OnlyZeros(start) ? null : throw Damaged(start);
        var check = BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(sizeof(uint)));
        if (length > MaxContent || check != LengthCheck(start, length)) throw Damaged(start);
        if (left < HeadSize + length) return null;
        var content = new byte[length];
        _stream.ReadExactly(content);
        Span<byte> expected = stackalloc byte[CheckSize];
        WriteCheck(start, content, expected);
        if (head.AsSpan(CheckAt).SequenceEqual(expected)) return content;
        return left == HeadSize + length ? null : throw Damaged(start);
    }

    private bool OnlyZeros(long start)
    {
        var buffer = new byte[4096];
        _stream.Position = start;
        for (var read = _stream.Read(buffer); read > 0; read = _stream.Read(buffer))
        {
            if (buffer.AsSpan(0, read).ContainsAnyExcept((byte)0)) return false;
        }

        return true;
    }

    private static uint LengthCheck(long start, uint length) =>
        BitOperations.Crc32C(BitOperations.Crc32C(uint.MaxValue, (ulong)start), length);

    private static void WriteCheck(long start, ReadOnlySpan<byte> content, Span<byte> target)
    {
        Span<byte> place = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(place, start);
        Sha256.Instance.Hash(place, content).AsSpan()[..CheckSize].CopyTo(target);
    }

    private void Sync()
    {
        Syncs++;
        if (_stream is FileStream file) file.Flush(flushToDisk: true);
        else _stream.Flush();
    }

    private JournalException Damaged(long start) => new(
        $"{_name} is damaged at byte {start}; restore it from a copy. Without it nobody knows what was sent, and records "
        + "would be lost or anchored twice");
}
