using System.Text;
using System.Xml;
using System.Xml.Linq;
using FsCheck;
using FsCheck.Fluent;
using Ledger.Client.Portable;
using Ledger.Core.Evidence;
using Ledger.Core.Portable;
using Ledger.Core.Receipts;
using Ledger.Testing.Builders;

namespace Ledger.Client.Tests.Portable;

public sealed class CertificateDocumentTests
{
    private const CertificateLanguages Both = CertificateLanguages.Chinese | CertificateLanguages.English;

    [Fact]
    public void It_says_who_what_when_where_and_who_vouches()
    {
        var text = Text(Read(Document(A.FullRecord(), Both, out var content)));

        foreach (var said in new[]
        {
            content.Leaf.Id.ToString(), content.Record.Subject, content.Record.Actor, content.Leaf.Time.ToString(),
            "Organisation " + content.Leaf.Member, "3 / 3 / 4", PaperWriter.Grouped(content.HeaderHash.ToString()),
            PaperWriter.Grouped(Convert.ToHexStringLower(content.Record.Digests[0].Value.Span)),
            "\u7535\u5b50\u5b58\u8bc1\u8bc1\u4e66", "Certificate of evidence", "ledger verify",
        })
        {
            Assert.Contains(said, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Each_language_stands_alone()
    {
        var chinese = Text(Read(Document(A.Record(), CertificateLanguages.Chinese, out _)));
        var english = Text(Read(Document(A.Record(), CertificateLanguages.English, out _)));

        Assert.DoesNotContain("Consensus time", chinese, StringComparison.Ordinal);
        Assert.Contains("\u5171\u8bc6\u65f6\u95f4", chinese, StringComparison.Ordinal);
        Assert.DoesNotContain("\u5171\u8bc6\u65f6\u95f4", english, StringComparison.Ordinal);
        Assert.Contains("Consensus time", english, StringComparison.Ordinal);
    }

    [Fact]
    public void It_loads_nothing_and_runs_nothing()
    {
        var document = Read(Document(A.FullRecord(), Both, out _));

        string[] allowed =
        [
            "html", "head", "meta", "title", "style", "body", "header", "div", "h1", "h2", "p", "span", "code", "table",
            "tbody", "tr", "th", "td", "bdi", "ol", "li", "svg", "path",
        ];
        Assert.All(document.Descendants(), e => Assert.Contains(e.Name.LocalName, allowed));
        Assert.All(
            document.Descendants().Attributes().Where(a => !a.IsNamespaceDeclaration),
            a => Assert.Contains(
                a.Name.LocalName,
                (string[])["lang", "charset", "http-equiv", "content", "class", "viewBox", "shape-rendering", "role",
                    "aria-label", "fill", "d"]));
        Assert.DoesNotContain("url(", document.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("@import", document.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_epochs_that_led_there_are_listed()
    {
        var chain = new TestChain(A.Genesis());
        chain.Add(A.Record());
        chain.EndEpoch(A.ValidatorSet(1, "org-a", "org-b", "org-c", "org-e"));
        chain.Add(A.Record("vehicle-7"));

        var text = Text(Read(Document(chain.Receipt(1), Both, out _)));

        Assert.Contains("0 \u2192 1: org-a, org-b, org-c, org-e (2, ", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_receipt_in_another_form_makes_the_same_but_for_its_name()
    {
        var chain = new TestChain(A.Genesis());
        chain.Add(A.Record());
        var receipt = chain.Receipt(0);

        var json = Text(Read(Write(ReceiptJson.Write(receipt), Both, out _)));
        var binary = Text(Read(Write(receipt.Encode(), Both, out _)));

        Assert.Equal(
            json.Replace("ledger-receipt/1", "ledger receipt, binary", StringComparison.Ordinal), binary);
    }

    [Fact]
    public void P24_no_text_of_a_record_becomes_markup_or_hides()
    {
        string[] hostile =
        [
            "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "&amp;<b>", "' onload='x", "]]>", "<!--", "-->",
            "</style><script>", "\u202egnihtemos", "\u2066x\u2069", "a\u200bb", "\ufeff", "\ue000", "\ufffe", "\u2028",
            "javascript:alert(1)", "\u51fa\u7eb3 & co", "{{x}}", "<![CDATA[", "\ud83d\ude00",
        ];
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(60),
            Prop.ForAll(
                Arb.From(Gen.Elements(hostile).NonEmptyListOf().Select(l => string.Concat(l.Take(3)))), text =>
                {
                    var record = A.Record() with
                    {
                        Subject = text, Actor = text,
                        Digests = [new EvidenceDigest("sha-256", new byte[32], text)],
                        Attributes = [EvidenceAttribute.Text("x-note", text)],
                    };
                    var html = Document(record, Both, out _);
                    var document = Read(html);
                    Assert.Contains(Shown(text), Text(document), StringComparison.Ordinal);
                    Assert.DoesNotContain(document.Descendants(), e => e.Name.LocalName is "script" or "img" or "b");
                    Assert.DoesNotContain(Encoding.UTF8.GetString(html).EnumerateRunes(), IsHidden);
                }));
    }

    [Fact]
    public void The_code_names_channel_evidence_and_leaf()
    {
        Document(A.Record(), Both, out var content);

        Assert.Equal(
            $"ledger:{content.Header.Channel}/evidence/{content.Leaf.Id}?leaf={content.LeafHash}",
            CertificateDocument.CodeText(content));
    }

    [Fact]
    public void A_document_without_a_language_is_refused()
    {
        var chain = new TestChain(A.Genesis());
        chain.Add(A.Record());

        Assert.Throws<ArgumentException>(() => Document(chain.Receipt(0), 0, out _));
    }

    private static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune) is
        System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.PrivateUse
        or System.Globalization.UnicodeCategory.LineSeparator
        || (Rune.IsControl(rune) && rune.Value != '\n');

    private static string Shown(string text) => string.Concat(text.EnumerateRunes().Select(r =>
        IsHidden(r) || Rune.GetUnicodeCategory(r) == System.Globalization.UnicodeCategory.OtherNotAssigned
            ? $"\u27e8U+{r.Value:X4}\u27e9" : r.ToString()));

    private static byte[] Document(EvidenceRecord record, CertificateLanguages languages, out ReceiptContent content)
    {
        var chain = new TestChain(A.Genesis());
        chain.Add(record);
        return Document(chain.Receipt(0), languages, out content);
    }

    private static byte[] Document(Receipt receipt, CertificateLanguages languages, out ReceiptContent content) =>
        Write(receipt.Encode(), languages, out content);

    private static byte[] Write(byte[] file, CertificateLanguages languages, out ReceiptContent content)
    {
        Assert.True(AnyReceipt.TryRead(file, out var read, out var error), error);
        var verdict = read.Verify(A.Genesis());
        Assert.True(verdict.IsValid, verdict.Detail);
        content = verdict.Content;
        return CertificateDocument.Write(read, content, A.Genesis(), languages);
    }

    private static XDocument Read(byte[] html)
    {
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore };
        using var reader = XmlReader.Create(new MemoryStream(html), settings);
        return XDocument.Load(reader, LoadOptions.PreserveWhitespace);
    }

    private static string Text(XDocument document) => document.Root!.Value;
}
