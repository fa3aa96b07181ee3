namespace Ledger.Network.Muxing;

/// <summary>The bounds of one yamux session.</summary>
internal sealed record YamuxLimits
{
    /// <summary>The window every stream starts with, by the yamux specification.</summary>
    public const int InitialWindow = 256 * 1024;

    /// <summary>
    /// Bytes a stream may receive ahead of its reader. Beyond <see cref="InitialWindow"/> it is granted when the stream
    /// opens; the product with the round-trip time bounds a stream's throughput.
    /// </summary>
    public int ReceiveWindow { get; init; } = InitialWindow;

    /// <summary>Streams the other side may have open at once; more are reset.</summary>
    public int MaxInboundStreams { get; init; } = 64;

    /// <summary>
    /// How long a stream that we closed waits for the other side to close it too, before it is reset.
    /// </summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the last frames may take to leave when the session ends.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(1);
}
