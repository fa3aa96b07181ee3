using System.Buffers.Binary;
using Ledger.Network.Streams;

namespace Ledger.Network.Muxing;

internal enum YamuxType : byte
{
    Data = 0,
    WindowUpdate = 1,
    Ping = 2,
    GoAway = 3,
}

[Flags]
internal enum YamuxFlags : ushort
{
    None = 0,
    Syn = 1,
    Ack = 2,
    Fin = 4,
    Rst = 8,
}

/// <summary>
/// The 12 bytes ahead of every yamux frame, big-endian: version 0, type, flags, stream id, length. The length counts
/// the body of a data frame; in the others it is the window's growth, the ping's echo value, or the reason to go away.
/// </summary>
/// <remarks>yamux specification, framing.</remarks>
internal readonly record struct YamuxHeader(YamuxType Type, YamuxFlags Flags, uint StreamId, uint Length)
{
    public const int Size = 12;

    public bool Has(YamuxFlags flag) => (Flags & flag) != 0;

    public void Write(Span<byte> into)
    {
        into[0] = 0;
        into[1] = (byte)Type;
        BinaryPrimitives.WriteUInt16BigEndian(into[2..], (ushort)Flags);
        BinaryPrimitives.WriteUInt32BigEndian(into[4..], StreamId);
        BinaryPrimitives.WriteUInt32BigEndian(into[8..], Length);
    }

    /// <exception cref="WireException">Unknown version or type, or a stream id that the type cannot have.</exception>
    public static YamuxHeader Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes[0] != 0) throw Bad("unknown yamux version");
        var type = (YamuxType)bytes[1];
        if (type > YamuxType.GoAway) throw Bad("unknown yamux frame type");

        var id = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        if ((id == 0) != (type is YamuxType.Ping or YamuxType.GoAway))
            throw Bad("a yamux session frame on a stream, or a stream frame on the session");
        var flags = (YamuxFlags)BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        return new YamuxHeader(type, flags, id, BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]));
    }

    private static WireException Bad(string message) => new(WireFault.BadYamuxHeader, message);
}
