using System.Diagnostics.CodeAnalysis;

namespace Ledger.Core.Receipts;

/// <summary>Reads a receipt file in either form.</summary>
public static class ReceiptFile
{
    /// <summary>
    /// Reads the JSON form when the first byte that is not white space is a brace, else the binary form, whose first
    /// byte is never one. The error is a sentence.
    /// </summary>
    public static bool TryRead(
        ReadOnlySpan<byte> file, [NotNullWhen(true)] out Receipt? receipt, [NotNullWhen(false)] out string? error)
    {
        if (file.TrimStart(" \t\r\n"u8).StartsWith("{"u8)) return ReceiptJson.TryParse(file, out receipt, out error);
        error = Receipt.TryDecode(file, out receipt, out var fault) ? null : $"the receipt is not canonical: {fault}";
        return error is null;
    }
}
