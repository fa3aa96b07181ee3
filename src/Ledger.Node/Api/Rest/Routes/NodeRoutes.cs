using Ledger.Core.Api.V1;
using Ledger.Node.Api.Rest.Forms;

namespace Ledger.Node.Api.Rest.Routes;

/// <summary>How the node is doing, and what it knows of the validators' conduct.</summary>
internal static class NodeRoutes
{
    public static IEnumerable<RestRoute> Make(RestHandlers handlers)
    {
        yield return Status(handlers);
        yield return Faults(handlers);
        yield return Report(handlers);
    }

    private static RestRoute Status(RestHandlers handlers) => new()
    {
        Method = "GET",
        Path = "/v1/status",
        Id = "getStatus",
        Tag = "node",
        Summary = "How the node is doing.",
        Answers = [RestMedia.Json(RestJson.Shared.StatusForm)],
        Handle = async request =>
        {
            var found = await handlers.Status.GetStatus(new GetStatusRequest(), request.Call).ConfigureAwait(false);
            return RestAnswer.Of(
                found, s => RestAnswer.Json(ConductForms.Of(s, handlers.Suite), RestJson.Shared.StatusForm));
        },
    };

    private static RestRoute Faults(RestHandlers handlers) => new()
    {
        Method = "GET",
        Path = "/v1/faults",
        Id = "listFaults",
        Tag = "node",
        Summary = "Proofs of faults that this node keeps, a page at a time.",
        Parameters = [Known.Limit(100, 20), Known.Cursor],
        Answers = [RestMedia.Json(RestJson.Shared.FaultPage)],
        Handle = async request =>
        {
            var found = await handlers.Faults.ListFaults(
                new ListFaultsRequest
                {
                    PageSize = request.Arguments.Small("limit"),
                    Cursor = request.Arguments.Bytes("cursor"),
                },
                request.Call).ConfigureAwait(false);
            return RestAnswer.Of(found, page => RestAnswer.Json(
                new FaultPage(
                    [.. page.Proofs.Select(p => ConductForms.Fault(p.Memory))], Cursors.Write(page.NextCursor)),
                RestJson.Shared.FaultPage));
        },
    };

    private static RestRoute Report(RestHandlers handlers) => new()
    {
        Method = "GET",
        Path = "/v1/audit/report",
        Id = "getAuditReport",
        Tag = "node",
        Summary = "What an audit node checked and found in a period.",
        Description = "Other nodes refuse (NOT_AN_AUDIT_NODE).",
        Parameters =
        [
            Known.Time("from", "Consensus time from which on, inclusive."),
            Known.Time("to", "Consensus time until which, exclusive."),
        ],
        Answers = [RestMedia.Json(RestJson.Shared.AuditReportForm)],
        Reasons = ["NOT_AN_AUDIT_NODE"],
        Limit = TimeSpan.FromMinutes(10),
        Handle = async request =>
        {
            var found = await handlers.Report(
                new GetAuditReportRequest
                {
                    FromTimeMs = request.Arguments.Time("from"),
                    ToTimeMs = request.Arguments.Time("to"),
                },
                request.Call).ConfigureAwait(false);
            return RestAnswer.Of(
                found, r => RestAnswer.Json(ConductForms.Of(r), RestJson.Shared.AuditReportForm));
        },
    };
}
