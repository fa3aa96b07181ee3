using Ledger.Core.Evidence;
using Ledger.Storage.Blocks;

namespace Ledger.Storage.Evidence;

/// <summary>
/// Reads the records that leaf pointers lead to. Remembers the last transaction, because neighbours share it.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class RecordReader(ReadScope scope)
{
    private readonly BlockReader _blocks = new(scope);
    private (TransactionPlace Place, LeafSource? Source)? _last;

    /// <summary>The record; null when the pointer does not lead to one.</summary>
    public EvidenceRecord? Read(in LeafPointer pointer)
    {
        var place = new TransactionPlace(pointer.Height, pointer.Position);
        if (_last is not { } known || known.Place != place) _last = known = (place, SourceAt(place));
        return known.Source is { } source && pointer.RecordIndex < (uint)source.Items.Count
            ? source.Items[(int)pointer.RecordIndex].Record
            : null;
    }

    private LeafSource? SourceAt(TransactionPlace place)
    {
        try
        {
            return _blocks.SourceAt(place);
        }
        catch (StorageException)
        {
            return null;
        }
    }
}
