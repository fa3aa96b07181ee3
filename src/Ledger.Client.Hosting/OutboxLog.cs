using Ledger.Client.Outbox;
using Ledger.Core.Crypto;
using Microsoft.Extensions.Logging;

namespace Ledger.Client.Hosting;

/// <summary>Logs what an outbox does. Safe for concurrent use.</summary>
internal sealed partial class OutboxLog(ILogger logger) : IOutboxObserver
{
    public void Recorded(Hash256 transaction, int records, TimeSpan oldestWaited) =>
        LogRecorded(records, transaction, (long)oldestWaited.TotalMilliseconds);

    public void DeadLettered(long sequence, string reason, string? detail) => LogDeadLetter(sequence, reason, detail);

    public void HeldUp(string problem, TimeSpan retryAfter) => LogHeldUp(problem, (long)retryAfter.TotalMilliseconds);

    public void GoesOn() => LogGoesOn();

    [LoggerMessage(
        6010, LogLevel.Debug, "{Records} records are on the chain in transaction {Transaction} after {Milliseconds} ms")]
    private partial void LogRecorded(int records, Hash256 transaction, long milliseconds);

    [LoggerMessage(6011, LogLevel.Error, "Record {Sequence} was refused for good and put aside: {Reason}: {Detail}")]
    private partial void LogDeadLetter(long sequence, string reason, string? detail);

    [LoggerMessage(6012, LogLevel.Warning, "The outbox is held up: {Problem}; next attempt in {Milliseconds} ms")]
    private partial void LogHeldUp(string problem, long milliseconds);

    [LoggerMessage(6013, LogLevel.Information, "The outbox delivers again")]
    private partial void LogGoesOn();
}
