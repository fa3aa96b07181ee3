namespace Ledger.Core.Merkle;

/// <summary>
/// Pages as they will be once the writes added here are on disk: lets the next block be executed before the previous
/// one is stored. Overlays can be stacked.
/// </summary>
/// <remarks>
/// Not thread-safe. Holds the added pages until it is dropped; the owner bounds how many blocks are in flight.
/// </remarks>
public sealed class StateOverlay : IStateNodes
{
    private readonly IStateNodes _below;

    // Bound: the pages written by the blocks that are executed and not yet stored.
    private readonly Dictionary<StatePageKey, byte[]?> _pages = [];

    /// <summary>Starts with what <paramref name="below"/> holds.</summary>
    public StateOverlay(IStateNodes below) => _below = below;

    /// <summary>Lays the writes of one batch over what is there.</summary>
    public void Add(IReadOnlyList<StatePageWrite> writes)
    {
        foreach (var write in writes) _pages[write.Key] = write.Page;
    }

    /// <inheritdoc/>
    public int ReadPage(in StatePageKey key, Span<byte> destination)
    {
        if (!_pages.TryGetValue(key, out var page)) return _below.ReadPage(key, destination);
        if (page is null) return -1;
        page.CopyTo(destination);
        return page.Length;
    }
}
