using Ledger.Client.Submit.Journal;

namespace Ledger.Client.Outbox;

/// <summary>A batch that is on its way, or waits to be sent again. Owned by the sender's loop.</summary>
internal sealed class OpenBatch(JournalBatch batch, HashSet<string> subjects)
{
    /// <summary>The batch; another once it is signed anew, of the same records.</summary>
    public JournalBatch Batch { get; set; } = batch;

    public HashSet<string> Subjects => subjects;

    public int Attempts { get; set; }

    /// <summary>When it may be sent again, by the machine's uptime.</summary>
    public long DueMilliseconds { get; set; }

    /// <summary>Why a node refused it last; null when none did.</summary>
    public string? LastRefusal { get; set; }

    /// <summary>The attempt that is under way.</summary>
    public Task<OutboxDelivery>? Delivery { get; set; }
}
