// Made from the catalogue by the tests of Ledger.Client, with LEDGER_REWRITE=1. Do not edit.
using Ledger.Core.Evidence;

namespace Ledger.Client.Records.Privacy;

/// <summary>
/// Query condition (查询条件存证): records of the type <c>privacy.query</c>.
/// </summary>
/// <remarks>In one of the roles consumer, operator, developer, platform, insurer.</remarks>
public static class QueryRecord
{
    /// <summary>The type's code.</summary>
    public const string Type = "privacy.query";

    /// <summary>A record of the action <c>query</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the job or authorisation.</param>
    /// <param name="condition">Ciphertext of the query condition.</param>
    /// <param name="keyId">Which key it is encrypted to.</param>
    /// <param name="results">Number of results.</param>
    /// <param name="digests">Digests of what it is about; 1 at least.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Query(
        RecordAuthor by,
        string subject,
        IReadOnlyList<EvidenceDigest> digests,
        ReadOnlyMemory<byte>? condition = null,
        string? keyId = null,
        long? results = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "query", by, subject)
            .Bytes("condition", condition)
            .Text("key_id", keyId)
            .Integer("results", results)
            .Make(digests, links, more);
}
