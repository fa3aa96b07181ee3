namespace Ledger.Node.Sync;

/// <summary>
/// A part of a snapshot that is fetched in pieces from several peers and handed out in order: what
/// <see cref="SnapshotJoin"/> does one after the other. Pure and not thread-safe.
/// </summary>
internal interface IJoinFetch
{
    /// <summary>Whether everything was handed out.</summary>
    bool IsDone { get; }

    /// <summary>Answers in a row that said that it is not there; 0 where that cannot be for ever.</summary>
    int Lacking { get; }

    /// <summary>Time passed.</summary>
    void OnTick(long now, List<JoinEffect> effects);

    /// <summary>A peer did not answer.</summary>
    void OnFailed(long id, long now);

    /// <summary>A peer answered.</summary>
    void OnAnswered(long id, ReadOnlyMemory<byte> bytes, long now, List<JoinEffect> effects);

    /// <summary>Hands out what is next, and asks for more.</summary>
    void Continue(long now, List<JoinEffect> effects);
}
