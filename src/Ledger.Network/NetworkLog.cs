using System.Net;
using Ledger.Network.Muxing;
using Ledger.Network.Security;
using Microsoft.Extensions.Logging;

namespace Ledger.Network;

/// <summary>What this project writes to the log. Event ids 3000 to 3999.</summary>
internal static partial class NetworkLog
{
    [LoggerMessage(3000, LogLevel.Information, "{Peer} listens on {EndPoint}.", EventName = "Listening")]
    public static partial void Listening(ILogger logger, PeerId peer, EndPoint endPoint);

    [LoggerMessage(3001, LogLevel.Information, "Connected with {Peer} at {EndPoint}, dialled here: {DialledHere}.",
        EventName = "PeerConnected")]
    public static partial void PeerConnected(ILogger logger, PeerId peer, EndPoint? endPoint, bool dialledHere);

    [LoggerMessage(3002, LogLevel.Information, "Disconnected from {Peer}: {Reason}. {Detail}",
        EventName = "PeerDisconnected")]
    public static partial void PeerDisconnected(ILogger logger, PeerId peer, SessionEnd reason, string? detail);

    [LoggerMessage(3003, LogLevel.Warning, "Disconnected from {Peer}, which misbehaved: {Reason}. {Detail}",
        EventName = "PeerMisbehaved")]
    public static partial void PeerMisbehaved(ILogger logger, PeerId peer, SessionEnd reason, string? detail);

    [LoggerMessage(3004, LogLevel.Debug, "Refused a connection from {EndPoint}: {Reason}. {Detail}",
        EventName = "InboundRefused")]
    public static partial void InboundRefused(
        ILogger logger, EndPoint? endPoint, HandshakeRefusal reason, string detail);

    [LoggerMessage(3005, LogLevel.Debug, "Dialling {Peer} at {Host}:{Port} failed: {Reason}. {Detail}",
        EventName = "DialFailed")]
    public static partial void DialFailed(
        ILogger logger, PeerId peer, string host, int port, HandshakeRefusal reason, string detail);

    [LoggerMessage(3006, LogLevel.Warning, "{Host}:{Port} is not who it should be: {Detail}", EventName = "WrongPeer")]
    public static partial void WrongPeer(ILogger logger, string host, int port, string detail);

    [LoggerMessage(3007, LogLevel.Warning, "{Peer} does not speak {Protocol}.", EventName = "ProtocolUnsupported")]
    public static partial void ProtocolUnsupported(ILogger logger, PeerId peer, ProtocolId protocol);

    [LoggerMessage(3008, LogLevel.Error, "The handler of {Protocol} failed on a frame from {Peer}.",
        EventName = "HandlerFailed")]
    public static partial void HandlerFailed(ILogger logger, PeerId peer, ProtocolId protocol, Exception error);

    [LoggerMessage(3009, LogLevel.Error, "The answer to {Peer} on {Protocol} has {Size} bytes, too many for a frame.",
        EventName = "AnswerTooLarge")]
    public static partial void AnswerTooLarge(ILogger logger, PeerId peer, ProtocolId protocol, int size);

    [LoggerMessage(3010, LogLevel.Debug, "{Peer} has too many exchanges under way; a stream was reset.",
        EventName = "StreamRefused")]
    public static partial void StreamRefused(ILogger logger, PeerId peer);

    [LoggerMessage(3011, LogLevel.Error, "A task of the network failed unexpectedly.", EventName = "TaskFailed")]
    public static partial void TaskFailed(ILogger logger, Exception error);

    [LoggerMessage(3012, LogLevel.Warning, "Accepting connections failed; trying again. {Detail}",
        EventName = "AcceptFailed")]
    public static partial void AcceptFailed(ILogger logger, string detail);

    [LoggerMessage(3013, LogLevel.Debug, "Refused a request from {Peer} on {Protocol}: {Detail}",
        EventName = "RequestRefused")]
    public static partial void RequestRefused(ILogger logger, PeerId peer, ProtocolId protocol, string detail);

    // Next free id: 3014.
}
