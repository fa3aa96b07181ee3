namespace Ledger.Core.Contracts;

/// <summary>Amounts of money as contracts and the state hold them: decimal integers in minor units.</summary>
public static class ContractMoney
{
    /// <summary>Most digits of an amount.</summary>
    public const int MaxDigits = 38;

    /// <summary>Whether a text is a positive amount in its one form: digits only, no leading zero.</summary>
    public static bool IsAmount(string text) =>
        text.Length is > 0 and <= MaxDigits && text[0] != '0' && text.All(char.IsAsciiDigit);

    /// <summary>
    /// Whether a text is a currency: 3 to 12 of A-Z and 0-9, beginning with a letter (ISO 4217, or the channel's own).
    /// </summary>
    public static bool IsCurrency(string text) => text.Length is >= 3 and <= 12 && char.IsAsciiLetterUpper(text[0])
        && text.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c));
}
