namespace Ledger.Node.Api.Grpc;

// Next free id: 5003.
internal static partial class GrpcLog
{
    [LoggerMessage(5000, LogLevel.Error, "The gRPC call {Method} failed with an unexpected error.",
        EventName = "CallFailed")]
    public static partial void CallFailed(ILogger logger, string method, Exception exception);

    [LoggerMessage(5001, LogLevel.Debug, "The gRPC call {Method} was given up by its client.",
        EventName = "CallAborted")]
    public static partial void CallAborted(ILogger logger, string method);

    [LoggerMessage(5002, LogLevel.Debug, "The gRPC call {Method} was refused: {Code} {Reason}.",
        EventName = "CallRefused")]
    public static partial void CallRefused(
        ILogger logger, string method, Ledger.Core.Grpc.GrpcStatusCode code, string? reason);
}
