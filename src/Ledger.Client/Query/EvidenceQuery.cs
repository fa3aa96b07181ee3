using Ledger.Core.Api.V1;
using Ledger.Core.Blocks;
using Ledger.Core.Evidence;

namespace Ledger.Client.Query;

/// <summary>
/// Which evidence is asked for: by one of subject, digest, actor and type, or by
/// time alone; time bounds any of them. Immutable.
/// </summary>
public sealed record EvidenceQuery
{
    private EvidenceQuery()
    {
    }

    /// <summary>The subject, when that is asked for.</summary>
    public string? Subject { get; private init; }

    /// <summary>The digest, when that is asked for.</summary>
    public ReadOnlyMemory<byte> Digest { get; private init; }

    /// <summary>The actor, when that is asked for.</summary>
    public string? Actor { get; private init; }

    /// <summary>The type, when that is asked for.</summary>
    public string? Type { get; private init; }

    /// <summary>Consensus time from which on, inclusive; 0 = from the beginning.</summary>
    public Timestamp From { get; init; }

    /// <summary>Consensus time before which; 0 = to the end.</summary>
    public Timestamp To { get; init; }

    /// <summary>Entries fetched with one call, 1 to 1000.</summary>
    public int PageSize { get; init; } = 200;

    /// <summary>
    /// The answer holds at least what is recorded up to this block: a node that is not so far is passed over. Defaults to
    /// 0: whatever the node has, which may be older than what another node showed.
    /// </summary>
    public BlockHeight AtLeast { get; init; }

    /// <summary>The timeline of a subject.</summary>
    public static EvidenceQuery BySubject(string subject) => new() { Subject = subject };

    /// <summary>Everything that carries a digest: "has this ever been anchored, by whom, when?"</summary>
    public static EvidenceQuery ByDigest(ReadOnlyMemory<byte> digest) => new() { Digest = digest };

    /// <summary>Everything that an actor did.</summary>
    public static EvidenceQuery ByActor(string actor) => new() { Actor = actor };

    /// <summary>Everything of a type.</summary>
    public static EvidenceQuery ByType(string type) => new() { Type = type };

    /// <summary>Everything; bound it with <see cref="From"/> or <see cref="To"/>.</summary>
    public static EvidenceQuery ByTime() => new();

    internal QueryEvidenceRequest ToRequest()
    {
        var request = new QueryEvidenceRequest
        {
            FromTimeMs = From.UnixMilliseconds,
            ToTimeMs = To.UnixMilliseconds,
            PageSize = (uint)PageSize,
            MinHeight = AtLeast.Value,
        };
        if (Subject is not null) request.Subject = Subject;
        else if (Actor is not null) request.Actor = Actor;
        else if (Type is not null) request.Type = Type;
        else if (!Digest.IsEmpty) request.Digest = Google.Protobuf.ByteString.CopyFrom(Digest.Span);
        return request;
    }

    /// <summary>Whether a record is what was asked for; a node that answers with another is faulty.</summary>
    internal bool Fits(EvidenceRecord record)
    {
        if (Subject is not null) return record.Subject == Subject;
        if (Actor is not null) return record.Actor == Actor;
        if (Type is not null) return record.Type == Type;
        return Digest.IsEmpty || record.Digests.Any(d => d.Value.Span.SequenceEqual(Digest.Span));
    }

    /// <summary>Whether a consensus time is within the bounds.</summary>
    public bool FitsTime(Timestamp time) => time >= From && (To.UnixMilliseconds == 0 || time < To);
}
