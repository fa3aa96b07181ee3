using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Transactions;

namespace Ledger.Node.Wire;

/// <summary>
/// Messages of protocol <c>/ledger/tx/1</c>: a one-way frame carries transactions; a request names ids and is answered with
/// the transactions that the peer holds. docs/spec/network.md.
/// </summary>
internal static class TransactionMessages
{
    /// <summary>Most ids in a request: as many as a proposal can hold.</summary>
    public const int MaxIds = 10_000;

    /// <summary>Encodes transactions.</summary>
    public static byte[] EncodeBatch(IEnumerable<SignedTransaction> transactions)
    {
        var writer = new CanonicalWriter(4096);
        foreach (var transaction in transactions) writer.Message(1, transaction.Encoded.Span);
        return writer.ToArray();
    }

    /// <summary>Splits a frame into encoded transactions, views of <paramref name="frame"/>; not decoded any further.</summary>
    public static bool TryDecodeBatch(
        ReadOnlyMemory<byte> frame,
        [NotNullWhen(true)] out IReadOnlyList<ReadOnlyMemory<byte>>? transactions)
    {
        var found = new List<ReadOnlyMemory<byte>>();
        var reader = new CanonicalReader(frame.Span);
        while (reader.IsNext(1))
        {
            var bytes = reader.Message(1, Transaction.MaxBytes);
            if (reader.Ok && !bytes.IsEmpty) found.Add(frame.Slice(reader.Position - bytes.Length, bytes.Length));
        }

        transactions = reader.End() ? found : null;
        return transactions is not null;
    }

    /// <summary>Encodes a request for transactions.</summary>
    public static byte[] EncodeRequest(IEnumerable<Hash256> ids)
    {
        var writer = new CanonicalWriter(1024);
        foreach (var id in ids) writer.Hash(1, id);
        return writer.ToArray();
    }

    /// <summary>Decodes a request for transactions.</summary>
    public static bool TryDecodeRequest(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out IReadOnlyList<Hash256>? ids)
    {
        var found = new List<Hash256>();
        var reader = new CanonicalReader(bytes);
        while (reader.IsNext(1) && found.Count <= MaxIds) found.Add(reader.Hash(1));
        ids = reader.End() ? found : null;
        return ids is not null;
    }
}
