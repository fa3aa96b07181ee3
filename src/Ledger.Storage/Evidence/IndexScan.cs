using Ledger.Storage.KeyValue;
using Ledger.Storage.Schema;

namespace Ledger.Storage.Evidence;

/// <summary>Walks the leaves that one of the evidence indexes names for a text or digest, in either direction.</summary>
/// <remarks>Not thread-safe. The runs of one short hash follow each other and never overlap.</remarks>
internal sealed class IndexScan : IDisposable
{
    private readonly DatabaseIterator _iterator;
    private readonly byte[] _shortHash;
    private readonly ulong _from;
    private readonly ulong _to;
    private readonly bool _newestFirst;

    // Bound: IndexRun.MaxLeaves.
    private readonly List<ulong> _run = [];
    private int _next;
    private bool _began;

    /// <param name="scope">What is read.</param>
    /// <param name="family">The index.</param>
    /// <param name="shortHash">What is looked for.</param>
    /// <param name="from">The first log index.</param>
    /// <param name="to">The log index after the last.</param>
    /// <param name="newestFirst">The direction.</param>
    public IndexScan(
        ReadScope scope, ColumnFamily family, byte[] shortHash, ulong from, ulong to, bool newestFirst)
    {
        _shortHash = shortHash;
        _from = from;
        _to = to;
        _newestFirst = newestFirst;
        // A run that began before the first index wanted may reach into the range.
        _iterator = scope.Iterate(
            family, new KeyRange(LedgerSchema.EntryKey(shortHash, 0), LedgerSchema.EntryKey(shortHash, to)));
    }

    /// <summary>The next log index; null at the end.</summary>
    public ulong? Next()
    {
        while (true)
        {
            while (_next < _run.Count)
            {
                var index = _newestFirst ? _run[_run.Count - 1 - _next] : _run[_next];
                _next++;
                if (index >= _from && index < _to) return index;
            }

            if (!Move()) return null;
            _run.Clear();
            _next = 0;
            // Damage is for verification to report; a query goes on with what can be read.
            IndexRun.TryRead(LedgerSchema.EntryIndex(_iterator.Key).Value, _iterator.Value, _run);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _iterator.Dispose();

    private bool Move()
    {
        if (_began)
        {
            // Below the range's first run nothing is wanted any more.
            if (_newestFirst) return _run[0] > _from && _iterator.MovePrevious();
            return _iterator.MoveNext();
        }

        _began = true;
        if (_newestFirst) return _iterator.SeekToLast();
        return _iterator.SeekForPrevious(LedgerSchema.EntryKey(_shortHash, _from)) || _iterator.SeekToFirst();
    }
}
