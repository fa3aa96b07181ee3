using Ledger.Core.Crypto;
using Ledger.Core.Encoding;

namespace Ledger.Core.Accountability;

/// <summary>
/// Something that a validator signed (<c>ledger.core.v1.SignedStatement</c>): a message's payload, or the header that a
/// checkpoint is over. Exact bytes; whether the signature holds is for a verifier to say.
/// </summary>
/// <param name="Statement">The payload or header.</param>
/// <param name="Signature">The signature, 64 bytes.</param>
public sealed record SignedStatement(ReadOnlyMemory<byte> Statement, ReadOnlyMemory<byte> Signature)
{
    /// <summary>Largest statement in bytes: two fit into a proof, whatever the channel's parameters.</summary>
    public const int MaxStatementBytes = 16 << 20;

    /// <inheritdoc/>
    public bool Equals(SignedStatement? other) => other is not null
        && Statement.Span.SequenceEqual(other.Statement.Span)
        && Signature.Span.SequenceEqual(other.Signature.Span);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Signature.Span);
        return hash.ToHashCode();
    }

    internal void WriteTo(CanonicalWriter writer, int field)
    {
        var start = writer.BeginMessage(field);
        writer.Bytes(1, Statement.Span);
        writer.Bytes(2, Signature.Span);
        writer.EndMessage(start);
    }

    internal static SignedStatement? Read(ref CanonicalReader outer, int field)
    {
        var reader = new CanonicalReader(outer.Message(field, MaxStatementBytes + CryptoSuite.SignatureSize + 16));
        if (!outer.Ok) return null;
        var statement = reader.RequiredBytes(1, MaxStatementBytes);
        var signature = reader.FixedBytes(2, CryptoSuite.SignatureSize);
        if (reader.End()) return new SignedStatement(statement.ToArray(), signature.ToArray());
        outer.Fail(reader.Error.Kind, field);
        return null;
    }
}
