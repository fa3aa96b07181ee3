namespace Ledger.Node.Api.Rest;

// Next free id: 5104.
internal static partial class RestLog
{
    [LoggerMessage(5100, LogLevel.Error, "The REST call {Operation} failed with an unexpected error.",
        EventName = "RestCallFailed")]
    public static partial void CallFailed(ILogger logger, string operation, Exception exception);

    [LoggerMessage(5101, LogLevel.Debug, "The REST call {Operation} was given up by its client.",
        EventName = "RestCallAborted")]
    public static partial void CallAborted(ILogger logger, string operation);

    [LoggerMessage(5102, LogLevel.Debug, "The REST call of {Path} was refused: {Status} {Reason}.",
        EventName = "RestCallRefused")]
    public static partial void CallRefused(ILogger logger, string path, int status, string? reason);

    [LoggerMessage(5103, LogLevel.Information, "A reader of a stream did not keep up for {Patience} and was cut off.",
        EventName = "StreamCutOff")]
    public static partial void StreamCutOff(ILogger logger, TimeSpan patience);
}
