using Ledger.Core.Blocks;
using Ledger.Node.Driver;

namespace Ledger.Node.Audit;

/// <summary>
/// The watches of the present epoch's validators. With a new epoch the watches of those who left end, and those of the
/// new ones begin; how far each was compared is on disk, so nothing is compared twice or left out.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class WatchRoster
{
    private readonly WatchParts _parts;
    private IReadOnlyList<ValidatorWatch> _watches;
    private TaskCompletionSource _ended = NewSignal();

    public WatchRoster(WatchParts parts, EpochView epochs)
    {
        _parts = parts;
        _watches = Make(epochs.Validators);
        epochs.Begun += next =>
        {
            Volatile.Write(ref _watches, Make(next));
            Interlocked.Exchange(ref _ended, NewSignal()).SetResult();
        };
    }

    /// <summary>The watches, in order of the validators' indexes.</summary>
    public IReadOnlyList<ValidatorWatch> Watches => Volatile.Read(ref _watches);

    /// <summary>Runs the watches of one epoch after the other until cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (true)
        {
            // In this order: an epoch that begins between the two ends the loops of the one before at once.
            var ended = Volatile.Read(ref _ended);
            var watches = Watches;
            using var running = CancellationTokenSource.CreateLinkedTokenSource(stop);
            Task[] loops = [.. watches.Select(w => w.RunAsync(running.Token))];
            await Task.WhenAny([ended.Task, .. loops]).ConfigureAwait(false);
            await running.CancelAsync().ConfigureAwait(false);
            try
            {
                await Task.WhenAll(loops).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                // Another epoch has begun.
            }
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private List<ValidatorWatch> Make(ValidatorPeers validators) =>
        [.. validators.Set.Validators.Select((v, i) => new ValidatorWatch(_parts, new ValidatorIndex(i), v))];
}
