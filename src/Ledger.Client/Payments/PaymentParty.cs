namespace Ledger.Client.Payments;

/// <summary>
/// A party of payments as its bank knows it. Account numbers stay off the ledger: the payer's office has them.
/// </summary>
/// <param name="Name">Its name, at most 140 characters.</param>
/// <param name="Account">Its account: an IBAN, or another number of at most 34 characters.</param>
/// <param name="Bic">Its bank's BIC (ISO 9362), or null.</param>
public sealed record PaymentParty(string Name, string Account, string? Bic = null)
{
    /// <summary>Whether the account is an IBAN: of its form, and with the right check digits (ISO 13616).</summary>
    public bool IsIban
    {
        get
        {
            if (Account.Length is < 15 or > 34) return false;
            if (!char.IsAsciiLetterUpper(Account[0]) || !char.IsAsciiLetterUpper(Account[1])) return false;
            var remainder = 0;
            foreach (var c in Account[4..] + Account[..4])
            {
                if (char.IsAsciiDigit(c)) remainder = ((remainder * 10) + (c - '0')) % 97;
                else if (char.IsAsciiLetterUpper(c)) remainder = ((remainder * 100) + (c - 'A' + 10)) % 97;
                else return false;
            }

            return remainder == 1;
        }
    }
}
