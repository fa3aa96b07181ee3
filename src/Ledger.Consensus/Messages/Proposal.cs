using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Membership;

namespace Ledger.Consensus.Messages;

/// <summary>
/// What is agreed on for one height: transactions by id, in order, and a time. It does not name a view, so that the
/// same proposal can be proposed again in a later one. Immutable.
/// </summary>
public sealed class Proposal
{
    private readonly Hash256[] _ids;

    private Proposal(
        Epoch epoch,
        BlockHeight height,
        Timestamp time,
        ValidatorIndex proposer,
        Hash256[] ids,
        byte[] encoded,
        HashFunction hash)
    {
        Epoch = epoch;
        Height = height;
        Time = time;
        Proposer = proposer;
        _ids = ids;
        Encoded = encoded;
        Digest = hash.Hash(ConsensusTags.Proposal, encoded);
    }

    /// <summary>The epoch.</summary>
    public Epoch Epoch { get; }

    /// <summary>The height.</summary>
    public BlockHeight Height { get; }

    /// <summary>
    /// The proposer's time; 0 for a null proposal. The block's time is at least a millisecond after the block below's,
    /// whatever this says (docs/spec/consensus.md).
    /// </summary>
    public Timestamp Time { get; }

    /// <summary>The primary that made it.</summary>
    public ValidatorIndex Proposer { get; }

    /// <summary>The transactions' ids, in order.</summary>
    public IReadOnlyList<Hash256> TransactionIds => _ids;

    /// <summary>Hash of the canonical encoding, under <see cref="ConsensusTags.Proposal"/>.</summary>
    public Hash256 Digest { get; }

    /// <summary>The canonical encoding.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>
    /// Whether it is the null proposal of its height (OSDI '99 section 4.4): no transactions, time 0.
    /// </summary>
    public bool IsNull => _ids.Length == 0 && Time.UnixMilliseconds == 0 && Proposer.Value == 0;

    /// <summary>Creates a proposal.</summary>
    public static Proposal Create(
        Epoch epoch,
        BlockHeight height,
        Timestamp time,
        ValidatorIndex proposer,
        IReadOnlyList<Hash256> transactionIds,
        HashFunction hash)
    {
        Hash256[] ids = [.. transactionIds];
        return new Proposal(epoch, height, time, proposer, ids, Encode(epoch, height, time, proposer, ids), hash);
    }

    /// <summary>The proposal that fills a gap in a new view: no transactions, time 0, proposer 0.</summary>
    public static Proposal Null(Epoch epoch, BlockHeight height, HashFunction hash) =>
        Create(epoch, height, new Timestamp(0), new ValidatorIndex(0), [], hash);

    /// <summary>Largest encoding of a proposal with so many transactions.</summary>
    internal static int MaxBytes(int maxTransactions) => 64 + (maxTransactions * Hash256.Size);

    /// <summary>
    /// Whether a transaction is named twice. Sorts a copy: hashing would let an attacker choose collisions.
    /// </summary>
    internal bool HasRepeatedIds()
    {
        Hash256[] sorted = [.. _ids];
        Array.Sort(sorted);
        for (var i = 1; i < sorted.Length; i++)
        {
            if (sorted[i] == sorted[i - 1]) return true;
        }

        return false;
    }

    /// <summary>Decodes a proposal with at most <paramref name="maxTransactions"/> transactions.</summary>
    public static bool TryDecode(
        ReadOnlySpan<byte> bytes,
        int maxTransactions,
        HashFunction hash,
        [NotNullWhen(true)] out Proposal? proposal,
        out DecodeError error)
    {
        proposal = null;
        var reader = new CanonicalReader(bytes);
        var epoch = new Epoch(reader.UInt64(1));
        var height = new BlockHeight(reader.UInt64(2));
        var time = new Timestamp(reader.UInt64(3, Timestamp.MaxUnixMilliseconds));
        var proposer = new ValidatorIndex((int)reader.UInt32(4, ValidatorSet.MaxValidators - 1));
        var packed = reader.Bytes(5, maxTransactions * Hash256.Size);
        if (packed.Length % Hash256.Size != 0) reader.Fail(DecodeErrorKind.WrongLength, 5);
        var ok = reader.End();
        error = reader.Error;
        if (!ok) return false;
        var ids = new Hash256[packed.Length / Hash256.Size];
        for (var i = 0; i < ids.Length; i++) ids[i] = new Hash256(packed.Slice(i * Hash256.Size, Hash256.Size));
        proposal = new Proposal(epoch, height, time, proposer, ids, bytes.ToArray(), hash);
        return true;
    }

    private static byte[] Encode(
        Epoch epoch, BlockHeight height, Timestamp time, ValidatorIndex proposer, Hash256[] ids)
    {
        var packed = new byte[ids.Length * Hash256.Size];
        for (var i = 0; i < ids.Length; i++) ids[i].CopyTo(packed.AsSpan(i * Hash256.Size));
        var writer = new CanonicalWriter(64 + packed.Length);
        writer.UInt64(1, epoch.Value);
        writer.UInt64(2, height.Value);
        writer.UInt64(3, time.UnixMilliseconds);
        writer.UInt64(4, (ulong)proposer.Value);
        writer.Bytes(5, packed);
        return writer.ToArray();
    }
}
