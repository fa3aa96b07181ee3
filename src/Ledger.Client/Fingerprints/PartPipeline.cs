using Ledger.Core.Fingerprints;

namespace Ledger.Client.Fingerprints;

/// <summary>
/// Hashes the parts of a data set on all processors while the next are read. What comes out does not depend on how many
/// there are. Not thread-safe: one reader pushes.
/// </summary>
internal sealed class PartPipeline(FingerprintParts parts) : IAsyncDisposable
{
    // One reader keeps no more than this many busy.
    private const int MaxProcessors = 16;

    // One more than there are processors lies ready, so that none waits for the reader.
    private static readonly int MaxParts = Math.Min(Environment.ProcessorCount, MaxProcessors) + 1;

    // In order. Bound: MaxParts.
    private readonly Queue<(FingerprintPart Part, Task Hashing)> _running = new(MaxParts);

    public async ValueTask<FingerprintFault> PushAsync(ReadOnlyMemory<byte> data)
    {
        var fault = parts.Push(data.Span);
        await StartAsync();
        return fault;
    }

    public async Task<(FingerprintFault Fault, Fingerprint? Fingerprint)> EndAsync()
    {
        var fault = parts.End();
        await StartAsync();
        while (_running.Count > 0) await JoinOldestAsync();
        return fault == FingerprintFault.None ? (fault, parts.Finish()) : (fault, null);
    }

    /// <summary>Waits for what is still hashed when reading has failed.</summary>
    public async ValueTask DisposeAsync()
    {
        while (_running.TryDequeue(out var running)) await running.Hashing;
    }

    private async ValueTask StartAsync()
    {
        while (parts.Take() is { } part)
        {
            if (_running.Count == MaxParts) await JoinOldestAsync();
            _running.Enqueue((part, Task.Run(part.Hash)));
        }
    }

    private async Task JoinOldestAsync()
    {
        var (part, hashing) = _running.Dequeue();
        await hashing;
        parts.Join(part);
    }
}
