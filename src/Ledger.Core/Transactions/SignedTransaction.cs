using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;

namespace Ledger.Core.Transactions;

/// <summary>
/// A transaction as it travels and is stored (<c>ledger.core.v1.SignedTransaction</c>): the payload bytes and a
/// signature over exactly those bytes. Immutable; holds its own encoding.
/// </summary>
public sealed class SignedTransaction
{
    private SignedTransaction(ReadOnlyMemory<byte> encoded, Transaction content, Hash256 id, byte[] signature)
    {
        Encoded = encoded;
        Content = content;
        Id = id;
        Signature = signature;
    }

    /// <summary>The whole envelope, canonical.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>The decoded payload.</summary>
    public Transaction Content { get; }

    /// <summary>The transaction id: the hash of the payload. The signature is not part of it.</summary>
    public Hash256 Id { get; }

    /// <summary>The sender's signature over the payload, 64 bytes. Not yet verified by decoding.</summary>
    public ReadOnlyMemory<byte> Signature { get; }

    /// <summary>Signs a transaction.</summary>
    /// <exception cref="ArgumentException">The signer's key is not the transaction's sender.</exception>
    public static SignedTransaction Create(Transaction transaction, ISigner signer, CryptoSuite suite)
    {
        if (signer.PublicKey.Id != transaction.Sender)
            throw new ArgumentException("the signer's key is not the transaction's sender", nameof(signer));
        var payload = transaction.Encode();
        var signature = signer.Sign(DomainTag.Transaction, payload);
        var writer = new CanonicalWriter(payload.Length + signature.Length + 16);
        writer.Bytes(1, payload);
        writer.Bytes(2, signature);
        return new SignedTransaction(
            writer.ToArray(), transaction, suite.Hash.Hash(DomainTag.Transaction, payload), signature);
    }

    /// <summary>
    /// Decodes an envelope. Keeps a view of <paramref name="encoded"/>: the caller must not change it.
    /// </summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> encoded,
        HashFunction hash,
        [NotNullWhen(true)] out SignedTransaction? transaction,
        out DecodeError error)
    {
        transaction = null;
        var reader = new CanonicalReader(encoded.Span);
        var payload = reader.Bytes(1, Transaction.MaxBytes);
        var signature = reader.FixedBytes(2, CryptoSuite.SignatureSize);
        var ok = reader.End();
        error = reader.Error;
        if (!ok) return false;
        // Field 2 is 64 bytes behind a two-byte head, so the payload ends 66 bytes before the end.
        var payloadMemory = encoded.Slice(encoded.Length - signature.Length - 2 - payload.Length, payload.Length);
        if (!Transaction.TryDecode(payloadMemory, out var content, out error)) return false;
        transaction = new SignedTransaction(
            encoded, content, hash.Hash(DomainTag.Transaction, payload), signature.ToArray());
        return true;
    }

    /// <summary>
    /// Whether the signature is the sender's. <paramref name="key"/> must be the key that the payload names.
    /// </summary>
    public bool IsSignedBy(PublicKey key, CryptoSuite suite) =>
        key.Id == Content.Sender && suite.Verify(key, DomainTag.Transaction, Payload, Signature.Span);

    private ReadOnlySpan<byte> Payload
    {
        get
        {
            var reader = new CanonicalReader(Encoded.Span);
            return reader.Bytes(1, Transaction.MaxBytes);
        }
    }
}
