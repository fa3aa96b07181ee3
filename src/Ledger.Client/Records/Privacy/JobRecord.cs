// Made from the catalogue by the tests of Ledger.Client, with LEDGER_REWRITE=1. Do not edit.
using Ledger.Core.Evidence;

namespace Ledger.Client.Records.Privacy;

/// <summary>
/// Privacy-computing job (隐私计算任务): records of the type <c>privacy.job</c>.
/// </summary>
/// <remarks>In one of the roles provider, consumer, operator, developer, platform, insurer.</remarks>
public static class JobRecord
{
    /// <summary>The type's code.</summary>
    public const string Type = "privacy.job";

    /// <summary>A record of the action <c>create</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the job or the authorisation it runs on.</param>
    /// <param name="technique">How privacy is kept: mpc, federated-learning, tee, psi, homomorphic,
    /// differential-privacy, pir.</param>
    /// <param name="job">Number of the job.</param>
    /// <param name="records">Number of records computed on.</param>
    /// <param name="digests">Digests of what it is about; 1 at least.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Create(
        RecordAuthor by,
        string subject,
        string technique,
        string job,
        IReadOnlyList<EvidenceDigest> digests,
        long? records = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "create", by, subject)
            .Text("technique", technique, required: true)
            .Text("job", job, required: true)
            .Integer("records", records)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>authorise</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the job or the authorisation it runs on.</param>
    /// <param name="job">Number of the job.</param>
    /// <param name="technique">How privacy is kept: mpc, federated-learning, tee, psi, homomorphic,
    /// differential-privacy, pir.</param>
    /// <param name="records">Number of records computed on.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on; 1 at least.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Authorise(
        RecordAuthor by,
        string subject,
        string job,
        IReadOnlyList<EvidenceId> links,
        string? technique = null,
        long? records = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "authorise", by, subject)
            .Text("job", job, required: true)
            .Text("technique", technique)
            .Integer("records", records)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>start</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the job or the authorisation it runs on.</param>
    /// <param name="job">Number of the job.</param>
    /// <param name="technique">How privacy is kept: mpc, federated-learning, tee, psi, homomorphic,
    /// differential-privacy, pir.</param>
    /// <param name="records">Number of records computed on.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Start(
        RecordAuthor by,
        string subject,
        string job,
        string? technique = null,
        long? records = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "start", by, subject)
            .Text("job", job, required: true)
            .Text("technique", technique)
            .Integer("records", records)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>finish</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the job or the authorisation it runs on.</param>
    /// <param name="job">Number of the job.</param>
    /// <param name="technique">How privacy is kept: mpc, federated-learning, tee, psi, homomorphic,
    /// differential-privacy, pir.</param>
    /// <param name="records">Number of records computed on.</param>
    /// <param name="digests">Digests of what it is about; 1 at least.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Finish(
        RecordAuthor by,
        string subject,
        string job,
        IReadOnlyList<EvidenceDigest> digests,
        string? technique = null,
        long? records = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "finish", by, subject)
            .Text("job", job, required: true)
            .Text("technique", technique)
            .Integer("records", records)
            .Make(digests, links, more);

    /// <summary>A record of the action <c>fail</c>.</summary>
    /// <param name="by">Who acted, in which role.</param>
    /// <param name="subject">The business key of the job or the authorisation it runs on.</param>
    /// <param name="job">Number of the job.</param>
    /// <param name="technique">How privacy is kept: mpc, federated-learning, tee, psi, homomorphic,
    /// differential-privacy, pir.</param>
    /// <param name="records">Number of records computed on.</param>
    /// <param name="digests">Digests of what it is about.</param>
    /// <param name="links">Earlier evidence that it builds on.</param>
    /// <param name="more">Common attributes, and the sender's own (<c>x-…</c>).</param>
    /// <exception cref="ArgumentException">A value is missing or not allowed.</exception>
    public static EvidenceRecord Fail(
        RecordAuthor by,
        string subject,
        string job,
        string? technique = null,
        long? records = null,
        IReadOnlyList<EvidenceDigest>? digests = null,
        IReadOnlyList<EvidenceId>? links = null,
        IReadOnlyList<EvidenceAttribute>? more = null) =>
        new RecordMaker(Type, "fail", by, subject)
            .Text("job", job, required: true)
            .Text("technique", technique)
            .Integer("records", records)
            .Make(digests, links, more);
}
