using Ledger.Client.Credentials;
using Ledger.Client.Transport;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;

namespace Ledger.Client;

/// <summary>Settings of a <see cref="LedgerClient"/>.</summary>
public sealed record LedgerClientOptions
{
    /// <summary>
    /// Addresses of nodes, such as <c>http://127.0.0.1:7500</c>. With more than one, a call that a node does not answer
    /// goes to the next. Unused when the client is given its nodes.
    /// </summary>
    public IReadOnlyList<Uri> Endpoints { get; init; } = [];

    /// <summary>The channel's genesis: everything that nodes answer is verified against it.</summary>
    public required Genesis Genesis { get; init; }

    /// <summary>
    /// Signs transactions, and the tokens that show nodes who calls. Null for a client that only reads, and shows who
    /// it is by <see cref="Credentials"/> or a certificate.
    /// </summary>
    public ISigner? Identity { get; init; }

    /// <summary>
    /// Shows nodes who calls. Defaults to tokens that <see cref="Identity"/> signs, or to those of
    /// <see cref="Connection"/>.
    /// </summary>
    public ICallerCredentials? Credentials { get; init; }

    /// <summary>
    /// How far ahead a transaction's <c>valid_until</c> is put. Defaults to ten minutes: long enough to outlast an
    /// election of a new primary many times over, short enough that an undecided transaction becomes decided soon.
    /// </summary>
    public TimeSpan TransactionLifetime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Starts with each call to a node; when it ends, the call counts as failed and the next node is asked.
    /// Defaults to 10 s, ten times the time after which validators replace a silent primary.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Starts when a transaction is first submitted; when it ends, the outcome is reported as undecided.
    /// Defaults to two minutes.</summary>
    public TimeSpan AnchorPatience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How often a call is tried, over all nodes, before it fails. Defaults to 12.</summary>
    public int MaxAttempts { get; init; } = 12;

    /// <summary>
    /// The pause after all nodes failed once; it doubles up to <see cref="MaxBackoff"/>. Defaults to 100 ms.
    /// </summary>
    public TimeSpan FirstBackoff { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause between attempts, a node's own wish included. Defaults to 5 s.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Settings of the connections.</summary>
    public GrpcChannelOptions? Connection { get; init; }

    /// <summary>
    /// What vouches for nodes at <c>https</c> addresses. Defaults to the system's trust store; a
    /// <see cref="GrpcChannelOptions.ValidateServerCertificate"/> of <see cref="Connection"/> goes before it.
    /// </summary>
    public NodeTrust Trust { get; init; }

    /// <summary>
    /// Whose node is at an address of <see cref="Endpoints"/>: there, no other node's certificate is accepted. Without
    /// it, any node of the genesis document may answer at any address, and then has what the caller shows it. For
    /// <see cref="NodeTrust.Genesis"/>; in a profile of <c>ledger</c> it is <c>node_keys</c>.
    /// </summary>
    public IReadOnlyDictionary<Uri, PublicKey> NodeKeys { get; init; } = new Dictionary<Uri, PublicKey>();

    /// <summary>The clock. Defaults to the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The settings of the connections, with the credentials of these options.</summary>
    /// <remarks>For calls on one node beside the client, such as <see cref="GrpcNodeApi"/>'s. Keep what it returns: it
    /// remembers tokens.</remarks>
    /// <exception cref="ArgumentException">
    /// There are <see cref="NodeKeys"/>, and another kind of trust, or a <see cref="Connection"/> that decides on
    /// certificates by itself, would not look at them.
    /// </exception>
    public GrpcChannelOptions ToConnection()
    {
        if (NodeKeys.Count > 0 && Trust != NodeTrust.Genesis)
            throw new ArgumentException($"{nameof(NodeKeys)} need {nameof(Trust)} = {nameof(NodeTrust.Genesis)}");
        if (NodeKeys.Count > 0 && Connection is { DecidesOnCertificates: true })
        {
            throw new ArgumentException(
                $"{nameof(NodeKeys)} are of no use beside a {nameof(Connection)} that decides on certificates by itself");
        }

        var connection = Connection ?? new GrpcChannelOptions { Time = Time };
        var credentials = Credentials ?? connection.Credentials
            ?? (Identity is null ? null : new MemberCredentials(Identity, Genesis, time: Time));
        var trust = connection.Trust
            ?? (Trust == NodeTrust.Genesis ? new GenesisTrust(Genesis, keyAt: NodeKeys) : null);
        return connection with { Credentials = credentials, Trust = trust };
    }

    internal CryptoSuite Suite => Genesis.Suite;

    internal ChannelId Channel => Genesis.Channel;
}

/// <summary>What vouches for a node's certificate.</summary>
public enum NodeTrust
{
    /// <summary>The system's trust store, for certificates of a certification authority.</summary>
    System = 0,

    /// <summary>
    /// The genesis document's validators and audit nodes, for certificates that nodes make for themselves.
    /// </summary>
    Genesis,
}
