using System.Runtime.InteropServices;
using System.Text;
using Ledger.Core.Evidence;
using Ledger.Storage.KeyValue;
using Ledger.Storage.Schema;

namespace Ledger.Storage.Evidence;

/// <summary>An entry of one of the evidence indexes.</summary>
internal readonly record struct IndexEntry(string Family, byte[] Key, byte[] Value);

/// <summary>
/// Which entries the records of a block have in the evidence indexes: one for each text or digest, see
/// <see cref="IndexRun"/>. The one definition: commits write these, reindexing rewrites them, verification expects them.
/// </summary>
/// <remarks>
/// In key order because each insertion into a memory table then walks the path that the one before brought into the
/// processor's cache: hashes in the order of the log cost about twice the time. Not thread-safe; reusable.
/// </remarks>
internal sealed class IndexEntries
{
    private const int Subject = 0;
    private const int Actor = 1;
    private const int Type = 2;
    private const int Digest = 3;

    private const int MaxKnown = 4096;

    // Keys are hashed as UTF-8; a longer text is none that a record can hold.
    private const int MaxTextBytes = EvidenceLimits.IdentifierBytes;

    // Bound: the records of one block, and their digests.
    private readonly List<IndexKey>[] _keys = [[], [], [], []];

    // Actors and types come again with nearly every record. Bound: MaxKnown, then it begins anew.
    private readonly Dictionary<string, UInt128> _known = new(StringComparer.Ordinal);

    // Bound: IndexRun.MaxLeaves distances.
    private readonly List<byte> _run = [];

    /// <summary>The families with such entries.</summary>
    public static IReadOnlyList<string> Families { get; } =
        [LedgerSchema.SubjectIndex, LedgerSchema.ActorIndex, LedgerSchema.TypeIndex, LedgerSchema.DigestIndex];

    /// <summary>Adds what the record at <paramref name="index"/> is found by, each once. In log order.</summary>
    public void Add(EvidenceRecord record, ulong index)
    {
        Span<byte> text = stackalloc byte[MaxTextBytes];
        _keys[Subject].Add(KeyOf(record.Subject, index, text));
        _keys[Actor].Add(KnownKeyOf(record.Actor, index, text));
        _keys[Type].Add(KnownKeyOf(record.Type, index, text));
        for (var i = 0; i < record.Digests.Count; i++)
        {
            // One value under two algorithm names is one entry.
            if (!IsRepeated(record.Digests, i)) _keys[Digest].Add(IndexKey.Of(record.Digests[i].Value.Span, index));
        }
    }

    /// <summary>Puts the entries of the block into a batch, in key order, and forgets it.</summary>
    public void PutTo(WriteBatch batch, StoreContext context)
    {
        Span<byte> key = stackalloc byte[IndexKey.Size];
        for (var family = 0; family < _keys.Length; family++)
        {
            var keys = _keys[family];
            keys.Sort();
            for (var first = 0; first < keys.Count;)
            {
                keys[first].WriteTo(key);
                first = TakeRun(keys, first);
                batch.Put(context.Indexes[family], key, CollectionsMarshal.AsSpan(_run));
            }

            keys.Clear();
        }
    }

    /// <summary>The entries of the block, which it forgets.</summary>
    public List<IndexEntry> Take()
    {
        var entries = new List<IndexEntry>();
        for (var family = 0; family < _keys.Length; family++)
        {
            var keys = _keys[family];
            keys.Sort();
            for (var first = 0; first < keys.Count;)
            {
                var key = keys[first].ToArray();
                first = TakeRun(keys, first);
                entries.Add(new IndexEntry(Families[family], key, [.. _run]));
            }

            keys.Clear();
        }

        return entries;
    }

    // Makes the run that begins at a place of the sorted keys; the place of the next one.
    private int TakeRun(List<IndexKey> keys, int first)
    {
        _run.Clear();
        var next = first + 1;
        for (; next < keys.Count && next - first < IndexRun.MaxLeaves; next++)
        {
            if (keys[next].ShortHash != keys[first].ShortHash) break;
            // Two texts of one record that share a short hash have one place in the run.
            if (keys[next].Index != keys[next - 1].Index) IndexRun.Append(_run, keys[next - 1].Index, keys[next].Index);
        }

        return next;
    }

    private static IndexKey KeyOf(string text, ulong index, Span<byte> buffer) =>
        IndexKey.Of(buffer[..Encoding.UTF8.GetBytes(text, buffer)], index);

    private IndexKey KnownKeyOf(string text, ulong index, Span<byte> buffer)
    {
        if (_known.TryGetValue(text, out var shortHash)) return new IndexKey(shortHash, index);
        var key = KeyOf(text, index, buffer);
        if (_known.Count >= MaxKnown) _known.Clear();
        _known.Add(text, key.ShortHash);
        return key;
    }

    private static bool IsRepeated(IReadOnlyList<EvidenceDigest> digests, int place)
    {
        for (var i = 0; i < place; i++)
        {
            if (digests[i].Value.Span.SequenceEqual(digests[place].Value.Span)) return true;
        }

        return false;
    }
}
