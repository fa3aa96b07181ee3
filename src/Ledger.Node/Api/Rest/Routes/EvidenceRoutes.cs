using Google.Protobuf;
using Ledger.Core.Api.V1;
using Ledger.Core.Evidence;
using Ledger.Core.Portable;
using Ledger.Core.Receipts;
using Ledger.Node.Api.Rest.Forms;
using Ledger.Storage.Evidence;

namespace Ledger.Node.Api.Rest.Routes;

/// <summary>Evidence, its receipts, and the log that it is in.</summary>
internal static class EvidenceRoutes
{
    private static readonly string[] Questions = ["subject", "digest", "actor", "type"];

    // Further forms of a receipt are added here.
    private static readonly (RestMedia Media, Func<ByteString, ReadOnlyMemory<byte>> Write)[] ReceiptForms =
    [
        (new(MediaTypes.Json, null, "A file of format ledger-receipt/1."), FileOf),
        (new(MediaTypes.Protobuf, null, "ledger.core.v1.Receipt."), encoded => encoded.Memory),
    ];

    // The node's own of the several that make a quorum.
    private static readonly RestMedia CoseForm = new(
        CoseReceipts.OneMediaType, null, "This validator's COSE receipt (RFC 9942): one of a quorum.");

    public static IEnumerable<RestRoute> Make(RestHandlers handlers)
    {
        yield return Query(handlers);
        yield return Get(handlers);
        yield return Receipt(
            handlers, "/v1/evidence/{evidenceId}/receipt", "getReceipt", Known.EvidenceId,
            arguments => new GetReceiptRequest { Evidence = RefOf(arguments.EvidenceId("evidenceId")) });
        yield return Receipt(
            handlers, "/v1/log/{logIndex}/receipt", "getReceiptByLogIndex",
            new("logIndex", ParameterPlace.Path, ParameterKind.Number, "The record's place in the log.", "0",
                Known.MaxNumber),
            arguments => new GetReceiptRequest { LogIndex = arguments.Number("logIndex") });
        yield return Consistency(handlers);
    }

    private static RestRoute Query(RestHandlers handlers) => new()
    {
        Method = "GET",
        Path = "/v1/evidence",
        Id = "queryEvidence",
        Tag = "evidence",
        Summary = "Evidence by subject, digest, actor or type, a page at a time.",
        Description = "One of subject, digest, actor and type, or a time span alone. A page may be empty and not be "
            + "the last: go on while there is a nextCursor.",
        Parameters =
        [
            Known.Text("subject", "The business subject whose timeline is wanted.", "order-7"),
            new("digest", ParameterPlace.Query, ParameterKind.Hex, "A digest that the record holds.", Known.ExampleHash,
                EvidenceLimits.DigestBytes),
            Known.Text("actor", "Who acted.", "org-a"),
            Known.Text("type", "A type of the catalogue.", "trade.payment"),
            Known.Time("from", "Consensus time from which on, inclusive."),
            Known.Time("to", "Consensus time until which, exclusive."),
            new("order", ParameterPlace.Query, ParameterKind.Choice,
                "Which come first; oldest unless it is given. A cursor belongs to its order.", "newest",
                Words: ["oldest", "newest"]),
            Known.Limit(LeafRange.MaxLimit, 100),
            Known.Cursor,
            Known.MinHeight,
        ],
        Answers = [RestMedia.Json(RestJson.Shared.EvidencePage)],
        Reasons = ["BEFORE_HISTORY", "BEHIND"],
        Handle = async request =>
        {
            if (RequestOf(request.Arguments) is not { } query)
            {
                return Statuses.InvalidArgument(
                    "say what to look for by one of " + string.Join(", ", Questions) + ", not by several");
            }

            var found = await handlers.Evidence.QueryEvidence(query, request.Call).ConfigureAwait(false);
            return RestAnswer.Of(found, page => RestAnswer.Json(
                new EvidencePage(
                    [.. page.Evidence.Select(e => EvidenceForms.Of(e, handlers.Suite.Hash))], Cursors.Write(page.NextCursor)),
                RestJson.Shared.EvidencePage));
        },
    };

    private static QueryEvidenceRequest? RequestOf(RestArguments arguments)
    {
        var query = new QueryEvidenceRequest
        {
            FromTimeMs = arguments.Time("from"),
            ToTimeMs = arguments.Time("to"),
            PageSize = arguments.Small("limit"),
            Cursor = arguments.Bytes("cursor"),
            MinHeight = arguments.Number("minHeight"),
            NewestFirst = arguments.Text("order") == "newest",
        };
        var asked = Questions.Where(arguments.Has).ToList();
        if (asked.Count > 1) return null;
        switch (asked.FirstOrDefault())
        {
            case "subject": query.Subject = arguments.Text("subject"); break;
            case "digest": query.Digest = arguments.Bytes("digest"); break;
            case "actor": query.Actor = arguments.Text("actor"); break;
            case "type": query.Type = arguments.Text("type"); break;
        }

        return query;
    }

    private static RestRoute Get(RestHandlers handlers) => new()
    {
        Method = "GET",
        Path = "/v1/evidence/{evidenceId}",
        Id = "getEvidence",
        Tag = "evidence",
        Summary = "One evidence record.",
        Parameters = [Known.EvidenceId, Known.MinHeight],
        Answers = [RestMedia.Json(RestJson.Shared.EvidenceForm)],
        Reasons = ["NOT_FOUND", "BEFORE_HISTORY", "BEHIND"],
        Handle = async request =>
        {
            var found = await handlers.Evidence.GetEvidence(
                new GetEvidenceRequest
                {
                    Evidence = RefOf(request.Arguments.EvidenceId("evidenceId")),
                    MinHeight = request.Arguments.Number("minHeight"),
                },
                request.Call).ConfigureAwait(false);
            return RestAnswer.Of(found, e => RestAnswer.Json(
                EvidenceForms.Of(e, handlers.Suite.Hash), RestJson.Shared.EvidenceForm, isImmutable: true));
        },
    };

    private static RestRoute Receipt(
        RestHandlers handlers, string path, string id, RestParameter which, Func<RestArguments, GetReceiptRequest> ask) =>
        new()
        {
            Method = "GET",
            Path = path,
            Id = id,
            Tag = "evidence",
            Summary = "The receipt of one evidence record, verifiable offline.",
            Parameters = [which, Known.MinHeight],
            Answers = [.. ReceiptForms.Select(f => f.Media), CoseForm],
            Reasons = ["NOT_FOUND", "BEFORE_HISTORY", "BEHIND", "NOT_VALIDATOR"],
            Handle = async request =>
            {
                var wanted = ask(request.Arguments);
                wanted.MinHeight = request.Arguments.Number("minHeight");
                var found = await handlers.Evidence.GetReceipt(wanted, request.Call).ConfigureAwait(false);
                if (request.Answer == CoseForm.MediaType && found.Value is { } receipt)
                {
                    return RestAnswer.Of(
                        await handlers.Attestations.CoseReceiptOf(receipt.Receipt.Memory, request.Call)
                            .ConfigureAwait(false),
                        cose => RestAnswer.Bytes(request.Answer, cose, isImmutable: true));
                }

                if (found.Value is null) return found.Status;
                var form = ReceiptForms.First(f => f.Media.MediaType == request.Answer);
                return RestAnswer.Of(
                    found, r => RestAnswer.Bytes(request.Answer, form.Write(r.Receipt), isImmutable: true));
            },
        };

    private static RestRoute Consistency(RestHandlers handlers) => new()
    {
        Method = "GET",
        Path = "/v1/log/consistency",
        Id = "getConsistencyProof",
        Tag = "evidence",
        Summary = "Proof that the log of one size is a prefix of the log of another (RFC 9162, 2.1.4).",
        Parameters =
        [
            Known.Number("from", "The size that is known; 0 unless it is given.", "0"),
            Known.Number("to", "The size of the block's log, which it is unless it is given.", "0"),
            Known.Number("toHeight", "The block whose log is the later one; the newest certified unless it is given.", "0"),
        ],
        Answers = [RestMedia.Json(RestJson.Shared.ConsistencyForm)],
        Reasons = ["NO_CERTIFIED_BLOCK", "NOT_FOUND", "TRY_AGAIN", "BEFORE_HISTORY"],
        Handle = async request =>
        {
            var found = await handlers.Chain.GetConsistencyProof(
                new GetConsistencyProofRequest
                {
                    FromSize = request.Arguments.Number("from"),
                    ToSize = request.Arguments.Number("to"),
                    ToHeight = request.Arguments.Number("toHeight"),
                },
                request.Call).ConfigureAwait(false);
            return RestAnswer.Of(found, p => RestAnswer.Json(
                new ConsistencyForm(
                    p.FromSize, p.ToSize, [.. p.Path.Select(FormText.Hex)],
                    BlockForms.Of(p.Header, p.Certificate, handlers.Suite.Hash)),
                RestJson.Shared.ConsistencyForm));
        },
    };

    private static EvidenceRef RefOf(EvidenceId id) =>
        new() { TransactionId = ApiBytes.Of(id.TransactionId), RecordIndex = id.RecordIndex };

    private static ReadOnlyMemory<byte> FileOf(ByteString encoded) =>
        Core.Receipts.Receipt.TryDecode(encoded.Span, out var receipt, out var error)
            ? ReceiptJson.Write(receipt)
            : throw new UndecodableException($"a receipt: {error}");
}
