using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;

namespace Ledger.Core.Blocks;

/// <summary>
/// A block's header (<c>ledger.core.v1.BlockHeader</c>): everything that a node executed is under its hash. Canonical
/// and immutable.
/// </summary>
public sealed record BlockHeader
{
    /// <summary>The version of the format and of the rules of execution.</summary>
    public const uint CurrentVersion = 1;

    /// <summary>Largest encoding in bytes.</summary>
    public const int MaxBytes = 512;

    /// <summary>The version of the format and of the rules of execution.</summary>
    public uint Version { get; init; } = CurrentVersion;

    /// <summary>The channel.</summary>
    public required ChannelId Channel { get; init; }

    /// <summary>The block's height.</summary>
    public required BlockHeight Height { get; init; }

    /// <summary>Hash of the header below; <see cref="Hash256.Zero"/> for genesis.</summary>
    public required Hash256 Previous { get; init; }

    /// <summary>Consensus time: later than the block below's.</summary>
    public required Timestamp Time { get; init; }

    /// <summary>Number of transactions.</summary>
    public required uint TransactionCount { get; init; }

    /// <summary>RFC 9162 root over the transactions' ids, in order.</summary>
    public required Hash256 TransactionRoot { get; init; }

    /// <summary>RFC 9162 root over the encoded results, in order.</summary>
    public required Hash256 ResultRoot { get; init; }

    /// <summary>Number of leaves in the channel's log after this block.</summary>
    public required ulong LogSize { get; init; }

    /// <summary>RFC 9162 root of the channel's log after this block.</summary>
    public required Hash256 LogRoot { get; init; }

    /// <summary>Root of the state tree after this block.</summary>
    public required Hash256 StateRoot { get; init; }

    /// <summary>The epoch whose validators certify this block.</summary>
    public required Epoch Epoch { get; init; }

    /// <summary>The validator that proposed it.</summary>
    public required ValidatorIndex Proposer { get; init; }

    /// <summary>Hash of the next epoch's validator set when this block ends its epoch; otherwise null.</summary>
    public Hash256? NextValidators { get; init; }

    /// <summary>The epoch of the block above.</summary>
    public Epoch NextEpoch => NextValidators is null ? Epoch : Epoch.Next;

    /// <summary>The canonical encoding.</summary>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter(320);
        writer.UInt64(1, Version);
        writer.Hash(2, Channel.Value);
        writer.UInt64(3, Height.Value);
        writer.Hash(4, Previous);
        writer.UInt64(5, Time.UnixMilliseconds);
        writer.UInt64(6, TransactionCount);
        writer.Hash(7, TransactionRoot);
        writer.Hash(8, ResultRoot);
        writer.UInt64(9, LogSize);
        writer.Hash(10, LogRoot);
        writer.Hash(11, StateRoot);
        writer.UInt64(12, Epoch.Value);
        writer.UInt64(13, checked((ulong)Proposer.Value));
        writer.OptionalHash(14, NextValidators);
        return writer.ToArray();
    }

    /// <summary>The hash of an encoded header.</summary>
    public static Hash256 HashOf(ReadOnlySpan<byte> encoded, HashFunction hash) => hash.Hash(DomainTag.Header, encoded);

    /// <summary>Decodes a header.</summary>
    public static bool TryDecode(
        ReadOnlySpan<byte> bytes,
        [NotNullWhen(true)] out BlockHeader? header,
        out DecodeError error)
    {
        header = null;
        var reader = new CanonicalReader(bytes);
        var version = reader.UInt32(1);
        if (reader.Ok && version != CurrentVersion) reader.Fail(DecodeErrorKind.BadValue, 1);
        var value = new BlockHeader
        {
            Version = version,
            Channel = new ChannelId(reader.Hash(2)),
            Height = new BlockHeight(reader.UInt64(3)),
            Previous = reader.Hash(4),
            Time = new Timestamp(reader.UInt64(5, Timestamp.MaxUnixMilliseconds)),
            TransactionCount = reader.UInt32(6),
            TransactionRoot = reader.Hash(7),
            ResultRoot = reader.Hash(8),
            LogSize = reader.UInt64(9),
            LogRoot = reader.Hash(10),
            StateRoot = reader.Hash(11),
            Epoch = new Epoch(reader.UInt64(12)),
            Proposer = new ValidatorIndex((int)reader.UInt32(13, Membership.ValidatorSet.MaxValidators - 1)),
            NextValidators = reader.OptionalHash(14),
        };
        var ok = reader.End();
        error = reader.Error;
        if (ok) header = value;
        return ok;
    }
}
