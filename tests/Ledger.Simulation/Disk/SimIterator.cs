using Ledger.Storage.KeyValue;

namespace Ledger.Simulation.Disk;

/// <summary>Walks a family of the simulated disk. Each move is a search from the root.</summary>
internal sealed class SimIterator(SimEntry? root, int family, KeyRange range, string path) : DatabaseIterator
{
    private SimEntry? _at;

    public override bool Valid => _at is not null;

    public override ReadOnlySpan<byte> Key => At.Key;

    public override ReadOnlySpan<byte> Value => At.Value;

    private SimEntry At => _at ?? throw new InvalidOperationException("the iterator does not stand at a key");

    public override bool SeekToFirst() => Arrive(SimTree.Above(root, KeyOf(range.From.Span), orEqual: true));

    public override bool SeekToLast() => Arrive(range.To.IsEmpty
        ? SimTree.Below(root, new SimKey(family + 1, []), orEqual: false)
        : SimTree.Below(root, KeyOf(range.To.Span), orEqual: false));

    public override bool Seek(ReadOnlySpan<byte> key) => key.SequenceCompareTo(range.From.Span) < 0
        ? SeekToFirst()
        : Arrive(SimTree.Above(root, KeyOf(key), orEqual: true));

    public override bool SeekForPrevious(ReadOnlySpan<byte> key) =>
        !range.To.IsEmpty && key.SequenceCompareTo(range.To.Span) >= 0
            ? SeekToLast()
            : Arrive(SimTree.Below(root, KeyOf(key), orEqual: true));

    public override bool MoveNext() => Arrive(SimTree.Above(root, KeyOf(At.Key), orEqual: false));

    public override bool MovePrevious() => Arrive(SimTree.Below(root, KeyOf(At.Key), orEqual: false));

    public override void Dispose() => _at = null;

    private SimKey KeyOf(ReadOnlySpan<byte> key) => new(family, key);

    private bool Arrive(SimEntry? node)
    {
        var inside = node is not null
            && node.Family == family
            && node.Key.AsSpan().SequenceCompareTo(range.From.Span) >= 0
            && (range.To.IsEmpty || node.Key.AsSpan().SequenceCompareTo(range.To.Span) < 0);
        _at = inside ? node : null;
        if (_at is not null) SimDatabase.RequireSound(_at, path);
        return inside;
    }
}
