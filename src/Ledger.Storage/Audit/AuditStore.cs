using System.Buffers.Binary;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Storage.KeyValue;
using Ledger.Storage.RocksDb;
using Ledger.Storage.Schema;

namespace Ledger.Storage.Audit;

/// <summary>
/// What an audit node notes beside the chain, in a database of its own: findings, who signed each block by any
/// certificate that any validator served, and how far each validator's blocks were compared.
/// </summary>
/// <remarks>
/// Bounds: one set of signers for each block, one mark for each validator, and of findings
/// <see cref="MaxForValidator"/> for each validator and kind, the first ones. Safe for concurrent use.
/// </remarks>
public sealed class AuditStore : IDisposable
{
    /// <summary>Most findings that are kept of one kind about one validator.</summary>
    public const int MaxForValidator = 1024;

    private const string FindingsName = "findings";
    private const string SignersName = "signers";
    private const string MarksName = "marks";

    private readonly KeyValueDatabase _database;
    private readonly ColumnFamily _findings;
    private readonly ColumnFamily _signers;
    private readonly ColumnFamily _marks;
    private readonly Lock _writing = new();

    private AuditStore(KeyValueDatabase database)
    {
        _database = database;
        _findings = database.Family(FindingsName);
        _signers = database.Family(SignersName);
        _marks = database.Family(MarksName);
    }

    /// <summary>Opens the database, making it when it is missing.</summary>
    /// <exception cref="StorageException">It is locked or damaged.</exception>
    public static AuditStore Open(string path, BlockCache? cache = null) => new(RocksDatabase.Open(new DatabaseOptions
    {
        Path = path,
        Families = new[] { FindingsName, SignersName, MarksName }
            .ToDictionary(name => name, _ => new FamilyOptions { WriteBufferBytes = 1 << 20 }),
        Cache = cache,
    }));

    /// <summary>Keeps a finding, synced, unless there is one of its kind, validator and height, or enough of them.</summary>
    public bool TryAdd(AuditFinding finding)
    {
        var key = FindingKey(finding.Kind, finding.Validator, finding.Height);
        lock (_writing)
        {
            if (_database.Contains(_findings, key) || CountLike(key) >= MaxForValidator) return false;
            using var batch = _database.CreateBatch();
            batch.Put(_findings, key, Sealed.Seal(key, finding.Encode()));
            _database.Write(batch, sync: true);
            return true;
        }
    }

    /// <summary>All findings, by kind, validator and height.</summary>
    public IReadOnlyList<AuditFinding> Findings()
    {
        var found = new List<AuditFinding>();
        using var iterator = _database.Iterate(_findings, fillCache: false);
        for (var more = iterator.SeekToFirst(); more; more = iterator.MoveNext())
        {
            var key = iterator.Key;
            if (Sealed.Open(key, iterator.Value) is { } value && AuditFinding.TryDecode(value, out var finding))
                found.Add(finding);
            else
                throw Damaged(_findings, key);
        }

        return found;
    }

    /// <summary>
    /// Notes that validators signed a block, by certificates that were verified. Not synced: after a crash they are
    /// asked for again.
    /// </summary>
    /// <param name="from">The height of the first.</param>
    /// <param name="signers">Bitmaps of signers for this height and those above it.</param>
    /// <param name="compared">The validator whose blocks up to these were compared.</param>
    public void NoteSigners(BlockHeight from, IReadOnlyList<byte[]> signers, KeyId compared)
    {
        lock (_writing)
        {
            using var batch = _database.CreateBatch();
            var height = from;
            foreach (var bitmap in signers)
            {
                batch.Put(_signers, LedgerSchema.HeightKey(height), Union(Signers(height), bitmap));
                height = height.Next;
            }

            batch.Put(_marks, compared.Value.AsSpan(), LedgerSchema.HeightKey(height));
            _database.Write(batch, sync: false);
        }
    }

    /// <summary>Bitmap of all who are known to have signed a block; empty when nothing was noted.</summary>
    public byte[] Signers(BlockHeight height) => _database.Get(_signers, LedgerSchema.HeightKey(height)) ?? [];

    /// <summary>The first height of a validator that was not compared yet.</summary>
    public BlockHeight NextOf(KeyId validator) =>
        _database.Get(_marks, validator.Value.AsSpan()) is { Length: 8 } mark
            ? new BlockHeight(LedgerSchema.ReadNumber(mark))
            : new BlockHeight(1);

    /// <inheritdoc/>
    public void Dispose() => _database.Dispose();

    private static byte[] Union(byte[] known, byte[] added)
    {
        var union = new byte[Math.Max(known.Length, added.Length)];
        known.CopyTo(union, 0);
        for (var i = 0; i < added.Length; i++) union[i] |= added[i];
        return union;
    }

    private static byte[] FindingKey(FindingKind kind, ValidatorIndex validator, BlockHeight height)
    {
        var key = new byte[1 + 2 + 8];
        key[0] = checked((byte)kind);
        BinaryPrimitives.WriteUInt16BigEndian(key.AsSpan(1), checked((ushort)validator.Value));
        BinaryPrimitives.WriteUInt64BigEndian(key.AsSpan(3), height.Value);
        return key;
    }

    private int CountLike(ReadOnlySpan<byte> key)
    {
        var count = 0;
        using var iterator = _database.Iterate(_findings, KeyRange.Prefix(key[..3]), fillCache: false);
        for (var more = iterator.SeekToFirst(); more; more = iterator.MoveNext()) count++;
        return count;
    }

    private StorageException Damaged(ColumnFamily family, ReadOnlySpan<byte> key) => new(
        StorageFault.Corruption,
        $"Database {_database.Path}, family {family.Name}, key {Convert.ToHexStringLower(key)}: the checksum is wrong. "
        + "Remove this folder: the audit node compares everything again.");
}
