namespace Ledger.Network.Muxing;

/// <summary>Why a connection ended: the log's word and the metric's tag.</summary>
internal enum SessionEnd
{
    /// <summary>This node is stopping.</summary>
    Stopping,

    /// <summary>The other side said that it goes away, or closed the connection.</summary>
    RemoteClosed,

    /// <summary>The connection broke.</summary>
    ConnectionLost,

    /// <summary>Nothing came for longer than the idle timeout.</summary>
    IdleTimeout,

    /// <summary>The peer's queue stayed full for too long.</summary>
    SlowPeer,

    /// <summary>The peer broke the protocol.</summary>
    ProtocolViolation,

    /// <summary>Another connection with the same peer takes precedence.</summary>
    Replaced,

    /// <summary>The peer is no longer in the allow-list.</summary>
    NoLongerAllowed,
}
