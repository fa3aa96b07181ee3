using System.Globalization;

namespace Ledger.Client.Outbox;

/// <summary>An outbox has reached one of its limits; the record was not taken.</summary>
public sealed class OutboxFullException : Exception
{
    internal OutboxFullException(string limit, OutboxStatus status)
        : base(string.Create(
            CultureInfo.InvariantCulture,
            $"the outbox is full ({limit}): {status.PendingRecords} records of {status.PendingBytes} bytes wait, the "
            + $"oldest for {status.OldestAge.TotalSeconds:0} s{Because(status)}"))
    {
        Limit = limit;
        Status = status;
    }

    /// <summary>The option whose limit was reached.</summary>
    public string Limit { get; }

    /// <summary>How the outbox stood.</summary>
    public OutboxStatus Status { get; }

    private static string Because(OutboxStatus status) => status.Problem is { } problem ? "; " + problem : "";
}
