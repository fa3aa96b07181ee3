using System.Buffers.Binary;
using Ledger.Consensus;
using Ledger.Consensus.Effects;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Node.Mempool;
using Ledger.Node.Wire;
using Ledger.Storage;
using Ledger.Storage.Votes;
using StoredVote = Ledger.Storage.Votes.VoteRecord;
using VoteRecord = Ledger.Consensus.VoteRecord;

namespace Ledger.Node.Driver;

/// <summary>
/// Makes the replica's hard state durable. Beside each accepted proposal it keeps the transactions themselves: a
/// proposal that a quorum prepared must be executable after all nodes lost power, and its transactions were nowhere
/// else on disk. And it keeps the newest certificate: the block store does not sync certificates, and a replica that
/// forgot one would take its votes above the older one's window for votes of no interest.
/// </summary>
/// <remarks>Not thread-safe; owned by the driver, but for <see cref="Sequence"/>.</remarks>
internal sealed class VoteJournal(VoteLog log, TransactionPool pool, LedgerStore store)
{
    // Truncation reads what it drops; doing it once in a while costs less than doing it for every block.
    private const ulong PruneInterval = 32;

    // The vote log groups by height and drops from below; what concerns views must stay, so it lies above every height.
    private static readonly BlockHeight ViewRecords = new(ulong.MaxValue);

    private static readonly byte[] BodiesKey = [0xff];

    // Every value begins with its epoch.
    private const int EpochBytes = sizeof(ulong);

    private readonly List<StoredVote> _batch = [];
    private BlockHeight _pruned = log.Floor;
    private (BlockHeight Below, BlockHeight Watermark)? _prune;
    private ulong _sequence = log.Sequence;

    // The newest certificate that the log holds.
    private BlockHeight _certified;

    /// <summary>How many batches the log holds. Safe for concurrent use.</summary>
    public ulong Sequence => Volatile.Read(ref _sequence);

    /// <summary>What a new replica must be given, and the transactions of the proposals that it accepted.</summary>
    public static (IReadOnlyList<VoteRecord> Votes, IReadOnlyList<StoredBodies> Bodies) Read(VoteLog log)
    {
        var votes = new List<VoteRecord>();
        var bodies = new List<StoredBodies>();
        foreach (var record in log.ReadAll().Records)
        {
            var epoch = new Epoch(BinaryPrimitives.ReadUInt64BigEndian(record.Value.Span));
            var value = record.Value[EpochBytes..];
            if (record.Key.Span.SequenceEqual(BodiesKey)) bodies.Add(new StoredBodies(epoch, record.Height, value));
            else votes.Add(new VoteRecord(epoch, HeightOf(record), (VoteRecordKind)record.Key.Span[0], value));
        }

        return (votes, bodies);
    }

    /// <summary>Writes every vote of a list in one synced batch; false when there was none.</summary>
    public bool Write(IReadOnlyList<Effect> effects)
    {
        _batch.Clear();
        foreach (var effect in effects)
        {
            if (effect is Persist persist) Add(persist.Record);
        }

        if (_batch.Count == 0) return false;
        log.Append(_batch, NewCertificate(effects));
        Volatile.Write(ref _sequence, log.Sequence);
        return true;
    }

    /// <summary>
    /// Drops votes that are no longer needed, once that is safe: a certificate reaches the disk with the block after
    /// it, and a replica that lost both certificate and votes would have lost its promises.
    /// </summary>
    public void Prune(BlockHeight below)
    {
        var watermark = store.Durable!.Height;
        if (_prune is { } due && watermark > due.Watermark)
        {
            log.Truncate(due.Below);
            _pruned = due.Below;
            _prune = null;
        }

        if (_prune is null && below.Value >= _pruned.Value + PruneInterval) _prune = (below, watermark);
    }

    /// <summary>The newest certificate that was known when the last vote was written; null when none was.</summary>
    public static (BlockHeight Height, QuorumCertificate Certificate)? Certificate(VoteLog log)
    {
        if (log.ReadAll().Meta is not { } bytes) return null;
        var height = new BlockHeight(BinaryPrimitives.ReadUInt64BigEndian(bytes.Span));
        return QuorumCertificate.TryDecode(bytes.Span[sizeof(ulong)..], out var certificate, out var error)
            ? (height, certificate)
            : throw new StorageException(StorageFault.Corruption, $"the vote log's certificate of block {height}: {error}");
    }

    // What these votes rest upon: a certificate of this list comes to the block store only after them.
    private ReadOnlyMemory<byte>? NewCertificate(IReadOnlyList<Effect> effects)
    {
        var newest = effects.OfType<Certified>().LastOrDefault();
        var height = newest?.Height ?? store.Certified ?? default;
        if (height <= _certified) return null;
        var certificate = newest?.Certificate ?? store.Live.Blocks.Certificate(height)!;
        _certified = height;
        var value = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(value, height.Value);
        return (byte[])[.. value, .. certificate.Encode()];
    }

    private void Add(VoteRecord record)
    {
        var height = record.Height.Value == 0 ? ViewRecords : record.Height;
        AddOrReplace(new StoredVote(height, new[] { (byte)record.Kind }, WithEpoch(record.Epoch, record.Bytes.Span)));
        if (record.Kind != VoteRecordKind.Accepted) return;
        var placed = pool.PlacedAt(record.Height);
        var bodies = TransactionMessages.EncodeBatch(placed.Select(t => t.Signed));
        AddOrReplace(new StoredVote(height, BodiesKey, WithEpoch(record.Epoch, bodies)));
    }

    private static byte[] WithEpoch(Epoch epoch, ReadOnlySpan<byte> bytes)
    {
        var value = new byte[EpochBytes + bytes.Length];
        BinaryPrimitives.WriteUInt64BigEndian(value, epoch.Value);
        bytes.CopyTo(value.AsSpan(EpochBytes));
        return value;
    }

    // A list can hold two records of one key when several inputs were taken together; the later one counts.
    private void AddOrReplace(StoredVote vote)
    {
        var index = _batch.FindIndex(v => v.Height == vote.Height && v.Key.Span.SequenceEqual(vote.Key.Span));
        if (index >= 0) _batch[index] = vote;
        else _batch.Add(vote);
    }

    private static BlockHeight HeightOf(StoredVote record) =>
        record.Height == ViewRecords ? new BlockHeight(0) : record.Height;
}

/// <summary>The transactions of a proposal that the replica accepted.</summary>
/// <param name="Epoch">The proposal's epoch.</param>
/// <param name="Height">Its height.</param>
/// <param name="Batch">The transactions, encoded.</param>
internal readonly record struct StoredBodies(Epoch Epoch, BlockHeight Height, ReadOnlyMemory<byte> Batch);
