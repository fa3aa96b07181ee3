using Ledger.Core.Evidence;
using Ledger.Storage.Schema;

namespace Ledger.Storage.Evidence;

/// <summary>An entry of one of the evidence indexes; its value is empty.</summary>
internal readonly record struct IndexEntry(string Family, byte[] Key);

/// <summary>
/// Which index entries a record has. The one definition: commits write these, reindexing rewrites them, verification
/// expects them.
/// </summary>
internal static class IndexEntries
{
    /// <summary>The families with such entries.</summary>
    public static IReadOnlyList<string> Families { get; } =
        [LedgerSchema.SubjectIndex, LedgerSchema.ActorIndex, LedgerSchema.TypeIndex, LedgerSchema.DigestIndex];

    /// <summary>The entries of the record at <paramref name="index"/>, each once.</summary>
    public static List<IndexEntry> Of(EvidenceRecord record, ulong index)
    {
        var entries = new List<IndexEntry>(3 + record.Digests.Count)
        {
            Entry(LedgerSchema.SubjectIndex, LedgerSchema.ShortHash(record.Subject), index),
            Entry(LedgerSchema.ActorIndex, LedgerSchema.ShortHash(record.Actor), index),
            Entry(LedgerSchema.TypeIndex, LedgerSchema.ShortHash(record.Type), index),
        };
        for (var i = 0; i < record.Digests.Count; i++)
        {
            var value = record.Digests[i].Value;
            // One value under two algorithm names is one entry.
            if (record.Digests.Take(i).Any(d => d.Value.Span.SequenceEqual(value.Span))) continue;
            entries.Add(Entry(LedgerSchema.DigestIndex, LedgerSchema.ShortHash(value.Span), index));
        }

        return entries;
    }

    private static IndexEntry Entry(string family, byte[] shortHash, ulong index) =>
        new(family, LedgerSchema.EntryKey(shortHash, index));
}
