using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;

namespace Ledger.Node.Wire;

/// <summary>
/// A request of protocol <c>/ledger/sync/1</c>. Exactly one kind a request; docs/spec/sync.md says how each is answered.
/// </summary>
internal abstract record SyncRequest
{
    private SyncRequest()
    {
    }

    /// <summary>The canonical encoding.</summary>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter(64);
        WriteTo(writer);
        return writer.ToArray();
    }

    /// <summary>Decodes a request; null for anything else.</summary>
    public static SyncRequest? Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new CanonicalReader(bytes);
        SyncRequest? request = null;
        if (reader.IsNext(Blocks.Field)) request = Blocks.Read(reader.Message(Blocks.Field, MaxBytes));
        else if (reader.IsNext(Transactions.Field)) request = Transactions.Read(ref reader);
        else if (reader.IsNext(Certificates.Field))
            request = Certificates.Read(reader.Message(Certificates.Field, MaxBytes));
        return reader.End() ? request : null;
    }

    protected abstract void WriteTo(CanonicalWriter writer);

    // No request but the one for transactions is longer.
    private const int MaxBytes = 128;

    // A run of heights: from 1 up, and how many.
    private static void WriteRun(CanonicalWriter writer, int field, BlockHeight from, int count)
    {
        var start = writer.BeginMessage(field);
        writer.UInt64(1, from.Value);
        writer.UInt64(2, checked((ulong)count));
        writer.EndMessage(start);
    }

    private static bool TryReadRun(ReadOnlySpan<byte> bytes, int most, out BlockHeight from, out int count)
    {
        var reader = new CanonicalReader(bytes);
        from = new BlockHeight(reader.UInt64(1));
        count = (int)reader.UInt32(2, (uint)most);
        return reader.End() && from.Value > 0 && count > 0;
    }

    /// <summary>"Certified blocks from this height on, at most so many": <see cref="SyncMessages"/>.</summary>
    public sealed record Blocks(BlockHeight From, int Count) : SyncRequest
    {
        /// <summary>Most blocks in one answer.</summary>
        public const int MaxCount = 1000;

        internal const int Field = 1;

        internal static Blocks? Read(ReadOnlySpan<byte> bytes) =>
            TryReadRun(bytes, MaxCount, out var from, out var count) ? new Blocks(from, count) : null;

        protected override void WriteTo(CanonicalWriter writer) => WriteRun(writer, Field, From, Count);
    }

    /// <summary>"These transactions": answered with a batch (<see cref="TransactionMessages"/>).</summary>
    public sealed record Transactions(IReadOnlyList<Hash256> Ids) : SyncRequest
    {
        /// <summary>Most ids in a request: as many as a proposal can hold.</summary>
        public const int MaxIds = 10_000;

        internal const int Field = 2;

        public bool Equals(Transactions? other) => other is not null && Ids.SequenceEqual(other.Ids);

        public override int GetHashCode() => Ids.Count;

        internal static Transactions? Read(ref CanonicalReader reader)
        {
            var ids = new List<Hash256>();
            while (reader.IsNext(Field) && ids.Count < MaxIds) ids.Add(reader.Hash(Field));
            return new Transactions(ids);
        }

        protected override void WriteTo(CanonicalWriter writer)
        {
            foreach (var id in Ids) writer.Hash(Field, id);
        }
    }

    /// <summary>"The certificates of these heights": answered with those that the peer holds.</summary>
    public sealed record Certificates(BlockHeight From, int Count) : SyncRequest
    {
        /// <summary>Most certificates in one answer.</summary>
        public const int MaxCount = 256;

        internal const int Field = 3;

        internal static Certificates? Read(ReadOnlySpan<byte> bytes) =>
            TryReadRun(bytes, MaxCount, out var from, out var count) ? new Certificates(from, count) : null;

        protected override void WriteTo(CanonicalWriter writer) => WriteRun(writer, Field, From, Count);
    }
}
