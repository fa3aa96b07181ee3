namespace Ledger.Network;

/// <summary>
/// What a handler throws when it refuses a request on purpose. The peer learns that it was refused, and an operator who
/// looks for it why: a peer that is refused ten thousand times a second must not fill the log.
/// </summary>
public sealed class RequestRefusedException(string message) : Exception(message);
