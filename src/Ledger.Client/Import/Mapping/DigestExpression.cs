using System.Buffers;
using Ledger.Core.Evidence;

namespace Ledger.Client.Import.Mapping;

/// <summary>A further digest that the source itself carries, in hexadecimal. Immutable.</summary>
internal sealed record DigestExpression(string Algorithm, string MediaType, ValueExpression Value)
{
    /// <summary>The digest for a row; null when it is optional and the row lacks it.</summary>
    /// <exception cref="ImportException">The value is not hexadecimal or too long.</exception>
    public EvidenceDigest? Evaluate(ImportRow row)
    {
        if (Value.Evaluate(row) is not { } text) return null;
        var bytes = new byte[EvidenceLimits.DigestBytes];
        return Convert.FromHexString(text, bytes, out _, out var written) == OperationStatus.Done && written > 0
            ? new EvidenceDigest(Algorithm, bytes.AsMemory(0, written), MediaType)
            : throw new ImportException(
                row.Line, Value.Field, $"'{text}' is not a digest of 1 to {EvidenceLimits.DigestBytes} bytes in "
                    + "hexadecimal");
    }
}
