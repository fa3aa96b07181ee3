using System.Buffers.Binary;
using Ledger.Core.Accountability;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Storage.KeyValue;
using Ledger.Storage.Schema;

namespace Ledger.Storage.Faults;

/// <summary>A fault proof as it is stored.</summary>
/// <param name="Cursor">Its key: where a page that follows it begins.</param>
/// <param name="Encoded">The encoded proof.</param>
public sealed record StoredFault(ReadOnlyMemory<byte> Cursor, ReadOnlyMemory<byte> Encoded);

/// <summary>
/// Proofs of fault: one for each culprit, epoch, kind and height, at most <see cref="MaxForCulprit"/> for each culprit,
/// the first ones. Never pruned; a culprit cannot fill the disk, nor push its first fault out.
/// </summary>
/// <remarks>Safe for concurrent use. Each proof is on disk when <see cref="TryAdd"/> returns.</remarks>
public sealed class FaultStore
{
    /// <summary>Most proofs that are kept of one key.</summary>
    public const int MaxForCulprit = 64;

    internal const int KeySize = CryptoSuite.PublicKeySize + 8 + 1 + 8;

    private readonly KeyValueDatabase _database;
    private readonly ColumnFamily _faults;
    private readonly Lock _writing = new();

    internal FaultStore(StoreContext context)
    {
        _database = context.Database;
        _faults = context.Faults;
    }

    /// <summary>How many proofs are kept.</summary>
    public int Count => Page(default, int.MaxValue).Count;

    /// <summary>Keeps a proof that the caller has verified, unless there is one like it, or enough of its culprit.</summary>
    /// <param name="proof">The proof.</param>
    /// <param name="height">The height that the verifier found it to be about.</param>
    /// <param name="view">The view that the verifier found it to be about: what tells view-changes apart.</param>
    public bool TryAdd(FaultProof proof, BlockHeight height, ulong view)
    {
        var place = proof.Kind == FaultKind.ContradictingViewChanges ? view : height.Value;
        var key = KeyOf(proof.Culprit.Span, proof.Epoch, proof.Kind, place);
        lock (_writing)
        {
            if (_database.Contains(_faults, key) || CountOf(proof.Culprit.Span) >= MaxForCulprit) return false;
            using var batch = _database.CreateBatch();
            batch.Put(_faults, key, Sealed.Seal(key, proof.Encode()));
            _database.Write(batch, sync: true);
            return true;
        }
    }

    /// <summary>Proofs in order of key, after a cursor; empty: from the first on.</summary>
    /// <exception cref="StorageException">A proof on disk is damaged.</exception>
    public IReadOnlyList<StoredFault> Page(ReadOnlySpan<byte> after, int limit)
    {
        // The least key above the cursor.
        byte[] from = after.IsEmpty ? [] : [.. after, 0];
        var found = new List<StoredFault>();
        using var iterator = _database.Iterate(_faults, new KeyRange(from, default), fillCache: false);
        for (var more = iterator.SeekToFirst(); more && found.Count < limit; more = iterator.MoveNext())
        {
            var key = iterator.Key.ToArray();
            var value = Sealed.Open(key, iterator.Value) ?? throw new StorageException(
                StorageFault.Corruption,
                $"Database {_database.Path}, family {_faults.Name}, key {Convert.ToHexStringLower(key)}: the checksum is "
                + "wrong. Run `ledger db verify` to see the extent.");
            found.Add(new StoredFault(key, value));
        }

        return found;
    }

    /// <summary>Whether bytes can be a cursor of <see cref="Page"/>.</summary>
    public static bool IsCursor(ReadOnlySpan<byte> bytes) => bytes.IsEmpty || bytes.Length == KeySize;

    private static byte[] KeyOf(ReadOnlySpan<byte> culprit, Epoch epoch, FaultKind kind, ulong place)
    {
        var key = new byte[KeySize];
        culprit.CopyTo(key);
        var rest = key.AsSpan(CryptoSuite.PublicKeySize);
        BinaryPrimitives.WriteUInt64BigEndian(rest, epoch.Value);
        rest[8] = checked((byte)kind);
        BinaryPrimitives.WriteUInt64BigEndian(rest[9..], place);
        return key;
    }

    private int CountOf(ReadOnlySpan<byte> culprit)
    {
        var count = 0;
        using var iterator = _database.Iterate(_faults, KeyRange.Prefix(culprit), fillCache: false);
        for (var more = iterator.SeekToFirst(); more; more = iterator.MoveNext()) count++;
        return count;
    }
}
