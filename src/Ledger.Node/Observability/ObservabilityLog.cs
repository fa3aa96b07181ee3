namespace Ledger.Node.Observability;

// Next free id: 4901.
internal static partial class ObservabilityLog
{
    [LoggerMessage(4900, LogLevel.Warning, "An instrument failed to report its value.", EventName = "CallbackFailed")]
    public static partial void CallbackFailed(ILogger logger, Exception exception);
}
