using System.Runtime.CompilerServices;
using Ledger.Client.Submit.Journal;

namespace Ledger.Client.Outbox;

/// <summary>
/// What became of records, in the order in which it became known, kept so that an application can resume where it
/// stopped. Safe for concurrent use: one appends, any number read.
/// </summary>
internal sealed class CompletionLog : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SegmentedLog _log;
    private readonly int _remembered;

    // The newest, by number without gaps. Bound: remembered and one batch.
    private readonly Queue<OutboxCompletion> _recent = [];

    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _closed;

    public CompletionLog(string folder, long segmentBytes, int remembered)
    {
        _log = new SegmentedLog(folder, segmentBytes);
        _remembered = remembered;
    }

    /// <summary>The number of the newest completion.</summary>
    public long Last { get; private set; }

    public long Syncs => _log.Syncs;

    /// <summary>The newest completions that are kept, oldest first.</summary>
    public IReadOnlyList<OutboxCompletion> Recent
    {
        get
        {
            lock (_gate) return [.. _recent];
        }
    }

    /// <summary>The last completions that were on disk at the start: those of one batch.</summary>
    public IReadOnlyList<OutboxCompletion> Newest { get; private set; } = [];

    /// <summary>Reads what is on disk.</summary>
    public void Load()
    {
        foreach (var (frame, file) in _log.Replay())
        {
            var completions = OutboxFrames.DecodeCompletions(frame.Span)
                ?? throw new JournalException($"{file} holds something that this program cannot read");
            if (Last > 0 && completions[0].Number != Last + 1)
                throw new JournalException($"before {file} a file is missing: completion {Last + 1} is not there");
            Keep(completions);
            Newest = completions;
        }
    }

    /// <summary>Makes completions durable and shows them to those who wait.</summary>
    public void Append(IReadOnlyList<OutboxCompletion> completions)
    {
        _log.Append(completions[0].Number, OutboxFrames.Encode(completions));
        lock (_gate)
        {
            Keep(completions);
            _log.DropBefore(Last - _remembered + 1);
            _more.TrySetResult();
            _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>The completions after a number, without end.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Some of them are no longer kept.</exception>
    public async IAsyncEnumerable<OutboxCompletion> ReadAsync(
        long after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        while (true)
        {
            OutboxCompletion[] found;
            Task more;
            lock (_gate)
            {
                if (_recent.Count > 0 && after < _recent.Peek().Number - 1)
                {
                    throw new ArgumentOutOfRangeException(
                        nameof(after),
                        after,
                        $"completions are kept from number {_recent.Peek().Number} on; raise RememberedCompletions, or "
                            + "read more often");
                }

                found = [.. _recent.SkipWhile(c => c.Number <= after)];
                more = _more.Task;
                if (found.Length == 0 && _closed) yield break;
            }

            foreach (var completion in found) yield return completion;
            if (found.Length > 0) after = found[^1].Number;
            else await more.WaitAsync(cancellation);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            _more.TrySetResult();
        }

        _log.Dispose();
    }

    private void Keep(IReadOnlyList<OutboxCompletion> completions)
    {
        foreach (var completion in completions)
        {
            Last = completion.Number;
            _recent.Enqueue(completion);
        }

        while (_recent.Count > Math.Max(1, _remembered)) _recent.Dequeue();
    }
}
