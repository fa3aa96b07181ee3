using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Merkle;

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
        else if (reader.IsNext(Snapshots.Field)) request = Snapshots.Read(ref reader);
        else if (reader.IsNext(State.Field)) request = State.Read(reader.Message(State.Field, MaxBytes));
        else if (reader.IsNext(Remembered.Field)) request = Remembered.Read(reader.Message(Remembered.Field, MaxBytes));
        else if (reader.IsNext(Execution.Field)) request = Execution.Read(reader.Message(Execution.Field, MaxBytes));
        else if (reader.IsNext(Leaves.Field)) request = Leaves.Read(reader.Message(Leaves.Field, MaxBytes));
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

    /// <summary>"Which snapshots can be had?": answered with their manifests.</summary>
    public sealed record Snapshots : SyncRequest
    {
        internal const int Field = 4;

        internal static Snapshots? Read(ref CanonicalReader reader) => reader.Bool(Field) ? new Snapshots() : null;

        protected override void WriteTo(CanonicalWriter writer) => writer.Bool(Field, true);
    }

    /// <summary>"The state of a range of the tree after this block": <see cref="SnapshotMessages"/>.</summary>
    public sealed record State(BlockHeight Height, StateRange Range) : SyncRequest
    {
        internal const int Field = 5;

        internal static State? Read(ReadOnlySpan<byte> bytes)
        {
            var reader = new CanonicalReader(bytes);
            var height = new BlockHeight(reader.UInt64(1));
            var depth = (int)reader.UInt32(2, StateRange.MaxDepth);
            var range = new StateRange(reader.Hash(3), depth);
            return reader.End() && height.Value > 0 && range.IsCanonical ? new State(height, range) : null;
        }

        protected override void WriteTo(CanonicalWriter writer)
        {
            var start = writer.BeginMessage(Field);
            writer.UInt64(1, Height.Value);
            writer.UInt64(2, (ulong)Range.Depth);
            writer.Hash(3, Range.Prefix);
            writer.EndMessage(start);
        }
    }

    /// <summary>"What did executing this block come to?": <see cref="BlockExecution"/>.</summary>
    public sealed record Execution(BlockHeight Height) : SyncRequest
    {
        internal const int Field = 7;

        internal static Execution? Read(ReadOnlySpan<byte> bytes)
        {
            var reader = new CanonicalReader(bytes);
            var height = new BlockHeight(reader.UInt64(1));
            return reader.End() && height.Value > 0 ? new Execution(height) : null;
        }

        protected override void WriteTo(CanonicalWriter writer)
        {
            var start = writer.BeginMessage(Field);
            writer.UInt64(1, Height.Value);
            writer.EndMessage(start);
        }
    }

    /// <summary>"The headers and transaction ids of this block and those below it, downwards".</summary>
    public sealed record Remembered(BlockHeight From, int Count) : SyncRequest
    {
        /// <summary>Most blocks in one answer.</summary>
        public const int MaxCount = 1000;

        internal const int Field = 6;

        internal static Remembered? Read(ReadOnlySpan<byte> bytes) =>
            TryReadRun(bytes, MaxCount, out var from, out var count) ? new Remembered(from, count) : null;

        protected override void WriteTo(CanonicalWriter writer) => WriteRun(writer, Field, From, Count);
    }

    /// <summary>
    /// "Leaves of the log from this index on, proven against the log's first so many": <see cref="LeafMessages"/>.
    /// </summary>
    public sealed record Leaves(ulong Size, ulong First, int Count) : SyncRequest
    {
        /// <summary>Most leaves in one answer.</summary>
        public const int MaxCount = 1024;

        internal const int Field = 8;

        internal static Leaves? Read(ReadOnlySpan<byte> bytes)
        {
            var reader = new CanonicalReader(bytes);
            var size = reader.UInt64(1);
            var first = reader.UInt64(2);
            var count = reader.UInt32(3, MaxCount);
            var fits = count > 0 && size <= LogTree.MaxSize && count <= size && first <= size - count;
            return reader.End() && fits ? new Leaves(size, first, (int)count) : null;
        }

        protected override void WriteTo(CanonicalWriter writer)
        {
            var start = writer.BeginMessage(Field);
            writer.UInt64(1, Size);
            writer.UInt64(2, First);
            writer.UInt64(3, (ulong)Count);
            writer.EndMessage(start);
        }
    }
}
