namespace Ledger.Core.Merkle;

/// <summary>
/// Pages as they will be once the batches added here are on disk: lets the next block be executed before the previous
/// one is stored. A batch is dropped with <see cref="Settle"/> when the store below has it.
/// </summary>
/// <remarks>
/// Not thread-safe; the owner adds and settles in one loop, and bounds how many blocks are in flight.
/// </remarks>
public sealed class StateOverlay : IStateNodes
{
    private readonly IStateNodes _below;

    // Bound: the pages written by the blocks that are executed and not yet stored.
    private readonly Dictionary<StatePageKey, (byte[]? Page, long Batch)> _pages = [];
    private long _lastBatch;

    /// <summary>Starts with what <paramref name="below"/> holds.</summary>
    public StateOverlay(IStateNodes below) => _below = below;

    /// <summary>Number of pages held.</summary>
    public int Count => _pages.Count;

    /// <summary>
    /// Lays the writes of one batch over what is there, and returns the batch's number for <see cref="Settle"/>.
    /// </summary>
    public long Add(IReadOnlyList<StatePageWrite> writes)
    {
        _lastBatch++;
        foreach (var write in writes) _pages[write.Key] = (write.Page, _lastBatch);
        return _lastBatch;
    }

    /// <summary>
    /// Drops the pages of a batch that the store below now has. What later batches wrote stays. Batches are settled in
    /// the order in which they were added.
    /// </summary>
    public void Settle(long batch, IReadOnlyList<StatePageWrite> writes)
    {
        foreach (var write in writes)
            if (_pages.TryGetValue(write.Key, out var held) && held.Batch == batch) _pages.Remove(write.Key);
    }

    /// <inheritdoc/>
    public int ReadPage(in StatePageKey key, Span<byte> destination)
    {
        if (!_pages.TryGetValue(key, out var held)) return _below.ReadPage(key, destination);
        if (held.Page is null) return -1;
        held.Page.CopyTo(destination);
        return held.Page.Length;
    }
}
