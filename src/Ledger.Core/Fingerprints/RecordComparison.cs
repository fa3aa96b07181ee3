using Ledger.Core.Crypto;

namespace Ledger.Core.Fingerprints;

/// <summary>
/// Compares the records of a disclosure with its proven leaf hashes and names everything that was done to them, in the
/// fewest findings that explain it.
/// </summary>
/// <remarks>
/// Stateless and safe for concurrent use. Two explanations are tried and the shorter is given, the first when they are
/// equally short. In place: every record is compared with the leaf hash at its place. By alignment: the longest run of
/// records in their order (not necessarily neighbours) is taken as untouched, and what lies between is explained. Takes
/// n log n steps for n records. docs/spec/fingerprint.md, section 6.1.
/// </remarks>
public static class RecordComparison
{
    // No leaf hash of the range belongs to the record.
    private const int Foreign = -1;

    /// <summary>
    /// What was done to the records; empty when nothing was. Meaningful only when the leaf hashes lead to the root, that
    /// is when <see cref="DisclosureVerifier"/> has no fault to find but in records.
    /// </summary>
    public static IReadOnlyList<RecordFinding> Compare(HashFunction hash, Disclosure disclosure)
    {
        var places = Places(hash, disclosure);
        var aligned = Aligned(places, disclosure);
        if (places.Length != disclosure.LeafHashes.Length) return aligned;
        var inPlace = InPlace(places, disclosure.FirstIndex);
        return inPlace.Count <= aligned.Count ? inPlace : aligned;
    }

    // For each record shown, which leaf hash of the range is its own.
    private static int[] Places(HashFunction hash, Disclosure disclosure)
    {
        var leaves = disclosure.LeafHashes;
        // Bound: Disclosure.MaxRecords. Only looked up, never enumerated.
        var known = new Dictionary<Hash256, int>(leaves.Length);
        for (var i = leaves.Length - 1; i >= 0; i--) known[leaves[i]] = i;
        var places = new int[disclosure.Records.Count];
        for (var i = 0; i < places.Length; i++)
        {
            var record = disclosure.Records[i];
            places[i] = Foreign;
            if (record.Salt.Length != disclosure.Fingerprint.Parameters.SaltSize) continue;
            var leaf = FingerprintHash.LeafOf(hash, record.Salt.Span, record.Data.Span);
            if (i < leaves.Length && leaf == leaves[i]) places[i] = i;
            else if (known.TryGetValue(leaf, out var place)) places[i] = place;
        }

        return places;
    }

    private static List<RecordFinding> InPlace(int[] places, ulong first)
    {
        var findings = new List<RecordFinding>();
        for (var i = 0; i < places.Length; i++)
        {
            var place = places[i];
            if (place == i) continue;
            if (place == Foreign) findings.Add(new(RecordFindingKind.Changed, first + (ulong)i));
            else if (places[place] != i) findings.Add(new(RecordFindingKind.Moved, first + (ulong)place, first + (ulong)i));
            else if (place > i)
                findings.Add(new(RecordFindingKind.Exchanged, first + (ulong)i, first + (ulong)place));
        }

        return findings;
    }

    private static List<RecordFinding> Aligned(int[] places, Disclosure disclosure)
    {
        var first = disclosure.FirstIndex;
        var leaves = disclosure.LeafHashes.Length;
        var isAnchor = LongestRise(places);
        var shownAt = new int[leaves];
        Array.Fill(shownAt, Foreign);
        for (var i = 0; i < places.Length; i++)
            if (isAnchor[i]) shownAt[places[i]] = i;

        // A known record outside the run was moved; when it is shown already, it is there twice.
        var findings = new List<RecordFinding>();
        for (var i = 0; i < places.Length; i++)
        {
            if (isAnchor[i] || places[i] == Foreign) continue;
            var (at, own) = (first + (ulong)i, first + (ulong)places[i]);
            if (shownAt[places[i]] == Foreign) findings.Add(new(RecordFindingKind.Moved, own, at));
            else findings.Add(new(RecordFindingKind.Added, at, own));
            if (shownAt[places[i]] == Foreign) shownAt[places[i]] = i;
        }

        // Between two records of the run, foreign records stand for as many that are not shown: those were changed.
        var (record, leaf) = (0, 0);
        while (record < places.Length || leaf < leaves)
        {
            var foreign = new Queue<int>();
            for (; record < places.Length && !isAnchor[record]; record++)
                if (places[record] == Foreign) foreign.Enqueue(record);
            var end = record < places.Length ? places[record] : leaves;
            for (; leaf < end; leaf++)
            {
                if (shownAt[leaf] != Foreign) continue;
                var kind = foreign.TryDequeue(out _) ? RecordFindingKind.Changed : RecordFindingKind.Missing;
                findings.Add(new(kind, first + (ulong)leaf));
            }

            while (foreign.TryDequeue(out var added)) findings.Add(new(RecordFindingKind.Added, first + (ulong)added));
            (record, leaf) = (record + 1, leaf + 1);
        }

        findings.Sort((a, b) => (a.Index, a.Kind, a.Other).CompareTo((b.Index, b.Kind, b.Other)));
        return findings;
    }

    // Which records belong to a longest strictly rising subsequence of the known places (patience sorting).
    private static bool[] LongestRise(int[] places)
    {
        var tails = new List<int>();
        var before = new int[places.Length];
        for (var i = 0; i < places.Length; i++)
        {
            if (places[i] == Foreign) continue;
            var (low, high) = (0, tails.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (places[tails[middle]] < places[i]) low = middle + 1;
                else high = middle;
            }

            before[i] = low > 0 ? tails[low - 1] : Foreign;
            if (low == tails.Count) tails.Add(i);
            else tails[low] = i;
        }

        var rises = new bool[places.Length];
        for (var i = tails.Count > 0 ? tails[^1] : Foreign; i != Foreign; i = before[i]) rises[i] = true;
        return rises;
    }
}
