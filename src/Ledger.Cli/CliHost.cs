using Ledger.Client;
using Ledger.Client.Transport;

namespace Ledger.Cli;

/// <summary>What commands get from their surroundings; tests put their own in its place. Immutable.</summary>
internal sealed record CliHost
{
    /// <summary>Where results go.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Where errors and progress go.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>The folder that relative paths start from.</summary>
    public required string Folder { get; init; }

    /// <summary>Environment variables.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>Connects to nodes.</summary>
    public Func<LedgerClientOptions, LedgerClient> Connect { get; init; } = options => new LedgerClient(options);

    /// <summary>Connects to one node.</summary>
    public Func<Uri, GrpcChannelOptions, INodeApi> ConnectNode { get; init; } =
        (endpoint, connection) => new GrpcNodeApi(endpoint, connection);

    /// <summary>Columns of the terminal; what is wider is cut where it would break a table that is redrawn.</summary>
    public int Width { get; init; } = 120;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Whether a person looks at the error stream, so that progress may be drawn.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>Whether a person looks at the results, so that they may be coloured and redrawn.</summary>
    public bool OutIsTerminal { get; init; }

    /// <summary>Whether colours are unwanted: --no-color.</summary>
    public bool NoColour { get; init; }

    /// <summary>A path of the command line as an absolute path.</summary>
    public string Resolve(string path) => Path.GetFullPath(path, Folder);
}
