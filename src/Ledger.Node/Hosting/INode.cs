using Ledger.Node.Admission;
using Ledger.Node.Api;

namespace Ledger.Node.Hosting;

/// <summary>A node of some role: what its process needs of it.</summary>
internal interface INode : IAsyncDisposable
{
    /// <summary>How it is doing.</summary>
    INodeStatus Status { get; }

    /// <summary>The members as the chain has them now.</summary>
    MemberDirectory Members { get; }

    /// <summary>Maps its API.</summary>
    void Map(IEndpointRouteBuilder routes);

    /// <summary>
    /// Runs until cancelled, or until the node is to begin from a snapshot. Throws when a stage fails: the process must
    /// then end. Every loop has ended when this returns.
    /// </summary>
    Task<NodeEnd> RunAsync(CancellationToken stop);

    /// <summary>
    /// Leaves the databases open when the node is disposed of: the process must then end. Whatever was acknowledged is
    /// synced, so closing would add nothing; and RocksDB, where it is built with its assertions as in Debian, aborts
    /// the process when a log that could not be written is closed, before anybody has been told why.
    /// </summary>
    void AbandonDatabases();
}
