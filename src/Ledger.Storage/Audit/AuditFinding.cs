using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Blocks;
using Ledger.Core.Encoding;

namespace Ledger.Storage.Audit;

/// <summary>What an audit node found. The numbers are those on disk.</summary>
public enum FindingKind
{
    /// <summary>No finding.</summary>
    None = 0,

    /// <summary>A validator serves a certified block that conflicts with the one that is certified here.</summary>
    SplitView = 1,

    /// <summary>A validator serves a header whose certificate does not hold.</summary>
    UncertifiedHeader = 2,

    /// <summary>A validator's answer is not one of the protocol.</summary>
    MalformedAnswer = 3,

    /// <summary>A validator does not answer.</summary>
    Silent = 4,

    /// <summary>A validator's newest certified block is far below the others'.</summary>
    Lagging = 5,

    /// <summary>A validator's clock differs from this node's by more than half of what the channel allows.</summary>
    ClockOffset = 6,

    /// <summary>A validator serves as proof of a fault what proves nothing.</summary>
    FalseAccusation = 7,

    /// <summary>A validator lacks blocks that could not be compared: it began anew from a snapshot, or hides them.</summary>
    LacksHistory = 8,
}

/// <summary>A finding about one validator.</summary>
/// <param name="Kind">What was found.</param>
/// <param name="Validator">The validator's index in the epoch's set.</param>
/// <param name="Height">The height that it is about, or at which it was found.</param>
/// <param name="Time">When, by this node's clock.</param>
/// <param name="Detail">A sentence for people.</param>
/// <param name="Evidence">What was served, as a certified header's JSON file; empty when there is none.</param>
/// <param name="Ours">What it conflicts with, likewise.</param>
public sealed record AuditFinding(
    FindingKind Kind,
    ValidatorIndex Validator,
    BlockHeight Height,
    Timestamp Time,
    string Detail,
    ReadOnlyMemory<byte> Evidence = default,
    ReadOnlyMemory<byte> Ours = default)
{
    private const int MaxDetailBytes = 4096;
    private const int MaxEvidenceBytes = 1 << 20;

    internal byte[] Encode()
    {
        var writer = new CanonicalWriter(512);
        writer.UInt64(1, (ulong)Kind);
        writer.UInt64(2, (ulong)Validator.Value);
        writer.UInt64(3, Height.Value);
        writer.UInt64(4, Time.UnixMilliseconds);
        writer.Text(5, Detail);
        writer.Bytes(6, Evidence.Span);
        writer.Bytes(7, Ours.Span);
        return writer.ToArray();
    }

    internal static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out AuditFinding? finding)
    {
        finding = null;
        var reader = new CanonicalReader(bytes);
        var value = new AuditFinding(
            (FindingKind)reader.UInt32(1, (uint)FindingKind.LacksHistory),
            new ValidatorIndex((int)reader.UInt32(2, ushort.MaxValue)),
            new BlockHeight(reader.UInt64(3)),
            new Timestamp(reader.UInt64(4, Timestamp.MaxUnixMilliseconds)),
            reader.Text(5, MaxDetailBytes),
            reader.Bytes(6, MaxEvidenceBytes).ToArray(),
            reader.Bytes(7, MaxEvidenceBytes).ToArray());
        if (!reader.End()) return false;
        finding = value;
        return true;
    }
}
