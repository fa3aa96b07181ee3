using Ledger.Client.Transport;

namespace Ledger.Client.Hosting;

/// <summary>
/// Settings of the client that a host makes, as a section of its configuration holds them (usually <c>Ledger</c>). They
/// are checked when the host starts.
/// </summary>
public sealed class LedgerClientSettings
{
    /// <summary>Addresses of nodes, such as <c>http://127.0.0.1:7500</c>; at least one, at most 64.</summary>
    public IList<string> Endpoints { get; } = [];

    /// <summary>Path of the channel's genesis document. Required.</summary>
    public string? GenesisPath { get; set; }

    /// <summary>Path of the key that signs. Required for anchoring; without it the client only reads.</summary>
    public string? IdentityPath { get; set; }

    /// <summary>
    /// Path of a file that holds the passphrase of a sealed key, such as a mounted secret. Line breaks at its end do not
    /// count.
    /// </summary>
    public string? PassphrasePath { get; set; }

    /// <inheritdoc cref="LedgerClientOptions.Trust"/>
    public NodeTrust Trust { get; set; }

    /// <summary>
    /// Whose node is at which of the <see cref="Endpoints"/>: there, no other node's certificate is accepted. All of them
    /// or none; needs <see cref="Trust"/> = <see cref="NodeTrust.Genesis"/>. A list, because the colons of an address cannot
    /// stand in the name of a setting.
    /// </summary>
    public IList<LedgerNodeKey> NodeKeys { get; } = [];

    /// <inheritdoc cref="LedgerClientOptions.TransactionLifetime"/>
    public TimeSpan TransactionLifetime { get; set; } = TimeSpan.FromMinutes(10);

    /// <inheritdoc cref="LedgerClientOptions.CallTimeout"/>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc cref="LedgerClientOptions.AnchorPatience"/>
    public TimeSpan AnchorPatience { get; set; } = TimeSpan.FromMinutes(2);

    /// <inheritdoc cref="LedgerClientOptions.MaxAttempts"/>
    public int MaxAttempts { get; set; } = 12;

    /// <summary>Settings of the connections; from code only.</summary>
    public GrpcChannelOptions? Connection { get; set; }
}

/// <summary>Whose node is at an address.</summary>
public sealed class LedgerNodeKey
{
    /// <summary>One of <see cref="LedgerClientSettings.Endpoints"/>.</summary>
    public string? Endpoint { get; set; }

    /// <summary>
    /// The node's public key in hexadecimal, as the genesis document and <c>ledger status --json</c> show it.
    /// </summary>
    public string? Key { get; set; }
}
