using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Membership;

namespace Ledger.Core.Receipts;

/// <summary>
/// A header with its certificate and the way to its validators: what a receipt has beside its leaf. Exact bytes;
/// claims nothing.
/// </summary>
/// <param name="HeaderBytes">The encoded header.</param>
/// <param name="CertificateBytes">The encoded certificate over it.</param>
/// <param name="EpochChanges">How each epoch before the header's ended, from epoch 0 on.</param>
/// <remarks>docs/spec/accountability.md, section "Files".</remarks>
public sealed record HeaderProof(
    ReadOnlyMemory<byte> HeaderBytes,
    ReadOnlyMemory<byte> CertificateBytes,
    IReadOnlyList<EpochChange> EpochChanges)
{
    /// <summary>The value of the property <c>format</c> of the JSON form.</summary>
    public const string Format = "ledger-certified-header/1";

    private const int MaxDepth = 8;

    /// <summary>Reads a certified header's JSON form, or takes it out of a receipt in either form.</summary>
    public static bool TryRead(
        ReadOnlySpan<byte> file, [NotNullWhen(true)] out HeaderProof? proof, [NotNullWhen(false)] out string? error)
    {
        proof = null;
        if (file.IndexOf("\"ledger-certified-header/1\""u8) >= 0) return TryParse(file, out proof, out error);
        if (!ReceiptFile.TryRead(file, out var receipt, out error)) return false;
        proof = new HeaderProof(receipt.HeaderBytes, receipt.CertificateBytes, receipt.EpochChanges);
        return true;
    }

    /// <summary>Writes the JSON form, indented, in UTF-8 with a newline at the end.</summary>
    public byte[] WriteJson()
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            writer.WriteStartObject();
            writer.WriteString("format", Format);
            writer.WriteString("header", Convert.ToHexStringLower(HeaderBytes.Span));
            writer.WriteString("certificate", Convert.ToHexStringLower(CertificateBytes.Span));
            EpochChangeJson.Write(writer, EpochChanges);
            writer.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    private static bool TryParse(
        ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out HeaderProof? proof, [NotNullWhen(false)] out string? error)
    {
        proof = null;
        var errors = new StrictJsonErrors();
        using var document = StrictJsonObject.Parse(utf8, ReceiptJson.MaxBytes, MaxDepth, errors);
        if (document is not null)
        {
            var root = new StrictJsonObject(document.RootElement, "$", errors);
            if (root.Text("format", 64) != Format) root.Fail("format", $"must be \"{Format}\"");
            proof = new HeaderProof(
                root.RequiredHex("header", BlockHeader.MaxBytes),
                root.RequiredHex("certificate", QuorumCertificate.MaxBytes),
                EpochChangeJson.Read(root));
            root.End();
        }

        error = errors.First;
        if (error is null && proof is not null) return true;
        proof = null;
        error ??= "there is no document";
        return false;
    }
}

/// <summary>A certified block: what a valid <see cref="HeaderProof"/> proves.</summary>
/// <param name="Header">The header.</param>
/// <param name="HeaderBytes">Its exact bytes.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="Certificate">The certificate.</param>
/// <param name="Validators">The validators that it is by.</param>
internal sealed record CertifiedBlockContent(
    BlockHeader Header,
    ReadOnlyMemory<byte> HeaderBytes,
    Hash256 Hash,
    QuorumCertificate Certificate,
    ValidatorSet Validators);

/// <summary>How one epoch ended, verified.</summary>
/// <param name="Validators">The validators of the epoch that ended.</param>
/// <param name="Header">The block that ended it.</param>
/// <param name="HeaderBytes">Its exact bytes.</param>
/// <param name="Certificate">Its certificate.</param>
/// <param name="Next">The validators of the next epoch.</param>
internal sealed record EpochEnd(
    ValidatorSet Validators,
    BlockHeader Header,
    ReadOnlyMemory<byte> HeaderBytes,
    QuorumCertificate Certificate,
    ValidatorSet Next);
