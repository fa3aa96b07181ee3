using System.Text;
using Ledger.Core.Evidence;
using Ledger.Storage.KeyValue;
using Ledger.Storage.Schema;

namespace Ledger.Storage.Evidence;

/// <summary>An entry of one of the evidence indexes; its value is empty.</summary>
internal readonly record struct IndexEntry(string Family, byte[] Key);

/// <summary>
/// Which entries a record has in the evidence indexes; their values are empty. The one definition: commits write these,
/// reindexing rewrites them, verification expects them. Collects the entries of many records and puts them in key order.
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

    // Keys are hashed as UTF-8; a longer text is none that a record can hold.
    private const int MaxTextBytes = EvidenceLimits.IdentifierBytes;

    // Bound: the records of one block, and their digests.
    private readonly List<IndexKey>[] _keys = [[], [], [], []];

    /// <summary>The families with such entries.</summary>
    public static IReadOnlyList<string> Families { get; } =
        [LedgerSchema.SubjectIndex, LedgerSchema.ActorIndex, LedgerSchema.TypeIndex, LedgerSchema.DigestIndex];

    /// <summary>The entries of one record alone.</summary>
    public static IEnumerable<IndexEntry> Of(EvidenceRecord record, ulong index)
    {
        var entries = new IndexEntries();
        entries.Add(record, index);
        return Families.SelectMany((family, i) => entries._keys[i].Select(key => new IndexEntry(family, key.ToArray())));
    }

    /// <summary>Adds the entries of the record at <paramref name="index"/>, each once.</summary>
    public void Add(EvidenceRecord record, ulong index)
    {
        Span<byte> text = stackalloc byte[MaxTextBytes];
        _keys[Subject].Add(KeyOf(record.Subject, index, text));
        _keys[Actor].Add(KeyOf(record.Actor, index, text));
        _keys[Type].Add(KeyOf(record.Type, index, text));
        for (var i = 0; i < record.Digests.Count; i++)
        {
            // One value under two algorithm names is one entry.
            if (!IsRepeated(record.Digests, i)) _keys[Digest].Add(IndexKey.Of(record.Digests[i].Value.Span, index));
        }
    }

    /// <summary>Puts everything collected into a batch, in key order, and forgets it.</summary>
    public void PutTo(WriteBatch batch, StoreContext context)
    {
        Span<byte> key = stackalloc byte[IndexKey.Size];
        for (var family = 0; family < _keys.Length; family++)
        {
            var keys = _keys[family];
            keys.Sort();
            foreach (var entry in keys)
            {
                entry.WriteTo(key);
                batch.Put(context.Indexes[family], key, []);
            }

            keys.Clear();
        }
    }

    private static IndexKey KeyOf(string text, ulong index, Span<byte> buffer) =>
        IndexKey.Of(buffer[..Encoding.UTF8.GetBytes(text, buffer)], index);

    private static bool IsRepeated(IReadOnlyList<EvidenceDigest> digests, int place)
    {
        for (var i = 0; i < place; i++)
        {
            if (digests[i].Value.Span.SequenceEqual(digests[place].Value.Span)) return true;
        }

        return false;
    }
}
