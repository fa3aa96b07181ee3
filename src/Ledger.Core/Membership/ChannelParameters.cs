using Ledger.Core.Encoding;

namespace Ledger.Core.Membership;

/// <summary>
/// Parameters that all nodes of a channel must share, fixed in genesis (<c>ledger.core.v1.ChannelParameters</c>).
/// </summary>
public sealed record ChannelParameters
{
    /// <summary>Largest signed transaction, in bytes. Defaults to 1 MiB: a batch of 1,000 records fits.</summary>
    public uint MaxTransactionBytes { get; init; } = 1 << 20;

    /// <summary>Most transactions in a block. Defaults to 1,000, which bounds a proposal to 32 KiB of ids.</summary>
    public uint MaxBlockTransactions { get; init; } = 1000;

    /// <summary>Most bytes of transactions in a block. Defaults to 4 MiB: one network frame.</summary>
    public uint MaxBlockBytes { get; init; } = 4 << 20;

    /// <summary>
    /// How far ahead <c>valid_until</c> may lie, in milliseconds. Defaults to one day: ids are remembered that long.
    /// </summary>
    public ulong MaxTransactionLifetimeMilliseconds { get; init; } = 86_400_000;

    /// <summary>
    /// How far a proposal's time may differ from a validator's own clock, in milliseconds. Defaults to 10 s.
    /// </summary>
    public ulong MaxClockDriftMilliseconds { get; init; } = 10_000;

    /// <summary>How many heights may be ordered ahead of the stable checkpoint. Defaults to 64.</summary>
    public uint Window { get; init; } = 64;

    /// <summary>
    /// How long a validator waits for progress before it asks for a view change, in milliseconds. Defaults to 1 s.
    /// </summary>
    public ulong RequestTimeoutMilliseconds { get; init; } = 1000;

    /// <summary>Cap of the exponential back-off between view changes, in milliseconds. Defaults to 16 s.</summary>
    public ulong MaxViewChangeTimeoutMilliseconds { get; init; } = 16_000;

    /// <summary>What contracts may use; null on a channel that has none, where contract transactions are refused.</summary>
    public ContractParameters? Contracts { get; init; }

    /// <summary>Who reads everything; null on a channel where every member does.</summary>
    public ReadingParameters? Reading { get; init; }

    internal void WriteTo(CanonicalWriter writer)
    {
        writer.UInt64(1, MaxTransactionBytes);
        writer.UInt64(2, MaxBlockTransactions);
        writer.UInt64(3, MaxBlockBytes);
        writer.UInt64(4, MaxTransactionLifetimeMilliseconds);
        writer.UInt64(5, MaxClockDriftMilliseconds);
        writer.UInt64(6, Window);
        writer.UInt64(7, RequestTimeoutMilliseconds);
        writer.UInt64(8, MaxViewChangeTimeoutMilliseconds);
        if (Contracts is { } contracts)
        {
            var start = writer.BeginMessage(9);
            contracts.WriteTo(writer);
            writer.EndMessage(start);
        }

        if (Reading is { } reading)
        {
            var start = writer.BeginMessage(10);
            reading.WriteTo(writer);
            writer.EndMessage(start);
        }
    }

    internal static ChannelParameters Read(ReadOnlySpan<byte> bytes, out DecodeError error)
    {
        var reader = new CanonicalReader(bytes);
        var parameters = new ChannelParameters
        {
            MaxTransactionBytes = reader.UInt32(1),
            MaxBlockTransactions = reader.UInt32(2),
            MaxBlockBytes = reader.UInt32(3),
            MaxTransactionLifetimeMilliseconds = reader.UInt64(4),
            MaxClockDriftMilliseconds = reader.UInt64(5),
            Window = reader.UInt32(6),
            RequestTimeoutMilliseconds = reader.UInt64(7),
            MaxViewChangeTimeoutMilliseconds = reader.UInt64(8),
        };
        if (reader.IsNext(9))
        {
            parameters = parameters with { Contracts = ContractParameters.Read(reader.Message(9, bytes.Length), out error) };
            if (error.Kind != DecodeErrorKind.None) return parameters;
        }

        if (reader.IsNext(10))
        {
            parameters = parameters with { Reading = ReadingParameters.Read(reader.Message(10, bytes.Length), out error) };
            if (error.Kind != DecodeErrorKind.None) return parameters;
        }

        reader.End();
        error = reader.Error;
        return parameters;
    }

    /// <summary>The first parameter that is out of range, as a sentence; null when all are in range.</summary>
    public string? FindFault()
    {
        if (MaxTransactionBytes is < 4096 or > Transactions.Transaction.MaxBytes)
            return "max_transaction_bytes must be 4096 to 4194304";
        if (MaxBlockTransactions is < 1 or > 10_000) return "max_block_transactions must be 1 to 10000";
        if (MaxBlockBytes < MaxTransactionBytes || MaxBlockBytes > 64 << 20)
            return "max_block_bytes must be at least max_transaction_bytes and at most 67108864";
        if (MaxTransactionLifetimeMilliseconds is < 60_000 or > 30UL * 86_400_000)
            return "max_transaction_lifetime_ms must be 60000 (a minute) to 2592000000 (30 days)";
        if (MaxClockDriftMilliseconds is < 100 or > 3_600_000) return "max_clock_drift_ms must be 100 to 3600000";
        if (Window is < 4 or > 1024) return "window must be 4 to 1024";
        if (RequestTimeoutMilliseconds is < 50 or > 60_000) return "request_timeout_ms must be 50 to 60000";
        return MaxViewChangeTimeoutMilliseconds < RequestTimeoutMilliseconds || MaxViewChangeTimeoutMilliseconds > 600_000
            ? "max_view_change_timeout_ms must be at least request_timeout_ms and at most 600000"
            : Contracts?.FindFault() ?? Reading?.FindFault();
    }
}
