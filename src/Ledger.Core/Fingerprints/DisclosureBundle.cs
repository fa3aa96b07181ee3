using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Ledger.Core.Membership;
using Ledger.Core.Receipts;

namespace Ledger.Core.Fingerprints;

/// <summary>
/// What an insurer is sent, in one file: records of a data set, the proof that they are part of it, and the receipt of
/// the data set's fingerprint. With the channel's genesis, which must come from elsewhere, everything can be verified
/// offline.
/// </summary>
/// <remarks>Immutable and safe for concurrent use. docs/spec/fingerprint.md, section 8.</remarks>
/// <param name="Disclosure">The records with their proof.</param>
/// <param name="Receipt">The receipt of the record that anchored the fingerprint.</param>
public sealed record DisclosureBundle(Disclosure Disclosure, Receipt Receipt)
{
    /// <summary>The value of the property <c>format</c>.</summary>
    public const string Format = "ledger-disclosure-bundle/1";

    /// <summary>Largest document in bytes.</summary>
    public const int MaxBytes = 192 << 20;

    private static readonly JsonWriterOptions Layout = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    };

    /// <summary>
    /// Verifies everything: the receipt from the genesis on, that it anchored this data set's fingerprint, and every
    /// record shown. What was tampered with is named.
    /// </summary>
    public DisclosureBundleVerdict Verify(Genesis genesis)
    {
        var receipt = ReceiptVerifier.Verify(Receipt, genesis);
        if (!receipt.IsValid) return new(DisclosureBundleFault.ReceiptInvalid, receipt, null, []);
        return Verify(receipt, Disclosure, genesis);
    }

    /// <summary>Verifies a disclosure against a receipt that was found valid already.</summary>
    /// <exception cref="ArgumentException">The receipt does not hold.</exception>
    public static DisclosureBundleVerdict Verify(ReceiptVerdict receipt, Disclosure disclosure, Genesis genesis)
    {
        if (!receipt.IsValid) throw new ArgumentException("the receipt does not hold", nameof(receipt));
        var hash = genesis.Suite.Hash;
        DisclosureVerdict? verdict = null;
        foreach (var digest in receipt.Content.Record.Digests)
        {
            if (!Fingerprint.TryReadDigest(digest, out var anchored)) continue;
            var found = DisclosureVerifier.Verify(hash, disclosure, anchored);
            // A record may anchor several fingerprints; the disclosure is of one of them.
            if (verdict is null || found.Code != DisclosureVerdictCode.FingerprintMismatch) verdict = found;
        }

        if (verdict is not { } known) return new(DisclosureBundleFault.NoFingerprintAnchored, receipt, null, []);
        if (known.IsValid) return new(DisclosureBundleFault.None, receipt, known, []);
        var fault = known.Code == DisclosureVerdictCode.FingerprintMismatch
            ? DisclosureBundleFault.OtherDataSet
            : DisclosureBundleFault.RecordsInvalid;
        return new(fault, receipt, known, known.IsAboutRecords ? RecordComparison.Compare(hash, disclosure) : []);
    }

    /// <summary>Reads a bundle from UTF-8 JSON; on refusal <paramref name="fault"/> says why.</summary>
    public static bool TryRead(
        ReadOnlyMemory<byte> utf8,
        [NotNullWhen(true)] out DisclosureBundle? bundle,
        [NotNullWhen(false)] out string? fault)
    {
        bundle = null;
        var json = new StrictJson();
        DisclosureBundle? read = null;
        if (utf8.Length > MaxBytes) json.Fail("the text is too long");
        else json.Parse(utf8, root => read = Read(json, root));
        fault = json.Fault;
        if (json.Ok) bundle = read;
        return bundle is not null;
    }

    /// <summary>Whether a file says of itself that it is a bundle; it may be malformed all the same.</summary>
    public static bool IsOne(ReadOnlyMemory<byte> utf8)
    {
        var json = new StrictJson();
        var format = "";
        if (utf8.Length <= MaxBytes) json.Parse(utf8, root => format = json.Has(root, "format") ? json.Text(root, "format") : "");
        return format == Format;
    }

    /// <summary>Writes the bundle as UTF-8 JSON.</summary>
    public byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Layout))
        {
            json.WriteStartObject();
            json.WriteString("format", Format);
            Nest(json, "disclosure", FingerprintJson.Write(Disclosure));
            Nest(json, "receipt", ReceiptJson.Write(Receipt));
            json.WriteEndObject();
        }

        return [.. buffer.WrittenSpan, (byte)'\n'];
    }

    private static void Nest(Utf8JsonWriter json, string name, byte[] document)
    {
        using var parsed = JsonDocument.Parse(document);
        json.WritePropertyName(name);
        parsed.RootElement.WriteTo(json);
    }

    private static DisclosureBundle? Read(StrictJson json, JsonElement root)
    {
        json.Object(root, "bundle", "format", "disclosure", "receipt");
        var format = json.Text(root, "format");
        if (json.Ok && format != Format) json.Fail($"format is not {Format}");
        var shown = json.Get(root, "disclosure", JsonValueKind.Object);
        var proof = json.Get(root, "receipt", JsonValueKind.Object);
        if (!json.Ok) return null;
        if (!FingerprintJson.TryRead(
            JsonMarshal.GetRawUtf8Value(shown).ToArray(), out Disclosure? disclosure, out var fault))
            json.Fail($"disclosure: {fault}");
        else if (!ReceiptJson.TryParse(JsonMarshal.GetRawUtf8Value(proof), out var receipt, out var error))
            json.Fail($"receipt: {error}");
        else
            return new DisclosureBundle(disclosure, receipt);
        return null;
    }
}
