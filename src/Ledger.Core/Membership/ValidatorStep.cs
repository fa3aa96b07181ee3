using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Evidence;

namespace Ledger.Core.Membership;

/// <summary>
/// One step of a <see cref="ValidatorChange"/> (<c>ledger.core.v1.ValidatorStep</c>): adds a validator, removes one, or
/// puts one in another's place. Immutable.
/// </summary>
/// <remarks>
/// Rotating a key is a replacement by the same member; moving to another address is one by the same key.
/// </remarks>
public sealed class ValidatorStep
{
    internal const int MaxBytes = 1024;

    private ValidatorStep(PublicKey? old, Validator? next, ReadOnlyMemory<byte> claim)
    {
        Old = old;
        New = next;
        Claim = claim;
    }

    /// <summary>The key of the validator that leaves; null when none does.</summary>
    public PublicKey? Old { get; }

    /// <summary>The validator that comes; null when none does. At least one of the two is there.</summary>
    public Validator? New { get; }

    /// <summary>
    /// The newcomer's signature over its <see cref="ValidatorClaim"/>, 64 bytes; empty when none comes.
    /// </summary>
    public ReadOnlyMemory<byte> Claim { get; }

    /// <summary>Adds a validator.</summary>
    public static ValidatorStep Add(Validator validator, ReadOnlyMemory<byte> claim) => new(null, validator, claim);

    /// <summary>Removes a validator.</summary>
    public static ValidatorStep Remove(PublicKey key) => new(key, null, default);

    /// <summary>Puts a validator in the place of another.</summary>
    public static ValidatorStep Replace(PublicKey old, Validator validator, ReadOnlyMemory<byte> claim) =>
        new(old, validator, claim);

    internal void WriteTo(CanonicalWriter writer, int field)
    {
        var start = writer.BeginMessage(field);
        if (Old is { } old) writer.Bytes(1, old.Encoded);
        if (New is { } next)
        {
            var inner = writer.BeginMessage(2);
            ValidatorClaim.WriteValidator(writer, next);
            writer.EndMessage(inner);
            writer.Bytes(3, Claim.Span);
        }

        writer.EndMessage(start);
    }

    internal static ValidatorStep? Read(ReadOnlySpan<byte> bytes, CryptoSuite suite, out DecodeErrorKind fault)
    {
        var reader = new CanonicalReader(bytes);
        PublicKey? old = null;
        Validator? next = null;
        byte[] claim = [];
        if (reader.IsNext(1) && !suite.TryParsePublicKey(reader.FixedBytes(1, CryptoSuite.PublicKeySize), out old))
            reader.Fail(DecodeErrorKind.BadValue, 1);
        if (reader.IsNext(2))
        {
            next = ReadValidator(reader.Message(2, MaxBytes), suite, out var kind);
            if (next is null) reader.Fail(kind, 2);
            claim = reader.FixedBytes(3, CryptoSuite.SignatureSize).ToArray();
        }

        if (reader.Ok && old is null && next is null) reader.Fail(DecodeErrorKind.MissingField, 1);
        fault = reader.End() ? DecodeErrorKind.None : reader.Error.Kind;
        return fault == DecodeErrorKind.None ? new ValidatorStep(old, next, claim) : null;
    }

    private static Validator? ReadValidator(ReadOnlySpan<byte> bytes, CryptoSuite suite, out DecodeErrorKind fault)
    {
        var reader = new CanonicalReader(bytes);
        var member = reader.RequiredText(1, EvidenceLimits.IdentifierBytes);
        var keyBytes = reader.FixedBytes(2, CryptoSuite.PublicKeySize);
        var address = reader.RequiredText(3, EvidenceLimits.IdentifierBytes);
        PublicKey? key = null;
        if (reader.Ok && !suite.TryParsePublicKey(keyBytes, out key)) reader.Fail(DecodeErrorKind.BadValue, 2);
        fault = reader.End() ? DecodeErrorKind.None : reader.Error.Kind;
        return fault == DecodeErrorKind.None ? new Validator(member, key!, address) : null;
    }
}
