using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Encoding;
using Ledger.Core.Transactions;

namespace Ledger.Node.Wire;

/// <summary>
/// A batch of transactions: the frames of protocol <c>/ledger/tx/1</c>, the answer to a request for transactions, and
/// what the vote log keeps beside a proposal. docs/spec/network.md.
/// </summary>
internal static class TransactionMessages
{
    /// <summary>Most transactions in one batch: as many as a proposal can hold.</summary>
    public const int MaxTransactions = 10_000;

    /// <summary>Encodes transactions.</summary>
    public static byte[] EncodeBatch(IEnumerable<SignedTransaction> transactions)
    {
        var writer = new CanonicalWriter(4096);
        foreach (var transaction in transactions) writer.Message(1, transaction.Encoded.Span);
        return writer.ToArray();
    }

    /// <summary>
    /// Splits a frame into encoded transactions, views of <paramref name="frame"/>; not decoded any further.
    /// </summary>
    public static bool TryDecodeBatch(
        ReadOnlyMemory<byte> frame,
        [NotNullWhen(true)] out IReadOnlyList<ReadOnlyMemory<byte>>? transactions)
    {
        var found = new List<ReadOnlyMemory<byte>>();
        var reader = new CanonicalReader(frame.Span);
        while (reader.IsNext(1) && found.Count < MaxTransactions)
        {
            var bytes = reader.Message(1, Transaction.MaxBytes);
            if (bytes.IsEmpty) reader.Fail(DecodeErrorKind.MissingField, 1);
            else found.Add(frame.Slice(reader.Position - bytes.Length, bytes.Length));
        }

        transactions = reader.End() ? found : null;
        return transactions is not null;
    }
}
