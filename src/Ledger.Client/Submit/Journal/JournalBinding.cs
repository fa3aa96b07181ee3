using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;

namespace Ledger.Client.Submit.Journal;

/// <summary>What a journal belongs to: the first entry of its file.</summary>
/// <param name="Source">Digest of the source file.</param>
/// <param name="Map">Digest of the mapping file.</param>
/// <param name="Channel">The channel.</param>
internal readonly record struct JournalBinding(Hash256 Source, Hash256 Map, ChannelId Channel)
{
    private const ulong Version = 1;

    public byte[] Encode()
    {
        var writer = new CanonicalWriter(128);
        var start = writer.BeginMessage(1);
        writer.UInt64(1, Version);
        writer.Hash(2, Source);
        writer.Hash(3, Map);
        writer.Hash(4, Channel.Value);
        writer.EndMessage(start);
        return writer.ToArray();
    }

    public static JournalBinding? Decode(ReadOnlySpan<byte> content)
    {
        var outer = new CanonicalReader(content);
        var reader = new CanonicalReader(outer.Message(1, 256));
        var version = reader.UInt64(1);
        var source = reader.Hash(2);
        var map = reader.Hash(3);
        var channel = new ChannelId(reader.Hash(4));
        return outer.End() && reader.End() && version == Version ? new JournalBinding(source, map, channel) : null;
    }

    /// <summary>What differs, as a sentence; null when nothing does.</summary>
    public string? DifferenceFrom(in JournalBinding other)
    {
        if (Source != other.Source) return "it belongs to another source file, or the file was changed since";
        if (Map != other.Map) return "it belongs to another mapping, or the mapping was changed since";
        return Channel != other.Channel ? "it belongs to another channel" : null;
    }
}
