namespace Ledger.Core.Contracts;

/// <summary>Amounts of money as contracts and the state hold them: decimal integers in minor units.</summary>
public static class ContractMoney
{
    /// <summary>Most digits of an amount.</summary>
    public const int MaxDigits = 38;

    /// <summary>Whether a text is a positive amount in its one form: digits only, no leading zero.</summary>
    public static bool IsAmount(string text) =>
        text.Length is > 0 and <= MaxDigits && text[0] != '0' && text.All(char.IsAsciiDigit);
}
