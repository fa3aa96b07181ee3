using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Transactions;

namespace Ledger.Core.Receipts;

/// <summary>A result receipt as text: the exact bytes in hexadecimal. Reading is strict.</summary>
/// <remarks>Stateless and safe for concurrent use. docs/spec/receipt.md section 4.</remarks>
public static class ResultReceiptJson
{
    /// <summary>The value of the property <c>format</c>.</summary>
    public const string Format = "ledger-result-receipt/1";

    private const int MaxDepth = 8;

    /// <summary>
    /// Parses a document. The error is a sentence that begins with the path of the value at fault. Whether the receipt
    /// holds is for <see cref="ResultReceiptVerifier"/> to say.
    /// </summary>
    public static bool TryParse(
        ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out ResultReceipt? receipt, [NotNullWhen(false)] out string? error)
    {
        receipt = null;
        var errors = new StrictJsonErrors();
        using var document = StrictJsonObject.Parse(utf8, ReceiptJson.MaxBytes, MaxDepth, errors);
        if (document is not null) receipt = Read(new StrictJsonObject(document.RootElement, "$", errors));
        error = errors.First;
        if (error is null && receipt is not null) return true;
        receipt = null;
        error ??= "there is no document";
        return false;
    }

    /// <summary>
    /// Reads a file in either form: JSON when the first byte that is not white space is a brace, else binary.
    /// </summary>
    public static bool TryReadFile(
        ReadOnlySpan<byte> file, [NotNullWhen(true)] out ResultReceipt? receipt, [NotNullWhen(false)] out string? error)
    {
        if (file.TrimStart(" \t\r\n"u8).StartsWith("{"u8)) return TryParse(file, out receipt, out error);
        error = ResultReceipt.TryDecode(file, out receipt, out var fault) ? null : $"the receipt is not canonical: {fault}";
        return error is null;
    }

    /// <summary>
    /// Whether a file says of itself that it is a result receipt and not one of evidence. The binary forms do not say it:
    /// read those as what is expected.
    /// </summary>
    public static bool IsOne(ReadOnlySpan<byte> file) =>
        file.TrimStart(" \t\r\n"u8).StartsWith("{"u8)
        && file[..Math.Min(file.Length, 256)].IndexOf("ledger-result-receipt/"u8) >= 0;

    /// <summary>Writes a document, indented, in UTF-8 with a newline at the end.</summary>
    public static byte[] Write(ResultReceipt receipt)
    {
        var buffer = new ArrayBufferWriter<byte>(8192);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            writer.WriteStartObject();
            writer.WriteString("format", Format);
            writer.WriteString("result", Convert.ToHexStringLower(receipt.ResultBytes.Span));
            writer.WriteNumber("position", receipt.Position);
            writer.WriteNumber("count", receipt.Count);
            writer.WriteStartArray("path");
            foreach (var hash in receipt.Path) writer.WriteStringValue(hash.ToString());
            writer.WriteEndArray();
            writer.WriteString("header", Convert.ToHexStringLower(receipt.HeaderBytes.Span));
            writer.WriteString("certificate", Convert.ToHexStringLower(receipt.CertificateBytes.Span));
            EpochChangeJson.Write(writer, receipt.EpochChanges);
            writer.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    private static ResultReceipt? Read(StrictJsonObject root)
    {
        if (root.Text("format", 64) != Format) root.Fail("format", $"must be \"{Format}\"");
        var result = root.RequiredHex("result", TransactionResult.MaxBytes);
        var position = (uint)root.Number("position", ResultReceipt.MaxResults - 1);
        var count = (uint)root.Number("count", ResultReceipt.MaxResults);
        var path = root.FixedHexes("path", ResultReceipt.MaxPath, Hash256.Size);
        var header = root.RequiredHex("header", BlockHeader.MaxBytes);
        var certificate = root.RequiredHex("certificate", QuorumCertificate.MaxBytes);
        var changes = EpochChangeJson.Read(root);
        root.End();
        if (position >= count) root.Fail("position", "must be below count");
        return new ResultReceipt
        {
            ResultBytes = result,
            Position = position,
            Count = count,
            Path = [.. path.Select(h => new Hash256(h))],
            HeaderBytes = header,
            CertificateBytes = certificate,
            EpochChanges = changes,
        };
    }
}
