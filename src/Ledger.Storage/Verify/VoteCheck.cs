using Ledger.Storage.KeyValue;
using Ledger.Storage.Schema;
using Ledger.Storage.Votes;

namespace Ledger.Storage.Verify;

/// <summary>Checks every record of the vote log, and that none that must be there is gone.</summary>
internal static class VoteCheck
{
    public const string Family = VoteLog.RecordFamily;

    /// <summary>Adds what is wrong to <paramref name="findings"/> and returns the number of votes.</summary>
    public static ulong Run(KeyValueDatabase database, LedgerView chain, List<VerifyFinding> findings)
    {
        var mark = ReadMark(database, findings);
        var count = CheckRecords(database, findings);
        if (mark is not { } known) return count;
        var markKey = Convert.ToHexStringLower(VoteLog.MarkKey);
        if (count != known.Count)
        {
            findings.Add(new VerifyFinding(
                Family, "", null, $"{known.Count} votes were written and {count} are there"));
        }

        if (NeededSequence(chain) is { } needed && known.Sequence < needed)
        {
            findings.Add(new VerifyFinding(
                VoteLog.MarkFamily, markKey, null,
                $"the chain was executed when the vote log held {needed} batches, and it holds {known.Sequence}: " +
                "acknowledged votes are lost, and this replica must not vote"));
        }

        return count;
    }

    private static ulong CheckRecords(KeyValueDatabase database, List<VerifyFinding> findings)
    {
        var count = 0UL;
        using var iterator = database.Iterate(database.Family(VoteLog.RecordFamily), KeyRange.All, fillCache: false);
        for (var more = iterator.SeekToFirst(); more; more = iterator.MoveNext(), count++)
        {
            var key = iterator.Key;
            if (key.Length >= 8 && Sealed.Open(key, iterator.Value) is not null) continue;
            if (findings.Count >= VerifyReport.MaxFindings) continue;
            findings.Add(new VerifyFinding(
                Family, Convert.ToHexStringLower(key), key.Length >= 8 ? LedgerSchema.ReadNumber(key) : null,
                "the vote is not what was written"));
        }

        return count;
    }

    private static VoteMark? ReadMark(KeyValueDatabase database, List<VerifyFinding> findings)
    {
        VoteMark? mark = default(VoteMark);
        using var iterator = database.Iterate(database.Family(VoteLog.MarkFamily));
        for (var more = iterator.SeekToFirst(); more; more = iterator.MoveNext())
        {
            var key = iterator.Key;
            var isMark = key.SequenceEqual(VoteLog.MarkKey);
            var value = Sealed.Open(key, iterator.Value);
            VoteMark read = default;
            var sound = value is not null
                && (isMark ? VoteMark.TryDecode(value, out read) : key.SequenceEqual(VoteLog.MetaKey));
            if (isMark) mark = sound ? read : null;
            if (sound) continue;
            findings.Add(new VerifyFinding(
                VoteLog.MarkFamily, Convert.ToHexStringLower(key), null, "the record is not what was written"));
        }

        return mark;
    }

    // A damaged watermark is named by the check of the marks.
    private static ulong? NeededSequence(LedgerView chain)
    {
        try
        {
            return chain.Watermark?.VoteSequence;
        }
        catch (StorageException)
        {
            return null;
        }
    }
}
