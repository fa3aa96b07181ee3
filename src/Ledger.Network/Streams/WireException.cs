namespace Ledger.Network.Streams;

/// <summary>What a peer did wrong on the wire.</summary>
internal enum WireFault
{
    /// <summary>A varint is longer than five bytes, beyond 31 bits, or not in its shortest form.</summary>
    MalformedVarint,

    /// <summary>A frame announces more bytes than its protocol allows.</summary>
    FrameTooLarge,

    /// <summary>The bytes are not multistream-select.</summary>
    BadMultistream,

    /// <summary>A yamux header of an unknown version or type, or on a stream that its type cannot have.</summary>
    BadYamuxHeader,

    /// <summary>A yamux stream was opened with an id that is taken, zero, or of the other side's parity.</summary>
    BadStreamId,

    /// <summary>More data than the window allows, or a window beyond 32 bits.</summary>
    FlowControl,

    /// <summary>More control frames than we can answer while the peer does not read.</summary>
    ControlFlood,

    /// <summary>A stream ended in the middle of a frame.</summary>
    Truncated,
}

/// <summary>The only exception that decoding hostile bytes may throw. Never leaves this project.</summary>
internal sealed class WireException(WireFault fault, string message) : Exception(message)
{
    public WireFault Fault => fault;
}
