using System.Runtime.CompilerServices;
using Ledger.Core.Evidence;

namespace Ledger.Client.Submit;

/// <summary>
/// Anchors a stream of records at full speed: records are put together into transactions, and several transactions are
/// on their way at a time. When nodes are full they are given the time they ask for, and the source is read more
/// slowly.
/// </summary>
/// <remarks>
/// One enumeration at a time. Survives neither the end of the process nor an undecided outcome by itself: whoever needs
/// that uses <see cref="Import.Importer"/>.
/// </remarks>
/// <param name="client">The client; not owned.</param>
/// <param name="recordsPerTransaction">Records in one transaction, all or none of which are recorded.</param>
/// <param name="maxInFlight">Transactions on their way at a time.</param>
public sealed class BulkAnchorer(LedgerClient client, int recordsPerTransaction = 100, int maxInFlight = 16)
{
    /// <summary>Anchors records; outcomes come in the order of the records, one for each transaction.</summary>
    /// <exception cref="ArgumentException">A transaction exceeds the channel's limit of bytes: use smaller
    /// batches.</exception>
    public async IAsyncEnumerable<AnchorOutcome> AnchorAsync(
        IAsyncEnumerable<EvidenceRecord> records, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxInFlight, 1);
        var inFlight = new Queue<Task<AnchorOutcome>>(maxInFlight);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            await foreach (var batch in records.Chunk(recordsPerTransaction).WithCancellation(stop.Token))
            {
                if (inFlight.Count == maxInFlight) yield return await inFlight.Dequeue();
                inFlight.Enqueue(client.AnchorAsync(batch, stop.Token));
            }

            while (inFlight.TryDequeue(out var oldest)) yield return await oldest;
        }
        finally
        {
            await stop.CancelAsync();
            // Left early: what is still on its way must have ended before its client may be disposed of.
            foreach (var task in inFlight) await ((Task)task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
