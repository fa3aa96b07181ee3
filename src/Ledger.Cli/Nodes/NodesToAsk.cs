using System.CommandLine;
using Ledger.Cli.Profiles;
using Ledger.Client.Transport;

namespace Ledger.Cli.Nodes;

/// <summary>Nodes, and how they are told who asks.</summary>
/// <param name="Endpoints">Their addresses.</param>
/// <param name="Connection">Credentials, and what vouches for the nodes.</param>
internal sealed record NodesToAsk(IReadOnlyList<Uri> Endpoints, GrpcChannelOptions Connection)
{
    /// <summary>The folders of the same nodes, one for each address; null where they were not given by folder.</summary>
    public IReadOnlyList<NodeFolder>? Folders { get; init; }

    /// <summary>The nodes that a command means: of a consortium's folder, else of command line and profile.</summary>
    /// <param name="host">The surroundings.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="folder">The consortium's folder, if the command names one.</param>
    /// <param name="nodes">Its nodes, where they have been read; else all that there are.</param>
    public static NodesToAsk Of(
        CliHost host, ParseResult parsed, string? folder, IReadOnlyList<NodeFolder>? nodes = null)
    {
        var path = folder is null ? null : host.Resolve(folder);
        var session = new Session(host, parsed, path);
        if (path is null) return new NodesToAsk(session.Endpoints, session.Connection);
        var folders = nodes ?? ConsortiumFolder.Nodes(path);
        return new NodesToAsk([.. folders.Select(n => n.Endpoint)], session.Connection) { Folders = folders };
    }
}
