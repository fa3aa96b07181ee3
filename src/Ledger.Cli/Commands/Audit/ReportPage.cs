using System.Globalization;
using System.Net;
using System.Text;
using Ledger.Core.Api.V1;

namespace Ledger.Cli.Commands.Audit;

/// <summary>
/// A report as one page for people: English and Chinese, no script, nothing loaded from elsewhere, tables with captions
/// and headers for those who listen to it. Terms are those of docs/spec/glossary.md.
/// </summary>
internal static class ReportPage
{
    private const string Style =
        "body{font:16px/1.5 system-ui,sans-serif;color:#1a1a1a;background:#fff;max-width:70rem;margin:2rem auto;"
        + "padding:0 1rem}"
        + "table{border-collapse:collapse;width:100%;margin:1rem 0}caption{text-align:left;font-weight:600}"
        + "th,td{border:1px solid #767676;padding:.3rem .6rem;text-align:left;vertical-align:top}"
        + "td.n{text-align:right;font-variant-numeric:tabular-nums}code{overflow-wrap:anywhere}"
        + ".clean{color:#0b5c1e}.unclean{color:#8a1010}@media print{body{margin:0;max-width:none}}";

    public static string Write(VerifiedReport report, string digest)
    {
        var data = report.Data;
        var page = new StringBuilder(16_384);
        page.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width\">\n")
            .Append(CultureInfo.InvariantCulture, $"<title>Audit report 审计报告: {Text(data.ChannelName)}</title>\n")
            .Append(CultureInfo.InvariantCulture, $"<style>{Style}</style>\n</head>\n<body>\n<main>\n")
            .Append("<h1>Audit report <span lang=\"zh\">审计报告</span></h1>\n");
        page.Append(report.IsClean
            ? "<p class=\"clean\"><strong>Nothing wrong was found. <span lang=\"zh\">未发现异常。</span></strong></p>\n"
            : "<p class=\"unclean\"><strong>Something wrong was found, see below. "
                + "<span lang=\"zh\">发现异常，见下文。</span></strong></p>\n");
        WriteFacts(page, data, digest);
        WriteCounts(page, "Records by type", "按类型统计的存证", data.RecordsByType);
        WriteCounts(page, "Records by member", "按联盟成员统计的存证", data.RecordsByMember);
        WriteValidators(page, data);
        WriteFound(page, report);
        page.Append("<h2>What was checked, and what was not <span lang=\"zh\">核验范围</span></h2>\n<ul>\n");
        foreach (var (english, chinese) in VerifiedReport.Scope)
        {
            page.Append(CultureInfo.InvariantCulture, $"<li>{Text(english)}<br>")
                .Append(CultureInfo.InvariantCulture, $"<span lang=\"zh\">{Text(chinese)}</span></li>\n");
        }

        page.Append("</ul>\n</main>\n</body>\n</html>\n");
        return page.ToString();
    }

    private static void WriteFacts(StringBuilder page, AuditReport data, string digest)
    {
        Begin(page, "Summary", "概要", "Item 项目", "Value 数值");
        Row(page, "Consortium 联盟链", data.Consortium);
        Row(page, "Channel 通道", $"{data.ChannelName}, {Convert.ToHexStringLower(data.Channel.Span)}");
        Row(page, "Auditor 审计方", data.Auditor);
        Row(page, "Made 生成时间", ReportJson.Time(data.MadeTimeMs));
        Row(page, "Period 期间", $"{ReportJson.Time(data.FromTimeMs)} … {ReportJson.Time(data.ToTimeMs)}");
        Row(page, "Block heights 区块高度", $"{Number(data.FirstHeight)} … {Number(data.LastHeight)}");
        Row(page, "Last block 末区块", Convert.ToHexStringLower(data.LastHeaderHash.Span));
        Row(page, "Blocks 区块数", Number(data.Blocks));
        Row(page, "Transactions 交易数", Number(data.Transactions));
        Row(page, "Transactions without effect 未生效交易", Number(data.RefusedTransactions));
        Row(page, "Records 存证数", Number(data.Records));
        Row(page, "Changes of proposer 提案者更替", Number(data.ChangesOfProposer));
        Row(page, "Quorum certificates verified 已核验法定人数证书", Number(data.Totals.Certificates));
        Row(page, "Signatures in them 其中签名", Number(data.Totals.CertificateSignatures));
        Row(page, "Transaction signatures verified 已核验交易签名", Number(data.Totals.TransactionSignatures));
        Row(page, "Roots computed anew 重新计算的根", Number(data.Totals.Roots));
        Row(page, "Blocks executed anew 重新执行的区块", Number(data.Totals.BlocksExecuted));
        Row(page, "Digest of the JSON report JSON 报告摘要", "sha-256 " + digest);
        page.Append("</tbody>\n</table>\n");
    }

    private static void WriteCounts(
        StringBuilder page, string english, string chinese, IEnumerable<NamedCount> counts)
    {
        Begin(page, english, chinese, "Name 名称", "Records 存证数");
        foreach (var count in counts) Row(page, count.Name, Number(count.Count));
        page.Append("</tbody>\n</table>\n");
    }

    private static void WriteValidators(StringBuilder page, AuditReport data)
    {
        Begin(
            page, "Validators", "共识节点", "Number 编号", "Member 联盟成员", "Signed 已签区块", "Proposed 已提案区块",
            "Compared up to 已比对至", "Clock 时钟偏差 (ms)", "Last heard 最近应答", "Faults 违规");
        foreach (var v in data.Validators)
        {
            Row(
                page,
                Number(v.ValidatorIndex),
                v.Member,
                $"{Number(v.SignedBlocks)} / {Number(data.Blocks)}",
                Number(v.ProposedBlocks),
                Number(v.ComparedHeight),
                v.ClockOffsetMs.ToString(CultureInfo.InvariantCulture),
                ReportJson.Time(v.LastHeardMs),
                Number(v.Faults));
        }

        page.Append("</tbody>\n</table>\n");
    }

    private static void WriteFound(StringBuilder page, VerifiedReport report)
    {
        page.Append("<h2>Faults, findings, problems <span lang=\"zh\">违规、发现与问题</span></h2>\n");
        var found = report.Faults.Select(f => ("FAULT 违规", f.Verdict.Detail))
            .Concat(report.Data.Findings.Select(f => (f.Kind, $"validator {Number(f.ValidatorIndex)}: {f.Detail}")))
            .Concat(report.Data.Problems.Select(p => ("PROBLEM 问题", p)))
            .ToList();
        if (found.Count == 0)
        {
            page.Append("<p>None. <span lang=\"zh\">无。</span></p>\n");
            return;
        }

        page.Append("<ul>\n");
        foreach (var (kind, detail) in found)
            page.Append(CultureInfo.InvariantCulture, $"<li><strong>{Text(kind)}</strong>: {Text(detail)}</li>\n");
        page.Append("</ul>\n");
        if (report.Data.Truncated) page.Append("<p>There are more. <span lang=\"zh\">尚有更多。</span></p>\n");
    }

    private static void Begin(StringBuilder page, string english, string chinese, params string[] columns)
    {
        page.Append(CultureInfo.InvariantCulture, $"<table>\n<caption>{Text(english)} ")
            .Append(CultureInfo.InvariantCulture, $"<span lang=\"zh\">{Text(chinese)}</span></caption>\n<thead><tr>");
        foreach (var column in columns)
            page.Append(CultureInfo.InvariantCulture, $"<th scope=\"col\">{Text(column)}</th>");
        page.Append("</tr></thead>\n<tbody>\n");
    }

    // The first cell names the row. Cells of digits stand to the right.
    private static void Row(StringBuilder page, string name, params string[] cells)
    {
        page.Append(CultureInfo.InvariantCulture, $"<tr><th scope=\"row\">{Text(name)}</th>");
        foreach (var cell in cells)
        {
            var isNumber = cell.Length > 0 && cell.All(char.IsAsciiDigit);
            page.Append(CultureInfo.InvariantCulture, $"<td{(isNumber ? " class=\"n\"" : "")}>{Text(cell)}</td>");
        }

        page.Append("</tr>\n");
    }

    private static string Number(ulong value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Text(string value) => WebUtility.HtmlEncode(value);
}
