using System.Globalization;
using Ledger.Core.Crypto;

namespace Ledger.Core.Evidence;

/// <summary>
/// Identifies one record: its transaction's id and its place in that transaction. Known to the sender before anything
/// is submitted. Written <c>{64 hex digits}</c> for place 0 and <c>{64 hex digits}.{place}</c> otherwise.
/// </summary>
public readonly record struct EvidenceId(Hash256 TransactionId, uint RecordIndex)
{
    /// <summary>Parses the written form.</summary>
    public static bool TryParse(string? text, out EvidenceId id)
    {
        id = default;
        if (text is null || text.Length < 64 || !Hash256.TryParse(text[..64], out var transaction)) return false;
        uint place = 0;
        if (text.Length > 64)
        {
            var digits = text.AsSpan(65);
            if (text[64] != '.' || digits.IsEmpty || digits[0] == '0'
                || !uint.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out place)
                || place >= EvidenceLimits.RecordsPerTransaction)
            {
                return false;
            }
        }

        id = new EvidenceId(transaction, place);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => RecordIndex == 0
        ? TransactionId.ToString()
        : string.Create(CultureInfo.InvariantCulture, $"{TransactionId}.{RecordIndex}");
}
