using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Ledger.Client.Outbox;

namespace ApprovalsApp;

/// <summary>A page that shows each request and where its evidence is.</summary>
internal static class StatusPage
{
    public static string Render(IEnumerable<Request> requests, LedgerOutbox outbox)
    {
        var status = outbox.Status;
        var page = new StringBuilder("<!doctype html><html lang=\"en\"><title>Approvals</title><h1>Approvals</h1>");
        page.Append(string.Create(
            CultureInfo.InvariantCulture,
            $"<p>{status.PendingRecords} records wait, {status.RecordedRecords} are on the chain.</p>"));
        page.Append("<table><tr><th>request</th><th>title</th><th>state</th><th>evidence</th></tr>");
        foreach (var request in requests)
        {
            var view = RequestView.Of(request, outbox);
            page.Append("<tr>");
            foreach (var cell in new[] { request.Id, request.Title, request.State, view.EvidenceId ?? view.Evidence })
                page.Append("<td>").Append(HtmlEncoder.Default.Encode(cell)).Append("</td>");
            page.Append("</tr>");
        }

        return page.Append("</table></html>").ToString();
    }
}
