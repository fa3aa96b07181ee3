using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Cbor;
using Ledger.Core.Cose;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Membership;
using Ledger.Core.Receipts;

namespace Ledger.Core.Portable;

/// <summary>
/// A signed statement of SCITT (RFC 9943): a COSE_Sign1 of a member over a payload, or over its hash. The record that
/// anchors it carries the digest of its bytes; with the receipts of that record it is a transparent statement.
/// Immutable.
/// </summary>
/// <remarks>docs/spec/scitt.md. Claims nothing before <see cref="Verify"/>.</remarks>
public sealed class ScittStatement
{
    /// <summary>The media type of a statement, and of the digest that anchors it.</summary>
    public const string MediaType = "application/scitt-statement+cose";

    /// <summary>Longest payload in bytes: what is longer goes into a hash envelope.</summary>
    public const int MaxPayload = 1 << 20;

    private const byte TaggedSign1 = 0xd2;
    private const int MaxBytes = CoseReceipts.MaxBytes + MaxPayload;

    private static readonly CborLimits Limits = CoseReceipts.Limits with { MaxBytes = MaxBytes };

    private readonly CoseSign1 _message;

    private ScittStatement(CoseSign1 message, AttestedReceipt? receipts)
    {
        _message = message;
        Receipts = receipts;
    }

    /// <summary>The issuer: a member's id.</summary>
    public string Issuer => Claim(CoseLabels.Issuer)!;

    /// <summary>What the statement is about: a subject of the ledger.</summary>
    public string Subject => Claim(CoseLabels.Subject)!;

    /// <summary>The media type of the payload, or of what its hash is of.</summary>
    public string ContentType => (_message.Protected.Find(CoseLabels.ContentType)
        ?? _message.Protected.Find(CoseLabels.PreimageContentType))!.Text!;

    /// <summary>Whether the payload is the SHA-256 hash of what is stated, which is kept elsewhere.</summary>
    public bool IsHashEnvelope => _message.Protected.Find(CoseLabels.PayloadHashAlgorithm) is not null;

    /// <summary>What is stated, or its hash.</summary>
    public ReadOnlyMemory<byte> Payload => _message.Payload!.Value;

    /// <summary>The id of the key that signed.</summary>
    public KeyId Key => new(new Hash256(_message.Protected.Find(CoseLabels.KeyId)!.Bytes.Span));

    /// <summary>The receipts that make it transparent; null when it has none.</summary>
    public AttestedReceipt? Receipts { get; }

    /// <summary>The digest of the statement without receipts, which its record carries.</summary>
    public EvidenceDigest Digest => new(
        Sha256.Instance.Name,
        Sha256.Instance.Hash(Encode(CborValue.Map())).ToArray(),
        MediaType);

    /// <summary>Whether a file can be one: it begins with the tag of a COSE_Sign1.</summary>
    public static bool IsOne(ReadOnlySpan<byte> file) => !file.IsEmpty && file[0] == TaggedSign1;

    /// <summary>Signs a statement over a payload that it carries.</summary>
    /// <exception cref="ArgumentException">A text is empty or the payload too long, or the signer cannot sign for
    /// COSE.</exception>
    public static ScittStatement Sign(
        ISigner signer, string issuer, string subject, string contentType, ReadOnlyMemory<byte> payload)
    {
        if (payload.Length is 0 or > MaxPayload)
        {
            throw new ArgumentException(
                $"a payload has 1 to {MaxPayload} bytes; state the hash of a longer one", nameof(payload));
        }

        return Sign(
            signer, Header(signer.PublicKey.Id, issuer, subject, contentType, isHash: false), payload);
    }

    /// <summary>Signs a statement over the SHA-256 hash of something that is kept elsewhere (RFC 9995).</summary>
    /// <exception cref="ArgumentException">A text is empty, or the signer cannot sign for COSE.</exception>
    public static ScittStatement SignHash(
        ISigner signer, string issuer, string subject, string contentType, in Hash256 hash) => Sign(
        signer, Header(signer.PublicKey.Id, issuer, subject, contentType, isHash: true), hash.ToArray());

    /// <summary>Reads a statement: its layout, not whether it holds. The error is a sentence.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> file, [NotNullWhen(true)] out ScittStatement? statement,
        [NotNullWhen(false)] out string? error)
    {
        statement = null;
        if (!CoseSign1.TryDecode(file, Limits, out var message, out error)) return false;
        if (!HasLayout(message))
        {
            error = "the statement's protected header or payload is not one of this format";
            return false;
        }

        AttestedReceipt? receipts = null;
        var entries = message.Unprotected.Entries;
        if (entries.Count > 0)
        {
            if (entries.Count > 1 || message.Unprotected.Find(CoseLabels.Receipts) is not { } array)
            {
                error = "the unprotected header has something beside receipts";
                return false;
            }

            if (!CoseReceipts.TryTake(array, out receipts, out error)) return false;
        }

        error = null;
        statement = new ScittStatement(message, receipts);
        return true;
    }

    /// <summary>The encoding, with its receipts if it has any.</summary>
    public byte[] Encode() => Encode(Receipts is null
        ? CborValue.Map()
        : CborValue.Map((CborValue.Of(CoseLabels.Receipts), CoseReceipts.ToValue(Receipts))));

    /// <summary>The transparent statement with these receipts.</summary>
    public ScittStatement With(AttestedReceipt receipts) => new(_message, receipts);

    /// <summary>Whether the payload is this file's content, or its hash.</summary>
    public bool States(ReadOnlySpan<byte> content) => IsHashEnvelope
        ? Sha256.Instance.Hash(content).AsSpan().SequenceEqual(Payload.Span)
        : content.SequenceEqual(Payload.Span);

    /// <summary>
    /// Verifies a transparent statement: the receipts, that their record carries this statement's digest and names its
    /// issuer and subject, and the issuer's signature under the key that signed the record's transaction.
    /// </summary>
    public ReceiptVerdict Verify(Genesis genesis)
    {
        if (Receipts is null) return Refuse(ReceiptFault.Malformed, "the statement has no receipts");
        var verdict = AttestedReceiptVerifier.Verify(Receipts, genesis);
        if (!verdict.IsValid) return verdict;
        var (leaf, record) = (verdict.Content.Leaf, verdict.Content.Record);
        var digest = Digest;
        if (!record.Digests.Any(d => d.Algorithm == digest.Algorithm && d.MediaType == digest.MediaType
            && d.Value.Span.SequenceEqual(digest.Value.Span)))
        {
            return Refuse(
                ReceiptFault.LeafMalformed, "the record that the receipts prove does not anchor this statement");
        }

        if (Issuer != leaf.Member || Subject != record.Subject)
        {
            return Refuse(
                ReceiptFault.LeafMalformed,
                $"the statement is of '{Issuer}' on '{Subject}', and '{leaf.Member}' anchored it on '{record.Subject}'");
        }

        return leaf.Sender == Key && genesis.FindKey(Key) is { } known && _message.Verify(known.Key, Payload)
            ? verdict
            : Refuse(
                ReceiptFault.CertificateSignatureInvalid,
                "the statement's signature does not hold under the key of its issuer that anchored it");
    }

    private static ScittStatement Sign(ISigner signer, CborValue header, ReadOnlyMemory<byte> payload)
    {
        if (signer is not IDigestSigner digests)
            throw new ArgumentException("this key cannot sign for COSE", nameof(signer));
        var signature = digests.SignDigest(CoseSign1.Digest(header.Encode(), payload).AsSpan());
        return new ScittStatement(CoseSign1.Create(header, CborValue.Map(), payload, signature), null);
    }

    private static CborValue Header(KeyId key, string issuer, string subject, string contentType, bool isHash)
    {
        if (issuer.Length == 0 || subject.Length == 0 || contentType.Length == 0)
            throw new ArgumentException("a statement has an issuer, a subject and a content type");
        List<(CborValue, CborValue)> entries =
        [
            (CborValue.Of(CoseLabels.Algorithm), CborValue.Of(CoseLabels.Es256K)),
            (CborValue.Of(CoseLabels.KeyId), CborValue.Of(key.Value.ToArray())),
            (CborValue.Of(CoseLabels.CwtClaims), CborValue.Map(
                (CborValue.Of(CoseLabels.Issuer), CborValue.Of(issuer)),
                (CborValue.Of(CoseLabels.Subject), CborValue.Of(subject)))),
        ];
        if (isHash) entries.Add((CborValue.Of(CoseLabels.PayloadHashAlgorithm), CborValue.Of(CoseLabels.Sha256)));
        entries.Add((
            CborValue.Of(isHash ? CoseLabels.PreimageContentType : CoseLabels.ContentType), CborValue.Of(contentType)));
        return CborValue.Map(entries);
    }

    // As with receipts: what the values that are looked for make must be what was read.
    private static bool HasLayout(CoseSign1 message)
    {
        var header = message.Protected;
        var isHash = header.Find(CoseLabels.PayloadHashAlgorithm) is not null;
        var claims = header.Find(CoseLabels.CwtClaims);
        if (header.Find(CoseLabels.KeyId) is not { Bytes.Length: Hash256.Size } key
            || claims?.Find(CoseLabels.Issuer)?.Text is not { Length: > 0 } issuer
            || claims.Find(CoseLabels.Subject)?.Text is not { Length: > 0 } subject
            || header.Find(isHash ? CoseLabels.PreimageContentType : CoseLabels.ContentType)?.Text
                is not { Length: > 0 } contentType
            || message.Payload is not { Length: > 0 and <= MaxPayload } payload
            || (isHash && payload.Length != Hash256.Size)
            || message.Signature.Length != CryptoSuite.SignatureSize)
        {
            return false;
        }

        var made = Header(new KeyId(new Hash256(key.Bytes.Span)), issuer, subject, contentType, isHash);
        return made.Encode().AsSpan().SequenceEqual(message.ProtectedBytes.Span);
    }

    private static ReceiptVerdict Refuse(ReceiptFault fault, string detail) =>
        ReceiptVerifier.Refuse(fault, null, detail);

    private byte[] Encode(CborValue unprotected) =>
        CoseSign1.Create(_message.Protected, unprotected, _message.Payload, _message.Signature).Encode();

    private string? Claim(long label) => _message.Protected.Find(CoseLabels.CwtClaims)?.Find(label)?.Text;
}
