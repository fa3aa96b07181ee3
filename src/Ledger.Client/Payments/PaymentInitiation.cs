using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml;

namespace Ledger.Client.Payments;

/// <summary>
/// Writes payments as a customer credit transfer initiation of ISO 20022 (<c>pain.001</c>), which a bank takes.
/// The same batch and parties give the same bytes, so that sending it twice is seen by the bank as one message.
/// </summary>
/// <remarks>Stateless and safe for concurrent use.</remarks>
public static class PaymentInitiation
{
    /// <summary>The namespace of the message in its newer form.</summary>
    public const string Namespace = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09";

    /// <summary>The namespace of the message in its older form.</summary>
    public const string Namespace2009 = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.03";

    private const int MaxId = 35;
    private const int MaxText = 140;

    private static readonly string[] NoFraction = ["JPY", "KRW", "VND", "CLP", "ISK"];
    private static readonly string[] ThreeDigits = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

    /// <summary>Writes a batch as UTF-8 XML.</summary>
    /// <param name="batch">The payments.</param>
    /// <param name="initiator">Who sends the message.</param>
    /// <param name="parties">Names and accounts by the ids that settlement knows.</param>
    /// <param name="executeOn">The day on which the bank is to pay.</param>
    /// <param name="form">The form that the bank asks for.</param>
    /// <exception cref="ArgumentException">A party is not known.</exception>
    public static byte[] Write(
        PaymentBatch batch, string initiator, IReadOnlyDictionary<string, PaymentParty> parties, DateOnly executeOn,
        PaymentForm form = PaymentForm.Pain00100109)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(parties);
        var settings = new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true, NewLineChars = "\n" };
        using var stream = new MemoryStream();
        using (var xml = XmlWriter.Create(stream, settings))
        {
            xml.WriteStartElement("Document", form == PaymentForm.Pain00100103 ? Namespace2009 : Namespace);
            xml.WriteStartElement("CstmrCdtTrfInitn");
            WriteHeader(xml, batch, initiator);
            var groups = batch.Payments.GroupBy(p => p.Payer).OrderBy(g => g.Key, StringComparer.Ordinal);
            foreach (var group in groups) WritePayer(xml, batch, group.Key, [.. group], parties, executeOn, form);
            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        return stream.ToArray();
    }

    /// <summary>
    /// The id of a payment within messages: its own where that fits (35 characters of the Latin set), else 32
    /// hexadecimal digits of its SHA-256.
    /// </summary>
    public static string EndToEndId(string payment)
    {
        ArgumentNullException.ThrowIfNull(payment);
        var fits = payment.Length is > 0 and <= MaxId && payment[0] != '/' && payment[^1] != '/'
            && !payment.Contains("//", StringComparison.Ordinal)
            && payment.All(c => char.IsAsciiLetterOrDigit(c) || "/-?:().,'+ ".Contains(c, StringComparison.Ordinal));
        return fits ? payment : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(payment)))[..32];
    }

    /// <summary>An amount as the message writes it: major units with the currency's digits (ISO 4217).</summary>
    public static string Amount(UInt128 minorUnits, string currency)
    {
        var digits = NoFraction.Contains(currency) ? 0 : ThreeDigits.Contains(currency) ? 3 : 2;
        var text = minorUnits.ToString(CultureInfo.InvariantCulture).PadLeft(digits + 1, '0');
        return digits == 0 ? text : $"{text[..^digits]}.{text[^digits..]}";
    }

    private static void WriteHeader(XmlWriter xml, PaymentBatch batch, string initiator)
    {
        xml.WriteStartElement("GrpHdr");
        xml.WriteElementString("MsgId", EndToEndId(batch.Id));
        xml.WriteElementString(
            "CreDtTm",
            batch.InstructedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        WriteTotals(xml, batch.Payments);
        xml.WriteStartElement("InitgPty");
        xml.WriteElementString("Nm", Cut(initiator));
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    // The control sum adds amounts up whatever their currencies (ISO 20022 message definition report).
    private static void WriteTotals(XmlWriter xml, IReadOnlyList<PaymentInstruction> payments)
    {
        xml.WriteElementString("NbOfTxs", payments.Count.ToString(CultureInfo.InvariantCulture));
        var sum = payments.Sum(p => decimal.Parse(Amount(p.MinorUnits, p.Currency), CultureInfo.InvariantCulture));
        xml.WriteElementString("CtrlSum", sum.ToString(CultureInfo.InvariantCulture));
    }

    private static void WritePayer(
        XmlWriter xml, PaymentBatch batch, string payer, IReadOnlyList<PaymentInstruction> payments,
        IReadOnlyDictionary<string, PaymentParty> parties, DateOnly executeOn, PaymentForm form)
    {
        var debtor = Known(parties, payer);
        xml.WriteStartElement("PmtInf");
        xml.WriteElementString("PmtInfId", EndToEndId($"{batch.Id}/{payer}"));
        xml.WriteElementString("PmtMtd", "TRF");
        WriteTotals(xml, payments);
        var day = executeOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        if (form == PaymentForm.Pain00100103)
        {
            xml.WriteElementString("ReqdExctnDt", day);
        }
        else
        {
            xml.WriteStartElement("ReqdExctnDt");
            xml.WriteElementString("Dt", day);
            xml.WriteEndElement();
        }

        WriteName(xml, "Dbtr", debtor);
        WriteAccount(xml, "DbtrAcct", debtor);
        WriteAgent(xml, "DbtrAgt", debtor, form);
        foreach (var payment in payments) WritePayment(xml, payment, Known(parties, payment.Payee), form);
        xml.WriteEndElement();
    }

    private static void WritePayment(
        XmlWriter xml, PaymentInstruction payment, PaymentParty creditor, PaymentForm form)
    {
        xml.WriteStartElement("CdtTrfTxInf");
        xml.WriteStartElement("PmtId");
        xml.WriteElementString("EndToEndId", EndToEndId(payment.Id));
        xml.WriteEndElement();
        xml.WriteStartElement("Amt");
        xml.WriteStartElement("InstdAmt");
        xml.WriteAttributeString("Ccy", payment.Currency);
        xml.WriteString(Amount(payment.MinorUnits, payment.Currency));
        xml.WriteEndElement();
        xml.WriteEndElement();
        if (creditor.Bic is not null) WriteAgent(xml, "CdtrAgt", creditor, form);
        WriteName(xml, "Cdtr", creditor);
        WriteAccount(xml, "CdtrAcct", creditor);
        xml.WriteStartElement("RmtInf");
        xml.WriteElementString("Ustrd", Cut($"{payment.Id} {payment.Reason}"));
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void WriteName(XmlWriter xml, string element, PaymentParty party)
    {
        xml.WriteStartElement(element);
        xml.WriteElementString("Nm", Cut(party.Name));
        xml.WriteEndElement();
    }

    private static void WriteAccount(XmlWriter xml, string element, PaymentParty party)
    {
        xml.WriteStartElement(element);
        xml.WriteStartElement("Id");
        if (party.IsIban) xml.WriteElementString("IBAN", party.Account);
        else WriteOther(xml, party.Account);
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void WriteAgent(XmlWriter xml, string element, PaymentParty party, PaymentForm form)
    {
        xml.WriteStartElement(element);
        xml.WriteStartElement("FinInstnId");
        if (party.Bic is not null) xml.WriteElementString(form == PaymentForm.Pain00100103 ? "BIC" : "BICFI", party.Bic);
        else WriteOther(xml, "NOTPROVIDED");
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void WriteOther(XmlWriter xml, string id)
    {
        xml.WriteStartElement("Othr");
        xml.WriteElementString("Id", id);
        xml.WriteEndElement();
    }

    private static PaymentParty Known(IReadOnlyDictionary<string, PaymentParty> parties, string id) =>
        parties.TryGetValue(id, out var party)
            ? party
            : throw new ArgumentException($"the account of '{id}' is not known", nameof(parties));

    private static string Cut(string text) => text.Length <= MaxText ? text : text[..MaxText];
}
