using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;

namespace Ledger.Consensus.Messages;

/// <summary>
/// The two fields with which every payload begins, so that no signature is valid on another channel or in another
/// epoch.
/// </summary>
/// <param name="Channel">The channel.</param>
/// <param name="Epoch">The epoch.</param>
/// <param name="Base">The last block before the epoch: stable for everybody in it, and never voted on.</param>
internal readonly record struct ChannelBinding(ChannelId Channel, Epoch Epoch, BlockHeight Base = default)
{
    public void WriteTo(CanonicalWriter writer)
    {
        writer.Hash(1, Channel.Value);
        writer.UInt64(2, Epoch.Value);
    }

    public void Check(ref CanonicalReader reader)
    {
        if (reader.Hash(1) != Channel.Value) reader.Fail(DecodeErrorKind.BadValue, 1);
        if (reader.UInt64(2) != Epoch.Value) reader.Fail(DecodeErrorKind.BadValue, 2);
    }

    /// <summary>Whether a payload begins with these fields.</summary>
    public bool Begins(ReadOnlySpan<byte> payload)
    {
        var reader = new CanonicalReader(payload);
        Check(ref reader);
        return reader.Ok;
    }

    /// <summary>The payload of a pre-prepare, prepare or commit.</summary>
    public byte[] VotePayload(View view, BlockHeight height, in Hash256 digest)
    {
        var writer = new CanonicalWriter(96);
        WriteTo(writer);
        writer.UInt64(3, view.Value);
        writer.UInt64(4, height.Value);
        writer.Hash(5, digest);
        return writer.ToArray();
    }
}
