using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;

namespace Ledger.Core.Transactions;

/// <summary>What a transaction's body is.</summary>
public enum TransactionKind
{
    /// <summary>Absent; never valid.</summary>
    None = 0,

    /// <summary>The body is an <see cref="Evidence.EvidenceBody"/>: evidence records to anchor, all or none.</summary>
    Evidence = 1,

    /// <summary>
    /// The body is a <see cref="Membership.ValidatorChangeBody"/>: a change of the validators, approved by members.
    /// </summary>
    ValidatorChange = 2,

    /// <summary>The body is a <see cref="Contracts.ContractBody"/>: a contract is deployed, called, upgraded, ….</summary>
    Contract = 3,

    /// <summary>
    /// There is no body, and no effect: it only makes a block, so that consensus time moves on a chain that is idle.
    /// </summary>
    TimeMark = 4,
}

/// <summary>The signed content of a transaction (<c>ledger.core.v1.Transaction</c>). Immutable.</summary>
/// <param name="Channel">The channel it is meant for; no other accepts it.</param>
/// <param name="Sender">The id of the key that signs it.</param>
/// <param name="Kind">What the body is.</param>
/// <param name="ValidUntil">The last moment at which it may enter a block. Ids are remembered until then, so a retry is
/// idempotent and a replay is impossible.</param>
/// <param name="Body">The encoded body.</param>
public sealed record Transaction(
    ChannelId Channel,
    KeyId Sender,
    TransactionKind Kind,
    Timestamp ValidUntil,
    ReadOnlyMemory<byte> Body)
{
    /// <summary>Largest encoded transaction that any channel can allow, in bytes.</summary>
    public const int MaxBytes = 4 << 20;

    /// <summary>The canonical encoding: what is hashed and signed.</summary>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter(Body.Length + 128);
        writer.Hash(1, Channel.Value);
        writer.Hash(2, Sender.Value);
        writer.UInt64(3, (ulong)Kind);
        writer.UInt64(4, ValidUntil.UnixMilliseconds);
        writer.Bytes(5, Body.Span);
        return writer.ToArray();
    }

    /// <summary>Decodes a payload. The body is a view of <paramref name="payload"/>, not a copy.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> payload,
        [NotNullWhen(true)] out Transaction? transaction,
        out DecodeError error)
    {
        transaction = null;
        var reader = new CanonicalReader(payload.Span);
        var channel = new ChannelId(reader.Hash(1));
        var sender = new KeyId(reader.Hash(2));
        var kind = (TransactionKind)reader.UInt32(3, 1 << 16);
        var validUntil = new Timestamp(reader.UInt64(4, Timestamp.MaxUnixMilliseconds));
        var bodyLength = reader.Bytes(5, MaxBytes).Length;
        var ok = reader.End();
        error = reader.Error;
        if (!ok) return false;
        // The body is the last field, so it ends where the payload ends.
        transaction = new Transaction(channel, sender, kind, validUntil, payload[^bodyLength..]);
        return true;
    }
}
