using System.ComponentModel.DataAnnotations;
using Ledger.Core.Grpc;

namespace Ledger.Node.Api.Grpc;

/// <summary>Limits of the gRPC server.</summary>
public sealed class GrpcServerOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Ledger:Api:Grpc";

    /// <summary>
    /// The largest message that is received, before and after decompression, in bytes. A larger one ends the call with
    /// RESOURCE_EXHAUSTED before anything is allocated for it. Defaults to 4 MiB, which is what gRPC clients expect.
    /// </summary>
    [Range(1024, 64 * 1024 * 1024)]
    public int MaxReceiveMessageBytes { get; set; } = GrpcFrame.DefaultMaxMessageSize;

    /// <summary>
    /// Responses of at least this size are compressed when the client accepts gzip. Defaults to 32 KiB: what the ledger
    /// answers is mostly hashes and signatures, which do not compress, so only long lists are worth the processor time.
    /// </summary>
    [Range(0, int.MaxValue)]
    public int CompressResponsesFromBytes { get; set; } = 32 * 1024;

    /// <summary>
    /// Starts when a call with one request message waits for its bytes; when it ends, the call fails with
    /// DEADLINE_EXCEEDED. Defaults to 20 s: it replaces the minimum data rate of the HTTP server, which would also cut
    /// long-lived quiet streams.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan RequestReadTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// The largest remainder of a refused request that is read and thrown away, in bytes, so that the client sees the
    /// status instead of a reset stream. Defaults to 16 MiB: four times the message limit.
    /// </summary>
    [Range(0, 256 * 1024 * 1024)]
    public int MaxDiscardedBytes { get; set; } = 4 * GrpcFrame.DefaultMaxMessageSize;
}
