using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Evidence;
using Ledger.Core.Membership;

namespace Ledger.Core.Receipts;

/// <summary>The section <c>decoded</c> of a receipt's JSON form: what the bytes say, for people.</summary>
internal sealed class DecodedReceipt
{
    private readonly EvidenceLeaf _leaf;
    private readonly EvidenceRecord _record;
    private readonly BlockHeader _header;
    private readonly QuorumCertificate _certificate;

    private DecodedReceipt(
        EvidenceLeaf leaf, EvidenceRecord record, BlockHeader header, QuorumCertificate certificate)
    {
        _leaf = leaf;
        _record = record;
        _header = header;
        _certificate = certificate;
    }

    /// <summary>
    /// Decodes what can be shown; false when a part is not canonical, and then there is nothing to show.
    /// </summary>
    public static bool TryDecode(Receipt receipt, [NotNullWhen(true)] out DecodedReceipt? decoded)
    {
        decoded = null;
        if (!EvidenceLeaf.TryDecode(receipt.LeafBytes, out var leaf, out var record, out _)
            || !BlockHeader.TryDecode(receipt.HeaderBytes.Span, out var header, out _)
            || !QuorumCertificate.TryDecode(receipt.CertificateBytes.Span, out var certificate, out _))
        {
            return false;
        }

        decoded = new DecodedReceipt(leaf, record, header, certificate);
        return true;
    }

    /// <summary>
    /// Where a claimed section differs from what the bytes say, as a path; null when it says the same.
    /// </summary>
    public static string? FindDifference(JsonElement claimed, Receipt receipt)
    {
        if (claimed.ValueKind != JsonValueKind.Object || !TryDecode(receipt, out var decoded)) return "decoded";
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var writer = new Utf8JsonWriter(buffer)) decoded.WriteTo(writer);
        using var actual = JsonDocument.Parse(buffer.WrittenMemory);
        foreach (var property in actual.RootElement.EnumerateObject())
        {
            if (!SaysTheSame(claimed, property)) return $"decoded.{property.Name}";
        }

        return claimed.GetPropertyCount() == actual.RootElement.GetPropertyCount() ? null : "decoded";
    }

    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        WriteEvidence(writer);
        WriteAnchored(writer);
        WriteBlock(writer);
        writer.WriteEndObject();
    }

    // Reading a text of the claimed section throws when it is not Unicode, and then it cannot say the same.
    private static bool SaysTheSame(JsonElement claimed, JsonProperty property)
    {
        try
        {
            return claimed.TryGetProperty(property.Name, out var value)
                && JsonElement.DeepEquals(value, property.Value);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private void WriteEvidence(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("evidence");
        writer.WriteString("id", _leaf.Id.ToString());
        writer.WriteString("type", _record.Type);
        writer.WriteString("subject", _record.Subject);
        writer.WriteString("actor", _record.Actor);
        writer.WriteString("action", _record.Action);
        writer.WriteString("role", _record.Role);
        if (_record.OccurredAt.UnixMilliseconds != 0) writer.WriteString("occurred_at", _record.OccurredAt.ToString());
        writer.WriteStartArray("digests");
        foreach (var digest in _record.Digests)
        {
            writer.WriteStartObject();
            writer.WriteString("algorithm", digest.Algorithm);
            writer.WriteString("value", Convert.ToHexStringLower(digest.Value.Span));
            if (digest.MediaType.Length > 0) writer.WriteString("media_type", digest.MediaType);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("attributes");
        foreach (var attribute in _record.Attributes)
        {
            writer.WriteStartObject();
            writer.WriteString("key", attribute.Key);
            writer.WriteString("kind", JsonNamingPolicy.SnakeCaseLower.ConvertName(attribute.Kind.ToString()));
            writer.WriteString("value", attribute.DisplayValue());
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("links");
        foreach (var link in _record.Links) writer.WriteStringValue(link.ToString());
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private void WriteAnchored(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("anchored");
        writer.WriteString("time", _leaf.Time.ToString());
        writer.WriteString("member", _leaf.Member);
        writer.WriteString("sender", _leaf.Sender.ToString());
        writer.WriteNumber("subject_sequence", _leaf.SubjectSequence);
        if (_leaf.Previous is { } previous) writer.WriteString("previous", previous.ToString());
        WriteCoSigners(writer);
        writer.WriteEndObject();
    }

    private void WriteCoSigners(Utf8JsonWriter writer)
    {
        if (_leaf.CoSigners.Count == 0) return;
        writer.WriteStartArray("co_signers");
        foreach (var signer in _leaf.CoSigners)
        {
            writer.WriteStartObject();
            writer.WriteString("member", signer.Member);
            writer.WriteString("key", signer.Key.ToString());
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private void WriteBlock(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("block");
        writer.WriteString("channel", _header.Channel.ToString());
        writer.WriteNumber("height", _header.Height.Value);
        writer.WriteString("time", _header.Time.ToString());
        writer.WriteNumber("epoch", _header.Epoch.Value);
        writer.WriteNumber("log_size", _header.LogSize);
        writer.WriteStartArray("signers");
        for (var i = 0; i < ValidatorSet.MaxValidators; i++)
        {
            if (_certificate.IsSignedBy(new ValidatorIndex(i))) writer.WriteNumberValue(i);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
