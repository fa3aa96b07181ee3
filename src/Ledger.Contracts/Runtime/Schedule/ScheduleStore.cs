using System.Buffers.Binary;
using System.Text;
using Ledger.Core.Blocks;
using Ledger.Core.Contracts;
using Ledger.Core.State;

namespace Ledger.Contracts.Runtime.Schedule;

/// <summary>
/// The schedule in the state: entries by due time and number, the next number, and for each contract the list of its
/// entries. docs/spec/contract-runtime.md.
/// </summary>
internal static class ScheduleStore
{
    private const string Space = StateNamespaces.Schedule;

    // Times lie before the year 10000, so entries, and only they, begin with a zero byte; contract names begin with a letter.
    private static readonly byte[] EntryPrefix = [0];

    /// <summary>Why an entry was not put on the schedule.</summary>
    public enum Refusal
    {
        None,
        TooMany,
        NoRoom,
    }

    /// <summary>The first entry; null when the schedule is empty.</summary>
    public static (Timestamp Due, byte[] Key)? First(IContractLedger ledger)
    {
        var rows = ledger.Scan(Space, EntryPrefix, null, 1);
        return rows.Count == 0 ? null : (DueOf(rows[0].Key.Span), rows[0].Key.ToArray());
    }

    /// <summary>When an entry is due.</summary>
    public static Timestamp DueOf(ReadOnlySpan<byte> key) => new(BinaryPrimitives.ReadUInt64BigEndian(key));

    /// <summary>An entry; null when it is not there.</summary>
    public static ScheduledCall? Read(Journal journal, ReadOnlyMemory<byte> key)
    {
        if (journal.Read(Space, key) is not { } value) return null;
        return ScheduledCall.TryDecode(value.Span, out var call, out var error)
            ? call
            : throw new InvalidOperationException($"an entry of the schedule does not decode: {error}");
    }

    /// <summary>Puts an entry on the schedule, or changes nothing.</summary>
    public static Refusal Add(Journal journal, Timestamp due, ScheduledCall call, out byte[] key)
    {
        var number = journal.Read(Space, ReadOnlyMemory<byte>.Empty) is { } next
            ? BinaryPrimitives.ReadUInt64BigEndian(next.Span)
            : 1;
        key = new byte[ScheduledCall.KeySize];
        BinaryPrimitives.WriteUInt64BigEndian(key, due.UnixMilliseconds);
        BinaryPrimitives.WriteUInt64BigEndian(key.AsSpan(8), number);
        var keys = KeysOf(journal, call.Contract);
        if (keys.Count >= ScheduledCall.MaxPerContract) return Refusal.TooMany;
        keys.Add(key);
        var following = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(following, number + 1);
        var before = journal.Mark;
        if (journal.TryWrite(Space, key, call.Encode()) && journal.TryWrite(Space, default, following)
            && TryWriteKeys(journal, call.Contract, keys))
        {
            return Refusal.None;
        }

        journal.Revert(before);
        return Refusal.NoRoom;
    }

    /// <summary>
    /// Takes an entry of a contract off the schedule. False, and nothing is changed, when it has no such entry or there is
    /// no room.
    /// </summary>
    public static bool Remove(Journal journal, string contract, ReadOnlyMemory<byte> key)
    {
        var keys = KeysOf(journal, contract);
        if (keys.RemoveAll(k => k.AsSpan().SequenceEqual(key.Span)) != 1) return false;
        var before = journal.Mark;
        if (journal.TryWrite(Space, key, null) && TryWriteKeys(journal, contract, keys)) return true;
        journal.Revert(before);
        return false;
    }

    /// <summary>The keys of a contract's entries, in ascending order.</summary>
    public static List<byte[]> KeysOf(Journal journal, string contract)
    {
        var keys = new List<byte[]>();
        if (journal.Read(Space, Encoding.UTF8.GetBytes(contract)) is not { } value) return keys;
        for (var i = 0; i < value.Length; i += ScheduledCall.KeySize)
            keys.Add(value.Slice(i, ScheduledCall.KeySize).ToArray());
        return keys;
    }

    private static bool TryWriteKeys(Journal journal, string contract, List<byte[]> keys)
    {
        keys.Sort((a, b) => a.AsSpan().SequenceCompareTo(b));
        var value = keys.Count == 0 ? (ReadOnlyMemory<byte>?)null : keys.SelectMany(k => k).ToArray();
        return journal.TryWrite(Space, Encoding.UTF8.GetBytes(contract), value);
    }
}
