using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;

namespace Ledger.Storage;

/// <summary>
/// Where the chain on disk ends: written in the same batch as the block it names, so it is never ahead of the data nor
/// behind it. Immutable.
/// </summary>
/// <param name="Height">The newest block.</param>
/// <param name="HeaderHash">Its header's hash.</param>
/// <param name="LogSize">Number of leaves.</param>
/// <param name="LogRoot">Root of the log tree.</param>
/// <param name="StateRoot">Root of the state tree.</param>
/// <param name="VoteSequence">
/// How many batches the vote log held when this block was executed. A vote log that holds fewer has lost acknowledged
/// votes: its replica must not vote (<see cref="Votes.VoteLog.Sequence"/>).
/// </param>
public sealed record Watermark(
    BlockHeight Height, Hash256 HeaderHash, ulong LogSize, Hash256 LogRoot, Hash256 StateRoot, ulong VoteSequence)
{
    internal byte[] Encode()
    {
        var writer = new CanonicalWriter(128);
        writer.UInt64(1, Height.Value);
        writer.Hash(2, HeaderHash);
        writer.UInt64(3, LogSize);
        writer.Hash(4, LogRoot);
        writer.Hash(5, StateRoot);
        writer.UInt64(6, VoteSequence);
        return writer.ToArray();
    }

    internal static Watermark? Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new CanonicalReader(bytes);
        var value = new Watermark(
            new BlockHeight(reader.UInt64(1)), reader.Hash(2), reader.UInt64(3), reader.Hash(4), reader.Hash(5),
            reader.UInt64(6));
        return reader.End() ? value : null;
    }
}
