using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Evidence;
using Ledger.Core.Merkle;

namespace Ledger.Core.Receipts;

/// <summary>
/// A receipt as text: the exact bytes in hexadecimal, and beside them a section <c>decoded</c> for people. Reading is
/// strict; <c>decoded</c> may be absent, but where it is present it must say what the bytes say, so that nobody reads
/// one thing and verifies another.
/// </summary>
/// <remarks>Stateless and safe for concurrent use. docs/spec/receipt.md.</remarks>
public static class ReceiptJson
{
    /// <summary>The value of the property <c>format</c>.</summary>
    public const string Format = "ledger-receipt/1";

    /// <summary>Largest document in bytes: hexadecimal doubles the binary form.</summary>
    public const int MaxBytes = (2 * Receipt.MaxBytes) + (1 << 20);

    private const int MaxDepth = 8;

    private static readonly JsonWriterOptions Layout = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    };

    /// <summary>
    /// Parses a document. The error is a sentence that begins with the path of the value at fault. Whether the receipt
    /// holds is for <see cref="ReceiptVerifier"/> to say.
    /// </summary>
    public static bool TryParse(
        ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out Receipt? receipt, [NotNullWhen(false)] out string? error)
    {
        receipt = null;
        var errors = new StrictJsonErrors();
        using var document = StrictJsonObject.Parse(utf8, MaxBytes, MaxDepth, errors);
        if (document is not null) receipt = Read(new StrictJsonObject(document.RootElement, "$", errors), errors);
        error = errors.First;
        return error is null;
    }

    /// <summary>Writes a document, indented, in UTF-8 with a newline at the end.</summary>
    public static byte[] Write(Receipt receipt)
    {
        var buffer = new ArrayBufferWriter<byte>(8192);
        using (var writer = new Utf8JsonWriter(buffer, Layout))
        {
            writer.WriteStartObject();
            writer.WriteString("format", Format);
            if (DecodedReceipt.TryDecode(receipt, out var decoded))
            {
                writer.WritePropertyName("decoded");
                decoded.WriteTo(writer);
            }

            WriteHex(writer, "leaf", receipt.LeafBytes.Span);
            writer.WriteNumber("log_index", receipt.Index.Value);
            writer.WriteStartArray("path");
            foreach (var hash in receipt.Path) writer.WriteStringValue(hash.ToString());
            writer.WriteEndArray();
            WriteHex(writer, "header", receipt.HeaderBytes.Span);
            WriteHex(writer, "certificate", receipt.CertificateBytes.Span);
            EpochChangeJson.Write(writer, receipt.EpochChanges);
            writer.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    private static Receipt? Read(StrictJsonObject root, StrictJsonErrors errors)
    {
        if (root.Text("format", 64) != Format) root.Fail("format", $"must be \"{Format}\"");
        var claimed = root.Has("decoded") ? root.Take("decoded") : (JsonElement?)null;
        var leaf = root.RequiredHex("leaf", EvidenceLimits.LeafBytes);
        var index = root.Number("log_index", LogTree.MaxSize - 1);
        var path = root.FixedHexes("path", Receipt.MaxPath, Hash256.Size);
        var header = root.RequiredHex("header", BlockHeader.MaxBytes);
        var certificate = root.RequiredHex("certificate", QuorumCertificate.MaxBytes);
        var changes = EpochChangeJson.Read(root);
        root.End();
        if (errors.First is not null) return null;
        var receipt = new Receipt
        {
            LeafBytes = leaf,
            Index = new LogIndex(index),
            Path = [.. path.Select(h => new Hash256(h))],
            HeaderBytes = header,
            CertificateBytes = certificate,
            EpochChanges = changes,
        };
        if (claimed is { } decoded && DecodedReceipt.FindDifference(decoded, receipt) is { } difference)
            root.Fail(difference, "does not say what the bytes say; remove the section or write the receipt anew");
        return errors.First is null ? receipt : null;
    }

    private static void WriteHex(Utf8JsonWriter writer, string name, ReadOnlySpan<byte> bytes) =>
        writer.WriteString(name, Convert.ToHexStringLower(bytes));
}
