using Ledger.Core.Crypto;

namespace Ledger.Client.Outbox;

/// <summary>
/// Told what an outbox does. Implementations are quick, never throw, and are called by one task at a time.
/// </summary>
public interface IOutboxObserver
{
    /// <summary>A transaction's records are on the chain.</summary>
    void Recorded(Hash256 transaction, int records, TimeSpan oldestWaited);

    /// <summary>A record was refused for good and put aside.</summary>
    void DeadLettered(long sequence, string reason, string? detail);

    /// <summary>Delivery is held up; it is tried again after the delay.</summary>
    void HeldUp(string problem, TimeSpan retryAfter);

    /// <summary>Delivery goes on after it was held up.</summary>
    void GoesOn();
}
