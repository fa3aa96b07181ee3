using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Evidence;

namespace Ledger.Client.Outbox;

/// <summary>The contents of an outbox's files, in the canonical encoding.</summary>
internal static class OutboxFrames
{
    /// <summary>Longest key in bytes of UTF-8.</summary>
    public const int MaxKeyBytes = 256;

    public static byte[] Encode(long first, IReadOnlyList<OutboxEntry> entries)
    {
        var writer = new CanonicalWriter(entries.Sum(e => e.Bytes) + 64);
        writer.UInt64(1, (ulong)first);
        foreach (var entry in entries)
        {
            var start = writer.BeginMessage(2);
            writer.Text(1, entry.Key ?? "");
            writer.UInt64(2, (ulong)entry.EnqueuedMilliseconds);
            writer.Message(3, entry.Record);
            writer.EndMessage(start);
        }

        return writer.ToArray();
    }

    /// <summary>The entries of a frame with their numbers; null when it is not one.</summary>
    public static List<OutboxEntry>? Decode(ReadOnlySpan<byte> content)
    {
        var entries = new List<OutboxEntry>();
        var reader = new CanonicalReader(content);
        var sequence = (long)reader.UInt64(1, long.MaxValue / 2);
        while (reader.IsNext(2))
        {
            var inner = new CanonicalReader(reader.Message(2, content.Length));
            var key = inner.Text(1, MaxKeyBytes);
            var enqueued = (long)inner.UInt64(2, Timestamp.MaxUnixMilliseconds);
            var bytes = inner.Message(3, EvidenceLimits.RecordBytes).ToArray();
            if (!inner.End() || !EvidenceRecord.TryDecode(bytes, out var record, out _)) return null;
            entries.Add(new OutboxEntry(key.Length == 0 ? null : key, record.Subject, bytes, enqueued)
            {
                Sequence = sequence++,
            });
        }

        return reader.End() && entries.Count > 0 && entries[0].Sequence > 0 ? entries : null;
    }

    public static byte[] Encode(IReadOnlyList<OutboxCompletion> completions)
    {
        var writer = new CanonicalWriter((completions.Count * 32) + 128);
        var first = completions[0];
        writer.UInt64(1, (ulong)first.Number);
        writer.UInt64(2, (ulong)first.Sequence);
        writer.OptionalHash(3, first.Evidence?.TransactionId);
        writer.UInt64(4, first.Height.Value);
        writer.UInt64(5, first.Index.Value);
        writer.Text(6, first.Refusal ?? "");
        var previous = first.Sequence - 1;
        foreach (var completion in completions)
        {
            var start = writer.BeginMessage(7);
            writer.Text(1, completion.Key ?? "");
            writer.UInt64(2, (ulong)(completion.Sequence - previous - 1));
            writer.EndMessage(start);
            previous = completion.Sequence;
        }

        return writer.ToArray();
    }

    /// <summary>The completions of a frame, which are of records of one transaction, in order.</summary>
    public static List<OutboxCompletion>? DecodeCompletions(ReadOnlySpan<byte> content)
    {
        var completions = new List<OutboxCompletion>();
        var reader = new CanonicalReader(content);
        var number = (long)reader.UInt64(1, long.MaxValue / 2);
        var sequence = (long)reader.UInt64(2, long.MaxValue / 2);
        Hash256? transaction = reader.OptionalHash(3);
        var height = new BlockHeight(reader.UInt64(4));
        var index = reader.UInt64(5, ulong.MaxValue / 2);
        var refusal = reader.Text(6, EvidenceLimits.NameBytes);
        while (reader.IsNext(7))
        {
            var inner = new CanonicalReader(reader.Message(7, MaxKeyBytes + 16));
            var key = inner.Text(1, MaxKeyBytes);
            sequence += (long)inner.UInt64(2, uint.MaxValue);
            if (!inner.End() || completions.Count == EvidenceLimits.RecordsPerTransaction) return null;
            completions.Add(Completion(
                number, completions.Count, sequence++, key.Length == 0 ? null : key, transaction, height, index,
                refusal));
        }

        return reader.End() && completions.Count > 0 ? completions : null;
    }

    public static OutboxCompletion Completion(
        long firstNumber, int place, long sequence, string? key, Hash256? transaction, BlockHeight height,
        ulong firstIndex, string? refusal) => new()
        {
            Number = firstNumber + place,
            Sequence = sequence,
            Key = key,
            Evidence = transaction is { } id ? new EvidenceId(id, (uint)place) : null,
            Height = height,
            Index = transaction is null ? default : new LogIndex(firstIndex + (ulong)place),
            Refusal = string.IsNullOrEmpty(refusal) ? null : refusal,
        };
}
