namespace Ledger.Node.Sync;

/// <summary>Why an answer of a peer was refused. Each is the peer's fault, never the network's.</summary>
internal enum SyncFault
{
    /// <summary>Nothing is wrong.</summary>
    None = 0,

    /// <summary>The bytes are not an answer of this protocol.</summary>
    NotAnAnswer,

    /// <summary>The answer holds more than was asked for.</summary>
    TooMuch,

    /// <summary>A header does not decode.</summary>
    MalformedHeader,

    /// <summary>A header is another channel's, has another height, or does not name the one below it.</summary>
    NotNext,

    /// <summary>A header is of an epoch that cannot be at its height.</summary>
    OtherEpoch,

    /// <summary>A certificate does not hold under the validators of its epoch.</summary>
    NotCertified,

    /// <summary>The transactions are not those that the header commits to.</summary>
    OtherTransactions,

    /// <summary>A transaction is none of this channel's rules, so no quorum can have prepared it.</summary>
    BadTransaction,

    /// <summary>A transaction's signature is not its sender's.</summary>
    BadSignature,

    /// <summary>A snapshot's manifest does not hold.</summary>
    BadManifest,

    /// <summary>A chunk is of another snapshot than was asked for.</summary>
    OtherSnapshot,

    /// <summary>A chunk holds a key that lies outside its range.</summary>
    OutsideRange,

    /// <summary>A chunk's keys are not ascending: one is doubled, or out of place.</summary>
    NotAscending,

    /// <summary>A chunk's entries do not have the state's root: one is missing, added or changed.</summary>
    OtherState,

    /// <summary>A range is said to be too large that cannot be.</summary>
    TooDeep,

    /// <summary>The answer ends before it is full, and before what was asked for ends.</summary>
    TooLittle,

    /// <summary>Leaves are not those of the log: one is missing, added, changed or out of place.</summary>
    OtherLeaves,
}

/// <summary>The texts for people.</summary>
internal static class SyncFaults
{
    /// <summary>What is wrong, for the log.</summary>
    public static string Describe(this SyncFault fault) => fault switch
    {
        SyncFault.None => "nothing is wrong",
        SyncFault.NotAnAnswer => "not an answer of this protocol",
        SyncFault.TooMuch => "more than was asked for",
        SyncFault.MalformedHeader => "malformed header",
        SyncFault.NotNext => "not the next block of this channel",
        SyncFault.OtherEpoch => "another epoch",
        SyncFault.NotCertified => "certificate does not hold",
        SyncFault.OtherTransactions => "transactions are not those of the header",
        SyncFault.BadTransaction => "a transaction breaks the channel's rules",
        SyncFault.BadSignature => "a transaction's signature is not its sender's",
        SyncFault.BadManifest => "a snapshot's manifest does not hold",
        SyncFault.OtherSnapshot => "a chunk of another snapshot",
        SyncFault.OutsideRange => "a chunk with keys outside its range",
        SyncFault.NotAscending => "a chunk whose keys are not ascending",
        SyncFault.OtherState => "a chunk that does not have the state's root",
        SyncFault.TooDeep => "a range that cannot be too large is said to be",
        SyncFault.TooLittle => "less than fits an answer",
        SyncFault.OtherLeaves => "leaves that do not have the log's root",
        _ => fault.ToString(),
    };
}
