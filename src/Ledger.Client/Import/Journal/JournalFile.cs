using System.Buffers.Binary;
using Ledger.Core.Crypto;

namespace Ledger.Client.Import.Journal;

/// <summary>
/// An append-only file of checked entries, each durable when <see cref="Append"/> returns. Not thread-safe.
/// </summary>
/// <remarks>
/// An entry is its length (4 bytes, little-endian), eight bytes of SHA-256 over its place in the file and its content,
/// and the content. Since each entry is synced before the next is begun, only the last can be torn: it is cut off when
/// the file is opened. Damage anywhere else is never repaired, it is refused.
/// </remarks>
internal sealed class JournalFile : IDisposable
{
    /// <summary>Largest content of an entry.</summary>
    public const int MaxContent = Core.Transactions.Transaction.MaxBytes + 4096;

    private const int CheckSize = 8;
    private const int HeadSize = sizeof(uint) + CheckSize;

    private readonly Stream _stream;
    private readonly string _name;

    /// <summary>Takes over a stream that can be read, written and shortened.</summary>
    public JournalFile(Stream stream, string name)
    {
        _stream = stream;
        _name = name;
    }

    /// <summary>Opens or creates a journal that no other process may use meanwhile.</summary>
    /// <exception cref="ImportException">Another process uses it.</exception>
    public static Stream OpenStream(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException fault) when (File.Exists(path) && fault is not FileNotFoundException)
        {
            throw new ImportException(
                0, null, $"the journal {path} is in use: another import of the same file is running; wait for "
                    + "it", fault);
        }
    }

    /// <summary>
    /// Reads all whole entries and cuts off a torn one. Call it once, before the first <see cref="Append"/>.
    /// </summary>
    /// <exception cref="ImportException">The file is damaged elsewhere than at its end.</exception>
    public IEnumerable<ReadOnlyMemory<byte>> Replay()
    {
        var head = new byte[HeadSize];
        _stream.Position = 0;
        while (_stream.Position < _stream.Length)
        {
            var start = _stream.Position;
            var content = ReadEntry(head, start);
            if (content is null)
            {
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
        var start = _stream.Length;
        var entry = new byte[HeadSize + content.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(entry, checked((uint)content.Length));
        Check(start, content).CopyTo(entry.AsSpan(sizeof(uint)));
        content.CopyTo(entry.AsSpan(HeadSize));
        _stream.Position = start;
        _stream.Write(entry);
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
        if (length > MaxContent) throw Damaged(start);
        if (left < HeadSize + length) return null;
        var content = new byte[length];
        _stream.ReadExactly(content);
        if (head.AsSpan(sizeof(uint)).SequenceEqual(Check(start, content))) return content;
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

    private static byte[] Check(long start, ReadOnlySpan<byte> content)
    {
        Span<byte> place = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(place, start);
        return Sha256.Instance.Hash(place, content).AsSpan()[..CheckSize].ToArray();
    }

    private void Sync()
    {
        if (_stream is FileStream file) file.Flush(flushToDisk: true);
        else _stream.Flush();
    }

    private ImportException Damaged(long start) => new(
        0,
        null,
        $"the journal {_name} is damaged at byte {start}; restore it from a copy. Without it the import cannot know "
            + "what was "
        + "sent and would anchor records twice");
}
