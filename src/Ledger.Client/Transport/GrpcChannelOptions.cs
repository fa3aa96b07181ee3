using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Ledger.Client.Credentials;
using Ledger.Core.Grpc;

namespace Ledger.Client.Transport;

/// <summary>Settings of a <see cref="GrpcChannel"/>.</summary>
public sealed record GrpcChannelOptions
{
    /// <summary>
    /// The largest message that is received, before and after decompression, in bytes. Defaults to 4 MiB, as in every
    /// gRPC library; nothing is allocated for a larger one.
    /// </summary>
    public int MaxReceiveMessageBytes { get; init; } = GrpcFrame.DefaultMaxMessageSize;

    /// <summary>
    /// Requests of at least this size are compressed with gzip. Defaults to never: what clients submit is mostly
    /// digests and signatures, which do not compress.
    /// </summary>
    public int CompressRequestsFromBytes { get; init; } = int.MaxValue;

    /// <summary>
    /// Starts when a connection is opened; when it ends, the calls that wait for it fail with UNAVAILABLE. Defaults to
    /// 10 s, which covers a lost SYN on a slow path.
    /// </summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Starts when a connection with running calls falls silent; when it ends, a ping asks whether the node is alive.
    /// Defaults to 30 s, below the idle limits of common firewalls.
    /// </summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The client's certificate for mutual TLS.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>Decides on the node's certificate in place of the system's trust store.</summary>
    public RemoteCertificateValidationCallback? ValidateServerCertificate { get; init; }

    /// <summary>
    /// Decides on the node's certificate by its address, unless <see cref="ValidateServerCertificate"/> does.
    /// </summary>
    public GenesisTrust? Trust { get; init; }

    /// <summary>
    /// Whether it says by itself which certificates are accepted, whatever the client's <see cref="NodeTrust"/>.
    /// </summary>
    public bool DecidesOnCertificates => Trust is not null || ValidateServerCertificate is not null;

    /// <summary>
    /// Shows the node who calls, with a token in each call. Null shows nothing but the certificate, if there is one.
    /// </summary>
    public ICallerCredentials? Credentials { get; init; }

    /// <summary>The clock of deadlines. Defaults to the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
