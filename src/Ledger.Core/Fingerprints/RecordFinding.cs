namespace Ledger.Core.Fingerprints;

/// <summary>What was done to a record of a disclosure.</summary>
public enum RecordFindingKind
{
    /// <summary>The record, or its salt, is not the one that was fingerprinted at this index.</summary>
    Changed = 1,

    /// <summary>The record at this index is left out.</summary>
    Missing,

    /// <summary>A record that is shown at this index is no part of the range, or is shown a second time.</summary>
    Added,

    /// <summary>The records at two indices changed places.</summary>
    Exchanged,

    /// <summary>The record of this index is shown at another.</summary>
    Moved,
}

/// <summary>One thing that was done to the records of a disclosure.</summary>
/// <param name="Kind">What was done.</param>
/// <param name="Index">Index in the data set of the record that it was done to.</param>
/// <param name="Other">The other index: of the record that it was exchanged with, where it is shown, or which one it
/// repeats.</param>
public readonly record struct RecordFinding(RecordFindingKind Kind, ulong Index, ulong? Other = null)
{
    /// <summary>The finding as a clause for people.</summary>
    public override string ToString() => Kind switch
    {
        RecordFindingKind.Changed => $"record {Index} was changed (it, or its salt)",
        RecordFindingKind.Missing => $"record {Index} is missing",
        RecordFindingKind.Added when Other is { } twin => $"record {twin} is shown a second time, at {Index}",
        RecordFindingKind.Added => $"what is shown at {Index} was added",
        RecordFindingKind.Exchanged => $"records {Index} and {Other} are exchanged",
        _ => $"record {Index} was moved to {Other}",
    };
}
