using Ledger.Core.Grpc;
using Ledger.Core.Membership;
using Ledger.Node.Api.Callers;
using Ledger.Node.Execution;
using Ledger.Storage;

namespace Ledger.Node.Api.Reading;

/// <summary>
/// Who may read what, as genesis says: everything where it says nothing, or for the roles that it names. The others
/// read what their member sent, the timelines in which it took part, and what they can name by its digest or id.
/// </summary>
/// <remarks>
/// Stateless and safe for concurrent use. Asked by the handlers that all protocols share, and nowhere else.
/// docs/spec/callers.md, "Reading".
/// </remarks>
/// <param name="store">The store.</param>
/// <param name="chain">The chain.</param>
/// <param name="timelineRecords">
/// So many records of a timeline are looked at to find out whether a member took part in it.
/// </param>
internal sealed class ReadingPolicy(
    LedgerStore store, ChainView chain, int timelineRecords = ReadingPolicy.DefaultTimelineRecords)
{
    /// <summary>Far longer than timelines of orders, trips or claims are, and a few milliseconds of reading.</summary>
    public const int DefaultTimelineRecords = 10_000;

    private readonly ReadingParameters? _parameters = store.Genesis.Parameters.Reading;

    /// <summary>Whether the caller reads everything.</summary>
    public bool ReadsAll(ApiCall call) =>
        _parameters is null || (call.Caller is { } caller && _parameters.Allows(caller.Member));

    /// <summary>Why the caller may not read what only those may that read everything; null when it may.</summary>
    public RpcStatus? RefuseUnlessAll(ApiCall call, string what) => ReadsAll(call) ? null : Refusal(what);

    /// <summary>Why the caller may not read a subject's timeline; null when it may.</summary>
    public RpcStatus? RefuseTimeline(ApiCall call, string subject)
    {
        if (ReadsAll(call)) return null;
        if (call.Caller is { } caller && TookPart(caller, subject, out _)) return null;
        // Where its history began, this node cannot know.
        return store.FirstLeaf > 0 && store.Base is { } began
            ? Statuses.BeforeHistory(began)
            : Refusal("the timeline of a subject");
    }

    /// <summary>What of a search the caller is shown; null when all of it.</summary>
    public ReadingFilter? FilterFor(ApiCall call) => ReadsAll(call) ? null : new ReadingFilter(this, call.Caller);

    /// <summary>So many records of a timeline are looked at.</summary>
    internal int TimelineRecords => timelineRecords;

    internal bool TookPart(Caller caller, string subject, out int lookedAt) => store.Live.Evidence.TookPart(
        subject, caller.Member.Id, chain.Certified.Header.LogSize, timelineRecords, out lookedAt);

    private RpcStatus Refusal(string what) => new(
        GrpcStatusCode.PermissionDenied,
        $"on this channel members with one of the roles {string.Join(", ", _parameters!.Roles)} read everything; others "
        + $"do not read {what} unless they took part or can name it by its digest or id",
        "NOT_PERMITTED");
}
