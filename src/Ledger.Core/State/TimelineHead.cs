using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;

namespace Ledger.Core.State;

/// <summary>
/// The newest entry of a subject's timeline (<c>ledger.core.v1.TimelineHead</c>), kept in the state tree so that "this
/// timeline has exactly n entries" is provable.
/// </summary>
/// <param name="Sequence">Its sequence number, which is the timeline's length.</param>
/// <param name="LeafHash">Its RFC 9162 leaf hash.</param>
/// <param name="Index">Its place in the log.</param>
public readonly record struct TimelineHead(ulong Sequence, Hash256 LeafHash, LogIndex Index)
{
    /// <summary>The canonical encoding: the value in the state tree.</summary>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter(64);
        WriteTo(writer);
        return writer.ToArray();
    }

    /// <summary>Appends the canonical encoding to a writer.</summary>
    public void WriteTo(CanonicalWriter writer)
    {
        writer.UInt64(1, Sequence);
        writer.Hash(2, LeafHash);
        writer.UInt64(3, Index.Value);
    }

    /// <summary>Decodes a head.</summary>
    public static bool TryDecode(
        ReadOnlySpan<byte> bytes,
        [NotNullWhen(true)] out TimelineHead? head,
        out DecodeError error)
    {
        head = null;
        var reader = new CanonicalReader(bytes);
        var sequence = reader.UInt64(1);
        var hash = reader.Hash(2);
        var index = new LogIndex(reader.UInt64(3));
        if (reader.Ok && sequence == 0) reader.Fail(DecodeErrorKind.MissingField, 1);
        var ok = reader.End();
        error = reader.Error;
        if (ok) head = new TimelineHead(sequence, hash, index);
        return ok;
    }
}
