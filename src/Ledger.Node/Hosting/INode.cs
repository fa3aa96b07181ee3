using Ledger.Node.Api;

namespace Ledger.Node.Hosting;

/// <summary>A node of some role: what its process needs of it.</summary>
internal interface INode : IAsyncDisposable
{
    /// <summary>How it is doing.</summary>
    INodeStatus Status { get; }

    /// <summary>Maps its API.</summary>
    void Map(IEndpointRouteBuilder routes);

    /// <summary>
    /// Runs until cancelled. Throws when a stage fails: the process must then end. Every loop has ended when this returns.
    /// </summary>
    Task RunAsync(CancellationToken stop);
}
