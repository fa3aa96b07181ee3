namespace Ledger.Client.Outbox;

/// <summary>A record in the outbox that is not on the chain yet. Changed only under the store's lock.</summary>
internal sealed class OutboxEntry(string? key, string subject, byte[] record, long enqueuedMilliseconds)
{
    /// <summary>What an entry costs beside its record.</summary>
    private const int Overhead = 64;

    /// <summary>Its number; 0 until it is written.</summary>
    public long Sequence { get; set; }

    public string? Key => key;

    public string Subject => subject;

    public byte[] Record => record;

    public long EnqueuedMilliseconds => enqueuedMilliseconds;

    /// <summary>The write that makes it durable; null once it is.</summary>
    public OutboxWrite? Write { get; set; }

    public int Bytes => record.Length + (key?.Length ?? 0) + Overhead;
}

/// <summary>Entries that become durable together. Changed only under the store's lock or its writer's turn.</summary>
internal sealed class OutboxWrite
{
    // Bound: MaxBytes and one record.
    public List<OutboxEntry> Entries { get; } = [];

    public int Bytes { get; set; }

    public bool IsDone { get; set; }

    public Exception? Failure { get; set; }
}
