using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Ledger.Cli.Output;
using Ledger.Cli.Profiles;
using Ledger.Client.Transport;
using Ledger.Core.Api.V1;

namespace Ledger.Cli.Commands.Audit;

/// <summary><c>ledger audit report</c>: an audit node's report of a period, as JSON and as a page.</summary>
internal static class ReportCommand
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(10);

    public static Command Create(CliHost host)
    {
        var folder = new Argument<string?>("dir")
        {
            Description = "Folder that 'ledger init' made: its audit node is asked. Left out: the endpoint given.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var from = new Option<string?>("--from")
        {
            Description = "Begin of the period, such as 2026-01-01 or 2026-01-01T08:00:00Z. Left out: the first block.",
            HelpName = "time",
        };
        var to = new Option<string?>("--to")
        {
            Description = "End of the period, which is no part of it. Left out: the newest certified block.",
            HelpName = "time",
        };
        var html = new Option<string?>("--html") { Description = "Page to write.", HelpName = "file" };
        var file = new Option<string?>("--out", "-o") { Description = "JSON file to write.", HelpName = "file" };
        var command = new Command(
            "report", "Asks an audit node what it checked and found in a period, and writes it down.")
        {
            folder, from, to, html, file,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var given = parsed.GetValue(folder) is { } path ? host.Resolve(path) : null;
            var session = new Session(host, parsed, given);
            var genesis = session.Genesis;
            var endpoint = given is null ? session.Endpoints[0] : AuditEndpoint(given);
            var request = new GetAuditReportRequest
            {
                FromTimeMs = ParseTime(parsed.GetValue(from), "--from"),
                ToTimeMs = ParseTime(parsed.GetValue(to), "--to"),
            };
            var report = new VerifiedReport(await FetchAsync(endpoint, session, request, cancellation), genesis);
            var json = ReportJson.Write(report);
            var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)));
            if (parsed.GetValue(file) is { } target) OutputFile.Write(host.Resolve(target), Encoding.UTF8.GetBytes(json));
            if (parsed.GetValue(html) is { } page)
                OutputFile.Write(host.Resolve(page), Encoding.UTF8.GetBytes(ReportPage.Write(report, digest)));
            if (parsed.GetValue(GlobalOptions.Json)) host.Out.Write(json);
            else Say(host.Out, report, digest);
            return report.IsClean ? ExitCodes.Ok : ExitCodes.AuditFindings;
        });
        return command;
    }

    private static async Task<AuditReport> FetchAsync(
        Uri endpoint, Session session, GetAuditReportRequest request, CancellationToken cancellation)
    {
        using var node = new GrpcAuditApi(endpoint, session.Connection);
        try
        {
            var report = await node.GetReportAsync(request, Timeout, cancellation);
            return report.Channel.Span.SequenceEqual(session.Genesis.Channel.Value.AsSpan())
                ? report
                : throw new CliException(ExitCodes.Integrity, $"{node.Name} reports on another channel");
        }
        catch (RpcException fault)
        {
            throw fault.Reason == "NOT_AN_AUDIT_NODE"
                ? new CliException(ExitCodes.Usage, $"{node.Name}: {fault.Message}", fault)
                : CliException.Of(node.Name, fault);
        }
    }

    private static Uri AuditEndpoint(string folder) =>
        ConsortiumFolder.Nodes(folder).FirstOrDefault(n => n.IsAudit) is { } node
            ? node.Endpoint
            : throw new CliException(
                ExitCodes.Usage, $"{folder} has no audit node; 'ledger init --audit 1' makes a consortium with one");

    private static ulong ParseTime(string? text, string option)
    {
        if (text is null) return 0;
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Utc, out var time) && time.Year >= 1970)
            return (ulong)time.ToUnixTimeMilliseconds();
        throw new CliException(
            ExitCodes.Usage, $"{option} '{text}' is not a time; write 2026-01-01 or 2026-01-01T08:00:00Z");
    }

    private static void Say(TextWriter lines, VerifiedReport report, string digest)
    {
        var data = report.Data;
        lines.WriteLine(
            $"{data.ChannelName} of {data.Consortium}, audited by {data.Auditor}: blocks {Text(data.FirstHeight)} to "
            + Text(data.LastHeight));
        lines.WriteLine(
            $"  {Text(data.Blocks)} blocks, {Text(data.Transactions)} transactions "
            + $"({Text(data.RefusedTransactions)} without effect), {Text(data.Records)} records");
        lines.WriteLine(
            $"  verified: {Text(data.Totals.Certificates)} certificates with "
            + $"{Text(data.Totals.CertificateSignatures)} signatures, {Text(data.Totals.TransactionSignatures)} "
            + $"transaction signatures, {Text(data.Totals.Roots)} roots");
        foreach (var validator in data.Validators)
        {
            lines.WriteLine(
                $"  validator {Text(validator.ValidatorIndex)} {validator.Member}: signed "
                + $"{Text(validator.SignedBlocks)} of {Text(data.Blocks)}, proposed {Text(validator.ProposedBlocks)}, "
                + $"faults {Text(validator.Faults)}");
        }

        foreach (var fault in report.Faults) lines.WriteLine($"FAULT {fault.Verdict.Detail}");
        foreach (var finding in data.Findings)
            lines.WriteLine($"FINDING {finding.Kind} validator {Text(finding.ValidatorIndex)}: {finding.Detail}");
        foreach (var problem in data.Problems) lines.WriteLine($"PROBLEM {problem}");
        lines.WriteLine(report.IsClean ? "CLEAN" : "NOT CLEAN");
        lines.WriteLine($"digest of the JSON report: sha-256 {digest}");
    }

    private static string Text(ulong value) => value.ToString(CultureInfo.InvariantCulture);
}
