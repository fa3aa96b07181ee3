namespace Ledger.Storage.Verify;

/// <summary>Something on disk that is not as it must be.</summary>
/// <param name="Family">The column family; <c>files</c> when the database cannot be opened.</param>
/// <param name="Key">The key in hexadecimal; empty when the whole family is unreadable.</param>
/// <param name="Height">The block it belongs to, where known.</param>
/// <param name="Problem">What is wrong, as a sentence without a full stop.</param>
public sealed record VerifyFinding(string Family, string Key, ulong? Height, string Problem)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"{Family} {(Key.Length == 0 ? "-" : Key)}{(Height is { } height ? $" (height {height})" : "")}: {Problem}";
}

/// <summary>The outcome of a verification.</summary>
public sealed record VerifyReport
{
    /// <summary>Most findings that a report lists.</summary>
    public const int MaxFindings = 1000;

    /// <summary>What was found, in the order of the checks. Empty: the database is sound.</summary>
    public required IReadOnlyList<VerifyFinding> Findings { get; init; }

    /// <summary>Whether more was found than is listed.</summary>
    public bool Truncated { get; init; }

    /// <summary>Number of blocks checked.</summary>
    public ulong Blocks { get; init; }

    /// <summary>Number of blocks that have a certificate; the newest may have none yet.</summary>
    public ulong CertifiedBlocks { get; init; }

    /// <summary>Number of transactions checked.</summary>
    public ulong Transactions { get; init; }

    /// <summary>Number of leaves checked.</summary>
    public ulong Leaves { get; init; }

    /// <summary>Number of keys of the state checked.</summary>
    public ulong StateKeys { get; init; }

    /// <summary>Number of votes checked.</summary>
    public ulong Votes { get; init; }

    /// <summary>Whether nothing is wrong.</summary>
    public bool IsSound => Findings.Count == 0;
}

/// <summary>How far a verification is.</summary>
/// <param name="Stage">What is being checked.</param>
/// <param name="Done">How much of it.</param>
/// <param name="Total">Of how much; 0 when not known.</param>
public readonly record struct VerifyProgress(string Stage, ulong Done, ulong Total);
