namespace Ledger.Testing.Histories;

/// <summary>
/// What one client did with one subject's timeline, and when, on a clock that all clients share. A timeline is a list to
/// which anchoring appends and that reading returns whole.
/// </summary>
/// <param name="Client">Who; a client does one thing at a time.</param>
/// <param name="Invoked">When it began.</param>
/// <param name="Returned">
/// When it ended; <see cref="Never"/> when the outcome is not known: then it may take effect at any time, or never.
/// </param>
public abstract record TimelineOperation(int Client, long Invoked, long Returned)
{
    /// <summary>The end of an operation of which the outcome is not known.</summary>
    public const long Never = long.MaxValue;
}

/// <summary>A record was anchored, or may have been.</summary>
/// <param name="Client">Who.</param>
/// <param name="Invoked">When it began.</param>
/// <param name="Returned">When it was acknowledged.</param>
/// <param name="Record">The record's number; each is anchored by one operation only.</param>
public sealed record AppendOperation(int Client, long Invoked, long Returned, int Record)
    : TimelineOperation(Client, Invoked, Returned);

/// <summary>The timeline was read.</summary>
/// <param name="Client">Who.</param>
/// <param name="Invoked">When it began.</param>
/// <param name="Returned">When the answer came.</param>
/// <param name="Seen">The records of the answer, in its order.</param>
public sealed record ReadOperation(int Client, long Invoked, long Returned, IReadOnlyList<int> Seen)
    : TimelineOperation(Client, Invoked, Returned);

/// <summary>Whether a history is what clients were promised.</summary>
/// <param name="Holds">Whether it is.</param>
/// <param name="Detail">Otherwise what is wrong with it; a sentence.</param>
public sealed record HistoryVerdict(bool Holds, string Detail)
{
    /// <summary>It is.</summary>
    public static readonly HistoryVerdict Good = new(true, "");
}
