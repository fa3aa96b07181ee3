using Ledger.Core.Merkle;
using Ledger.Storage.KeyValue;
using Ledger.Storage.Schema;

namespace Ledger.Storage.State;

/// <summary>A key of a namespace with its value.</summary>
public readonly record struct StateEntry(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value);

/// <summary>Reads the state and the pages of its tree. Safe for concurrent use.</summary>
public sealed class StateReader : IStateNodes
{
    /// <summary>Most entries that <see cref="List"/> returns.</summary>
    public const int MaxPageSize = 1000;

    private readonly ReadScope _scope;
    private readonly IStateNodes? _pages;

    /// <param name="scope">The database.</param>
    /// <param name="pages">Where pages come from; null for those in the database.</param>
    internal StateReader(ReadScope scope, IStateNodes? pages = null)
    {
        _scope = scope;
        _pages = pages;
    }

    /// <summary>The value of a key; null when it has none.</summary>
    public byte[]? Get(string space, ReadOnlySpan<byte> key) =>
        _scope.Get(_scope.Context.State, LedgerSchema.StateKey(space, key));

    /// <summary>The values of several keys, in one pass over the database; null for each that has none.</summary>
    public byte[]?[] GetMany(string space, IReadOnlyList<ReadOnlyMemory<byte>> keys) =>
        _scope.GetMany(_scope.Context.State, [.. keys.Select(key => LedgerSchema.StateKey(space, key.Span))]);

    /// <summary>
    /// The entries of a namespace whose keys start with <paramref name="prefix"/>, in key order, from the first after
    /// <paramref name="after"/>.
    /// </summary>
    public IReadOnlyList<StateEntry> List(string space, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> after, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MaxPageSize);
        var start = LedgerSchema.StateKey(space, after);
        var head = start.Length - after.Length;
        var entries = new List<StateEntry>();
        var range = KeyRange.Prefix(LedgerSchema.StateKey(space, prefix));
        using var iterator = _scope.Iterate(_scope.Context.State, range);
        var more = after.IsEmpty ? iterator.SeekToFirst() : iterator.Seek(start);
        if (more && !after.IsEmpty && iterator.Key.SequenceEqual(start)) more = iterator.MoveNext();
        for (; more && entries.Count < limit; more = iterator.MoveNext())
        {
            entries.Add(new StateEntry(iterator.Key[head..].ToArray(), iterator.Value.ToArray()));
        }

        return entries;
    }

    /// <inheritdoc/>
    public int ReadPage(in StatePageKey key, Span<byte> destination)
    {
        if (_pages is not null) return _pages.ReadPage(key, destination);
        Span<byte> encoded = stackalloc byte[StatePageKey.MaxEncodedSize];
        var keyLength = key.WriteTo(encoded);
        return _scope.TryRead(_scope.Context.StateNodes, encoded[..keyLength], destination, CopyPage, out var length)
            ? length
            : -1;
    }

    // A page that is too long for the buffer is damaged; the reader of pages refuses its length.
    private static int CopyPage(ReadOnlySpan<byte> page, Span<byte> destination)
    {
        page[..Math.Min(page.Length, destination.Length)].CopyTo(destination);
        return page.Length;
    }
}
