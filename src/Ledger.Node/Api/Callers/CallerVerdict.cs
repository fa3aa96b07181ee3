using Ledger.Core.Callers;
using Ledger.Core.Grpc;

namespace Ledger.Node.Api.Callers;

/// <summary>Who a caller is, or why that is not known, with a sentence that says what to do.</summary>
internal readonly record struct CallerVerdict
{
    private CallerVerdict(Caller? caller, CallerFault fault, string detail) =>
        (Caller, Fault, Detail) = (caller, fault, detail);

    public Caller? Caller { get; }

    public CallerFault Fault { get; }

    public string Detail { get; }

    /// <summary>The status that a refused call ends with.</summary>
    public RpcStatus Status => new(GrpcStatusCode.Unauthenticated, Detail, Fault.WireName());

    public static CallerVerdict Known(Caller caller) => new(caller, CallerFault.None, "");

    public static CallerVerdict Refused(CallerFault fault, string detail) => new(null, fault, detail);
}
