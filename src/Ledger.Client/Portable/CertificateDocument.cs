using System.Globalization;
using System.Text;
using Ledger.Core.Blocks;
using Ledger.Core.Evidence.Catalogue;
using Ledger.Core.Membership;
using Ledger.Core.Portable;
using Ledger.Core.Receipts;

namespace Ledger.Client.Portable;

/// <summary>
/// A certificate of evidence to be printed: who anchored what and when, which validators vouch for it, and how to check it.
/// One HTML file on its own, for A4 paper, without script and without anything that it would load. It proves nothing
/// itself: the receipt does.
/// </summary>
/// <remarks>
/// Stateless and safe for concurrent use. The same receipt makes the same document. docs/spec/certificate-document.md.
/// </remarks>
public static class CertificateDocument
{
    private static readonly TimeSpan BeijingOffset = TimeSpan.FromHours(8);

    private const string Style = """
        @page{size:A4;margin:16mm}*{box-sizing:border-box}
        body{font:10.5pt/1.45 "Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei","PingFang SC",sans-serif;color:#111;
        max-width:180mm;margin:0 auto;padding:6mm 0}
        header{display:flex;gap:8mm;align-items:flex-start;border-bottom:1.5pt solid #111;padding-bottom:4mm}
        header div{flex:1}header svg{width:36mm;height:36mm}h1{font-size:19pt;margin:0 0 2mm}
        h1 .en,h2 .en{display:block}.en{font-size:.92em}h2{font-size:12pt;margin:6mm 0 1.5mm;break-after:avoid}
        table{width:100%;border-collapse:collapse}tr{break-inside:avoid}
        th,td{border:.5pt solid #999;padding:1.2mm 2mm;text-align:left;vertical-align:top;overflow-wrap:anywhere}
        th{width:46mm;background:#f2f2f2;font-weight:600}th .en{display:block;font-weight:400}
        .hex{font-family:"DejaVu Sans Mono",Consolas,monospace;font-size:9pt}
        .note{border-left:2pt solid #111;padding-left:3mm;margin-top:3mm}ol{margin:1mm 0 0 6mm;padding:0}
        code{font-family:"DejaVu Sans Mono",Consolas,monospace;font-size:9pt;overflow-wrap:anywhere}.zh+.en{color:#333}
        """;

    /// <summary>What the QR code says: the channel, the evidence's id and its leaf hash.</summary>
    public static string CodeText(ReceiptContent content) =>
        $"ledger:{content.Header.Channel}/evidence/{content.Leaf.Id}?leaf={content.LeafHash}";

    /// <summary>Writes the document, in UTF-8.</summary>
    /// <param name="receipt">The receipt.</param>
    /// <param name="content">What its verification found to be proven.</param>
    /// <param name="genesis">The genesis document that it was verified against.</param>
    /// <param name="languages">In which languages.</param>
    /// <exception cref="ArgumentException">The receipt does not hold against this genesis document, or no language is
    /// chosen.</exception>
    public static byte[] Write(
        AnyReceipt receipt, ReceiptContent content, Genesis genesis, CertificateLanguages languages)
    {
        if (languages is 0 or > (CertificateLanguages.Chinese | CertificateLanguages.English))
            throw new ArgumentException("choose Chinese, English or both", nameof(languages));
        var facts = CertificateFacts.Of(receipt, content, genesis);
        var paper = new PaperWriter(languages);
        Begin(paper, content, genesis);
        Who(paper, content, genesis);
        What(paper, content);
        When(paper, content);
        Where(paper, content, genesis);
        Vouching(paper, content, facts);
        Checking(paper, receipt, genesis);
        paper.Close().Raw("</html>\n");
        return Encoding.UTF8.GetBytes(paper.ToString());
    }

    private static void Begin(PaperWriter paper, ReceiptContent content, Genesis genesis)
    {
        paper.Raw($"<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"{paper.Language}\">\n<head>\n"
            + "<meta charset=\"utf-8\"/>\n<meta http-equiv=\"Content-Security-Policy\" "
            + "content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n<title>");
        paper.Text($"存证证书 Evidence certificate {content.Leaf.Id}");
        paper.Raw($"</title>\n<style>{Style}</style>\n</head>\n").Open("body").Open("header").Open("div");
        paper.Open("h1").Say("电子存证证书", "Certificate of evidence").Close();
        paper.Open("p").Text(genesis.Consortium).Text(" \u00b7 ").Text(genesis.ChannelName).Close();
        paper.Open("p").Say("存证编号", "Evidence").Text(" ").Open("code")
            .Text(content.Leaf.Id.ToString()).Close().Close();
        paper.Close().Raw(QrSvg.Of(CodeText(content))).Close();
    }

    private static void Who(PaperWriter paper, ReceiptContent content, Genesis genesis)
    {
        var (leaf, record) = (content.Leaf, content.Record);
        var member = genesis.Members.FirstOrDefault(m => m.Id == leaf.Member);
        var role = EvidenceRoles.All.FirstOrDefault(r => r.Code == record.Role);
        paper.Heading("何人存证", "Who").Open("table").Open("tbody");
        paper.Row("成员单位", "Member", member is null ? leaf.Member : $"{member.Name} ({leaf.Member})");
        paper.Row("操作主体", "Actor", record.Actor);
        paper.Row("角色", "Role", role is null ? record.Role : $"{role.Chinese} {role.English} ({role.Code})");
        paper.HexRow("签名公钥标识", "Key id of the signer", leaf.Sender.ToString());
        paper.Close().Close();
    }

    private static void What(PaperWriter paper, ReceiptContent content)
    {
        var record = content.Record;
        var type = EvidenceCatalogue.Find(record.Type);
        paper.Heading("存证内容", "What").Open("table").Open("tbody");
        paper.Row("类型", "Type",
            type is null ? record.Type : $"{type.Chinese} {type.English} ({record.Type})");
        paper.Row("业务主题", "Subject", record.Subject);
        paper.Row("动作", "Action", record.Action);
        foreach (var digest in record.Digests)
        {
            var of = digest.MediaType.Length > 0 ? $"{digest.Algorithm}, {digest.MediaType}" : digest.Algorithm;
            paper.Row(
                "摘要", "Digest", $"{PaperWriter.Grouped(Convert.ToHexStringLower(digest.Value.Span))} ({of})", "hex");
        }

        foreach (var attribute in record.Attributes)
            paper.Row("属性", "Attribute", $"{attribute.Key} = {attribute.DisplayValue()}");
        foreach (var link in record.Links) paper.Row("关联存证", "Builds on", link.ToString(), "hex");
        paper.Close().Close();
    }

    private static void When(PaperWriter paper, ReceiptContent content)
    {
        paper.Heading("存证时间", "When").Open("table").Open("tbody");
        paper.Row("共识时间", "Consensus time", Time(content.Leaf.Time));
        if (content.Record.OccurredAt.UnixMilliseconds != 0)
        {
            paper.Row(
                "业务发生时间（存证方自述）", "Occurred at, by the sender's own account",
                Time(content.Record.OccurredAt));
        }

        paper.Close().Close();
    }

    private static void Where(PaperWriter paper, ReceiptContent content, Genesis genesis)
    {
        var (leaf, header) = (content.Leaf, content.Header);
        paper.Heading("链上位置", "Where on the chain").Open("table").Open("tbody");
        paper.Row("联盟 / 通道", "Consortium, channel", $"{genesis.Consortium} / {genesis.ChannelName}");
        paper.HexRow("通道标识（创世文件摘要）", "Channel id: hash of the genesis document",
            header.Channel.ToString());
        paper.Row("日志叶序号", "Leaf of the log", Invariant($"{content.Index} / {header.LogSize}"));
        paper.HexRow("叶摘要", "Leaf hash", content.LeafHash.ToString());
        paper.Row("同一主题序号", "Place in the subject's timeline", Invariant($"{leaf.SubjectSequence}"));
        paper.Row("证明所在区块", "Block of the proof", Invariant($"{header.Height}, {Time(header.Time)}"));
        paper.HexRow("区块头摘要", "Header hash", content.HeaderHash.ToString());
        paper.HexRow("日志根", "Log root", header.LogRoot.ToString());
        paper.Close().Close();
    }

    private static void Vouching(PaperWriter paper, ReceiptContent content, CertificateFacts facts)
    {
        var quorum = facts.Validators.Quorum;
        paper.Heading("验证节点签名", "Who vouches for it").Open("table").Open("tbody");
        paper.Row("签名数 / 法定数 / 验证节点总数", "Signatures / quorum / validators",
            Invariant($"{facts.Signers.Count} / {quorum.Quorum} / {facts.Validators.Count}"));
        foreach (var signer in facts.Signers)
        {
            paper.Row(
                "签名节点", "Signed by", $"{signer.Member} ({PaperWriter.Grouped(signer.Key.Id.ToString())})", "hex");
        }

        paper.Row("验证节点任期", "Epoch of the validators", content.Header.Epoch.ToString());
        foreach (var (header, next) in facts.Epochs)
        {
            paper.Row(
                "任期更替", "Epoch change",
                Invariant($"{header.Epoch} \u2192 {next.Epoch}: ") + string.Join(", ", next.Validators.Select(v => v.Member))
                + Invariant($" ({header.Height}, {Time(header.Time)})"));
        }

        paper.Close().Close();
    }

    private static void Checking(PaperWriter paper, AnyReceipt receipt, Genesis genesis)
    {
        paper.Heading("如何核验", "How to verify");
        paper.Open("div", "note").Say(
            "本证书仅为可读说明，本身不构成证明；证明力来自随附的回执文件，任何人可离线核验，无需信任任何一方。",
            "This document is for reading and proves nothing by itself. The receipt that it comes with does: anyone can "
            + "verify it offline and need trust no single party.").Close();
        paper.Open("ol");
        paper.Open("li").Say(
            "从可信渠道取得创世文件，核对其摘要即上述通道标识。",
            "Get the genesis document from a source that you trust; its hash is the channel id above.").Close();
        paper.Open("li").Say(
            "用核验工具核验回执与原文件：", "Verify the receipt, and the original file against it:")
            .Text(" ").Open("code").Text("ledger verify --receipt RECEIPT --genesis genesis.json --file FILE").Close()
            .Close();
        paper.Open("li").Say(
            "核对核验结果与本证书一致，二维码所载编号与叶摘要一致。",
            "Compare what it says with this document, and the id and leaf hash with those of the QR code.").Close();
        paper.Close();
        paper.Open("p").Say("回执格式：", "Form of the receipt:").Text(" ").Text(NameOf(receipt.Form))
            .Text(Invariant($" \u00b7 {genesis.Suite.Name}")).Close();
    }

    private static string NameOf(ReceiptForm form) => form switch
    {
        ReceiptForm.Cose => "COSE receipts (RFC 9942)",
        ReceiptForm.Statement => "transparent statement (RFC 9943)",
        ReceiptForm.TlogProof => "C2SP tlog-proof",
        ReceiptForm.Binary => "ledger receipt, binary",
        _ => "ledger-receipt/1",
    };

    // In UTC, and as clocks in China show it.
    private static string Time(Timestamp time) => Invariant(
        $"{time} ({time.ToDateTimeOffset().ToOffset(BeijingOffset):yyyy-MM-dd HH:mm:ss.fff} UTC+8)");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
