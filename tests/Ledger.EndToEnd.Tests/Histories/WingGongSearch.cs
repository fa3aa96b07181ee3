using System.Diagnostics.CodeAnalysis;

using Ledger.Testing.Histories;

namespace Ledger.EndToEnd.Tests.Histories;

/// <summary>
/// The search of Wing and Gong (1993) with the memory of Lowe (2017), for any kind of object: an operation may be next in
/// the order when no other that is still to come ended before it began; a set of operations done and the list that they led
/// to is looked at once. It takes exponential time, and what it decides is beyond doubt: what the checker is held against.
/// </summary>
internal static class WingGongSearch
{
    /// <summary>Whether there is an order of all operations that explains them.</summary>
    public static bool FindsOrder(IEnumerable<TimelineOperation> history) => new Search(history).Run();

    private sealed class Search
    {
        private readonly TimelineOperation[] _operations;

        // Lists are numbered, so that two can be compared; 0 is the empty one.
        private readonly Dictionary<(int List, int Record), int> _lists = [];
        private readonly Dictionary<ReadOperation, int> _reads = [];
        private readonly HashSet<(Done, int)> _visited = [];

        public Search(IEnumerable<TimelineOperation> history)
        {
            _operations = [.. history.OrderBy(o => o.Invoked)];
            foreach (var read in _operations.OfType<ReadOperation>())
                _reads[read] = read.Seen.Aggregate(0, Append);
        }

        public bool Run()
        {
            var returned = _operations.Count(o => o.Returned != TimelineOperation.Never);
            var stack = new Stack<(Done Done, int List, int Count)>();
            stack.Push((new Done(_operations.Length), 0, 0));
            while (stack.TryPop(out var at))
            {
                if (at.Count == returned) return true;
                foreach (var next in Candidates(at.Done))
                {
                    if (Apply(next, at.List) is not { } list) continue;
                    var done = at.Done.With(next);
                    var count = at.Count + (_operations[next].Returned == TimelineOperation.Never ? 0 : 1);
                    if (_visited.Add((done, list))) stack.Push((done, list, count));
                }
            }

            return false;
        }

        private int Append(int list, int record)
        {
            if (!_lists.TryGetValue((list, record), out var next)) _lists[(list, record)] = next = _lists.Count + 1;
            return next;
        }

        // The list after the operation; null when it cannot have happened here.
        private int? Apply(int index, int list) => _operations[index] switch
        {
            AppendOperation append => Append(list, append.Record),
            ReadOperation read when _reads[read] == list => list,
            _ => null,
        };

        // What began before anything else that is still to come has ended.
        private IEnumerable<int> Candidates(Done done)
        {
            var end = long.MaxValue;
            for (var i = 0; i < _operations.Length && _operations[i].Invoked <= end; i++)
            {
                if (done.Has(i)) continue;
                end = Math.Min(end, _operations[i].Returned);
            }

            for (var i = 0; i < _operations.Length && _operations[i].Invoked <= end; i++)
            {
                if (!done.Has(i)) yield return i;
            }
        }
    }

    // A set of operations, compared by what is in it.
    private readonly struct Done : IEquatable<Done>
    {
        private readonly ulong[] _bits;

        public Done(int count) => _bits = new ulong[(count + 63) / 64];

        private Done(ulong[] bits) => _bits = bits;

        public bool Has(int index) => (_bits[index / 64] >> (index % 64) & 1) != 0;

        public Done With(int index)
        {
            var bits = (ulong[])_bits.Clone();
            bits[index / 64] |= 1UL << (index % 64);
            return new Done(bits);
        }

        public bool Equals(Done other) => _bits.AsSpan().SequenceEqual(other._bits);

        public override bool Equals([NotNullWhen(true)] object? obj) => obj is Done other && Equals(other);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            foreach (var word in _bits) hash.Add(word);
            return hash.ToHashCode();
        }
    }
}
