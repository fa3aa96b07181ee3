using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Ledger.Core.Grpc.Details;

namespace Ledger.Core.Grpc;

/// <summary>Turns a <see cref="RpcStatus"/> into the values of gRPC's trailers and back.</summary>
/// <remarks>
/// Stateless and safe for concurrent use. Reading never throws: a broken trailer costs only what it carried.
/// </remarks>
public static class RpcStatusCodec
{
    /// <summary>The domain of Ledger's reasons in google.rpc.ErrorInfo.</summary>
    public const string ErrorDomain = "ledger";

    /// <summary>Longest grpc-status-details-bin that is read, in characters.</summary>
    public const int MaxDetailsLength = 16 * 1024;

    // google.rpc.ErrorInfo limits a reason to 63 characters.
    private const int MaxReasonLength = 63;

    // A peer that asks for a longer pause than this is not understood as asking for any.
    private static readonly TimeSpan MaxRetryDelay = TimeSpan.FromDays(1);

    private static readonly string[] CodeTexts =
        [.. System.Enum.GetValues<GrpcStatusCode>().Select(c => ((int)c).ToString(CultureInfo.InvariantCulture))];

    /// <summary>The value of grpc-status.</summary>
    public static string FormatCode(GrpcStatusCode code) => CodeTexts[(int)code];

    /// <summary>
    /// The value of grpc-status-details-bin (base64 without padding), or null when there is nothing to add.
    /// </summary>
    public static string? FormatDetails(RpcStatus status)
    {
        ArgumentNullException.ThrowIfNull(status);
        if (status.Reason is null && status.RetryDelay is null) return null;
        var details = new Status { Code = (int)status.Code, Message = status.Message };
        if (status.Reason is { } reason)
            details.Details.Add(Any.Pack(new ErrorInfo { Reason = reason, Domain = ErrorDomain }));
        if (status.RetryDelay is { } delay)
            details.Details.Add(Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(delay) }));
        return Convert.ToBase64String(details.ToByteArray()).TrimEnd('=');
    }

    /// <summary>Reads a status from its trailers; any of them may be absent or damaged.</summary>
    /// <param name="code">The value of grpc-status.</param>
    /// <param name="message">The value of grpc-message, percent-encoded.</param>
    /// <param name="details">The value of grpc-status-details-bin.</param>
    public static RpcStatus Read(string? code, string? message, string? details)
    {
        if (code is null)
            return new RpcStatus(GrpcStatusCode.Unknown, "The peer ended the call without a grpc-status.");
        var text = message is null ? "" : GrpcMessageText.Decode(message);
        if (!int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number >= CodeTexts.Length)
        {
            return new RpcStatus(GrpcStatusCode.Unknown, text);
        }

        if (number == 0) return RpcStatus.Ok;
        var (reason, retryDelay) = ReadDetails(details);
        return new RpcStatus((GrpcStatusCode)number, text, reason, retryDelay);
    }

    private static (string? Reason, TimeSpan? RetryDelay) ReadDetails(string? details)
    {
        if (details is null || !TryDecodeBase64(details, out var bytes)) return default;
        string? reason = null;
        TimeSpan? delay = null;
        try
        {
            foreach (var any in Status.Parser.ParseFrom(bytes).Details)
            {
                if (any.TryUnpack<ErrorInfo>(out var info)) reason ??= ReadReason(info);
                else if (any.TryUnpack<RetryInfo>(out var retry)) delay ??= ReadDelay(retry.RetryDelay);
            }
        }
        catch (InvalidProtocolBufferException)
        {
            // Details only add to the status; what was read before the damage still holds.
        }

        return (reason, delay);
    }

    private static string? ReadReason(ErrorInfo info) =>
        info.Reason.Length is > 0 and <= MaxReasonLength ? info.Reason : null;

    private static TimeSpan? ReadDelay(Duration? delay)
    {
        if (delay is null || delay.Seconds < 0 || delay.Seconds > (long)MaxRetryDelay.TotalSeconds) return null;
        if (delay.Nanos is < 0 or > 999_999_999) return null;
        return TimeSpan.FromSeconds(delay.Seconds) + TimeSpan.FromTicks(delay.Nanos / TimeSpan.NanosecondsPerTick);
    }

    // gRPC over HTTP/2, "Custom-Metadata": senders omit the padding, receivers accept both forms.
    private static bool TryDecodeBase64(string text, out byte[] bytes)
    {
        bytes = [];
        if (text.Length > MaxDetailsLength) return false;
        var body = text.TrimEnd('=');
        var padded = body.PadRight((body.Length + 3) / 4 * 4, '=');
        var buffer = new byte[padded.Length / 4 * 3];
        if (!Convert.TryFromBase64String(padded, buffer, out var written)) return false;
        bytes = buffer[..written];
        return true;
    }
}
