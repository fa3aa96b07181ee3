namespace Ledger.Client.Transport;

/// <summary>Settings of one call. The default value sets no deadline and sends no headers.</summary>
public readonly record struct GrpcCallOptions
{
    /// <summary>
    /// Starts with the call and is told to the node; when it ends, the call fails with DEADLINE_EXCEEDED on both sides.
    /// </summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Request headers, such as <c>authorization</c>. Names are lower-case ASCII.</summary>
    public IReadOnlyList<KeyValuePair<string, string>>? Headers { get; init; }
}
