using Ledger.Core.Merkle;

namespace Ledger.Node.Execution;

/// <summary>
/// The upper pages of the state tree in memory: each block reads most of them and writes them again, and a page that is
/// at hand costs a fraction of one that the database has to look up.
/// </summary>
/// <remarks>
/// Not thread-safe: the executor's. Only for an owner that tells of every write. Bound: the pages of the uppermost
/// <see cref="Levels"/> page levels, at most 4,369 of at most <see cref="StateTree.MaxPageSize"/> bytes: 6.3 MiB.
/// </remarks>
internal sealed class UpperPages(IStateNodes below) : IStateNodes
{
    private const int Levels = 4;

    private readonly Dictionary<StatePageKey, byte[]> _pages = [];

    /// <inheritdoc/>
    public int ReadPage(in StatePageKey key, Span<byte> destination)
    {
        if (key.Nibbles >= Levels) return below.ReadPage(key, destination);
        if (_pages.TryGetValue(key, out var page))
        {
            page.CopyTo(destination);
            return page.Length;
        }

        var length = below.ReadPage(key, destination);
        // A page longer than the buffer is damaged, and whoever reads it refuses it.
        if (length >= 0 && length <= destination.Length) _pages.Add(key, destination[..length].ToArray());
        return length;
    }

    /// <summary>What the store below holds now.</summary>
    public void OnWritten(IReadOnlyList<StatePageWrite> writes)
    {
        foreach (var write in writes)
        {
            if (write.Key.Nibbles >= Levels) continue;
            if (write.Page is { } page) _pages[write.Key] = page;
            else _pages.Remove(write.Key);
        }
    }
}
