using Ledger.Node.Api.Callers;

namespace Ledger.Node.Api;

/// <summary>One call on the node's API, whichever protocol carries it: gRPC or REST.</summary>
/// <remarks>Belongs to its handler; valid until the handler's task ends.</remarks>
public abstract class ApiCall(HttpContext http)
{
    /// <summary>The HTTP request that carries the call: its headers, connection and user.</summary>
    public HttpContext Http { get; } = http;

    /// <summary>
    /// Who calls. Null where anybody may; the gate before the handlers lets nobody else through without one.
    /// </summary>
    public Caller? Caller => Http.Features.Get<Caller>();

    /// <summary>Set when the client cancels, its connection breaks or its deadline passes.</summary>
    public abstract CancellationToken Cancellation { get; }
}
