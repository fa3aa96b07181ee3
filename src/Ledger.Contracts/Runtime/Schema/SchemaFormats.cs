using System.Buffers.Text;
using System.Globalization;
using Ledger.Contracts.Runtime.Host;
using Ledger.Core.Contracts;
using Ledger.Core.Evidence;

namespace Ledger.Contracts.Runtime.Schema;

/// <summary>
/// What <c>format</c> can say of a text. It takes the place of <c>pattern</c>: regular expressions differ between engines and
/// can take for ever, these are fixed and run in one pass.
/// </summary>
internal static class SchemaFormats
{
    /// <summary>The formats and what they mean; the table of the documentation is made from this.</summary>
    public static IReadOnlyList<(string Name, string Meaning)> Table { get; } =
    [
        ("money", "minor units: digits without leading zero, at most 38; `0` is one"),
        ("decimal", "decimal number in shortest form, such as `-12.5`"),
        ("date-time", "`2026-11-21T17:00:00Z`, fraction of three digits or none, UTC"),
        ("date", "`2026-11-21`"),
        ("currency", "3 to 12 of A-Z and 0-9, beginning with a letter"),
        ("account", "`member/…` or `contract/…`"),
        ("contract", "a contract's name"),
        ("identifier", "ASCII letters, digits and `_`, not beginning with a digit, at most 64"),
        ("evidence-id", "64 hexadecimal digits, and a place after a point unless it is 0"),
        ("hash", "64 hexadecimal digits, lower case"),
        ("hex", "an even number of hexadecimal digits, lower case"),
        ("base64", "base64 with padding (RFC 4648, section 4)"),
    ];

    /// <summary>Whether a format is known.</summary>
    public static bool IsKnown(string format) => Table.Any(f => f.Name == format);

    /// <summary>Whether a text has a format.</summary>
    public static bool Allows(string format, string text) => format switch
    {
        "money" => text == "0" || ContractMoney.IsAmount(text),
        "decimal" => EvidenceAttribute.IsCanonicalDecimal(text),
        "date-time" => IsTime(text),
        "date" => IsDate(text),
        "currency" => ContractMoney.IsCurrency(text),
        "account" => AccountHost.IsAccount(text),
        "contract" => ContractLimits.IsName(text),
        "identifier" => ContractLimits.IsIdentifier(text),
        "evidence-id" => EvidenceId.TryParse(text, out _) && text.All(c => c == '.' || char.IsAsciiHexDigitLower(c)),
        "hash" => text.Length == 64 && text.All(char.IsAsciiHexDigitLower),
        "hex" => text.Length % 2 == 0 && text.All(char.IsAsciiHexDigitLower),
        "base64" => text.Length % 4 == 0 && Base64.IsValid(text) && !text.Any(char.IsWhiteSpace),
        _ => false,
    };

    private static bool IsDate(string text) => DateOnly.TryParseExact(
        text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static bool IsTime(string text)
    {
        string[] forms = ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.fff'Z'"];
        return DateTime.TryParseExact(text, forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
    }
}
