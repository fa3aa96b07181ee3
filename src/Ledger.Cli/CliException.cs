using Ledger.Client.Transport;
using Ledger.Core.Grpc;

namespace Ledger.Cli;

/// <summary>A command cannot go on. The message says what to do.</summary>
internal sealed class CliException : Exception
{
    public CliException(int exitCode, string message, Exception? inner = null)
        : base(message, inner) => ExitCode = exitCode;

    public int ExitCode { get; }

    /// <summary>A call to one node that failed: it did not answer, or it answered that it will not.</summary>
    public static CliException Of(string node, RpcException fault) => new(
        fault.Code is GrpcStatusCode.Unavailable or GrpcStatusCode.DeadlineExceeded or GrpcStatusCode.Unknown
            ? ExitCodes.Unavailable
            : ExitCodes.Refused,
        $"{node}: {fault.Message}",
        fault);
}
