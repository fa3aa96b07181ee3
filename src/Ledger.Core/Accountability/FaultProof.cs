using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Receipts;

namespace Ledger.Core.Accountability;

/// <summary>
/// Proof that a validator signed what no honest one signs (<c>ledger.core.v1.FaultProof</c>): two statements that
/// contradict each other, verifiable offline by anyone who holds the genesis document. Holds exact bytes and claims
/// nothing: a verifier says whether it holds. Immutable.
/// </summary>
/// <remarks>
/// docs/spec/accountability.md. <see cref="FaultProofJson"/> is the same as text. <see cref="CheckpointFaults"/>
/// verifies proofs that consist of headers; the other kinds are messages of consensus, verified by Ledger.Consensus.
/// </remarks>
public sealed record FaultProof
{
    /// <summary>The version of the format.</summary>
    public const uint FormatVersion = 1;

    /// <summary>Largest encoding in bytes. Bounds what a verifier reads from a stranger.</summary>
    public const int MaxBytes = 64 << 20;

    /// <summary>The channel.</summary>
    public required ChannelId Channel { get; init; }

    /// <summary>The epoch whose validator signed; of two headers, the later epoch.</summary>
    public required Epoch Epoch { get; init; }

    /// <summary>How the statements contradict each other.</summary>
    public required FaultKind Kind { get; init; }

    /// <summary>The culprit's public key, 33 bytes.</summary>
    public required ReadOnlyMemory<byte> Culprit { get; init; }

    /// <summary>
    /// The first statement. Of two of one kind the lesser in byte order; of a concealed certificate, the commit.
    /// </summary>
    public required SignedStatement First { get; init; }

    /// <summary>The second statement.</summary>
    public required SignedStatement Second { get; init; }

    /// <summary>How each epoch before <see cref="Epoch"/> ended, from epoch 0 on.</summary>
    public IReadOnlyList<EpochChange> EpochChanges { get; init; } = [];

    /// <inheritdoc/>
    public bool Equals(FaultProof? other) => other is not null && Encode().AsSpan().SequenceEqual(other.Encode());

    /// <inheritdoc/>
    public override int GetHashCode() => First.GetHashCode();

    /// <summary>
    /// Puts two statements of one kind into their order: one contradiction has one proof, whoever found it.
    /// </summary>
    public static (SignedStatement First, SignedStatement Second) Order(SignedStatement a, SignedStatement b) =>
        a.Statement.Span.SequenceCompareTo(b.Statement.Span) <= 0 ? (a, b) : (b, a);

    /// <summary>The canonical encoding: the binary file.</summary>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter(1024);
        writer.UInt64(1, FormatVersion);
        writer.Hash(2, Channel.Value);
        writer.UInt64(3, Epoch.Value);
        writer.UInt64(4, (ulong)Kind);
        writer.Bytes(5, Culprit.Span);
        First.WriteTo(writer, 6);
        Second.WriteTo(writer, 7);
        foreach (var change in EpochChanges) change.WriteTo(writer, 8);
        return writer.ToArray();
    }

    /// <summary>Decodes a proof: its own layout only, not what its parts hold.</summary>
    public static bool TryDecode(
        ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out FaultProof? proof, out DecodeError error)
    {
        proof = null;
        var reader = new CanonicalReader(bytes);
        if (bytes.Length > MaxBytes) reader.Fail(DecodeErrorKind.TooLarge, 0);
        var version = reader.UInt32(1);
        if (reader.Ok && version != FormatVersion) reader.Fail(DecodeErrorKind.BadValue, 1);
        var channel = new ChannelId(reader.Hash(2));
        var epoch = new Epoch(reader.UInt64(3));
        var kind = (FaultKind)reader.UInt32(4, (uint)FaultKind.ConcealedCertificate);
        if (reader.Ok && kind == FaultKind.None) reader.Fail(DecodeErrorKind.MissingField, 4);
        var culprit = reader.FixedBytes(5, CryptoSuite.PublicKeySize);
        var first = SignedStatement.Read(ref reader, 6);
        var second = SignedStatement.Read(ref reader, 7);
        var changes = EpochChange.ReadAll(ref reader, 8);
        var ok = reader.End();
        error = reader.Error;
        if (!ok) return false;
        proof = new FaultProof
        {
            Channel = channel,
            Epoch = epoch,
            Kind = kind,
            Culprit = culprit.ToArray(),
            First = first!,
            Second = second!,
            EpochChanges = changes,
        };
        return true;
    }
}
