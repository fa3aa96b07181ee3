namespace Ledger.Node.Options;

/// <summary>
/// TLS of both listeners. Without files the node makes a certificate for itself at each start, for which its own key
/// vouches: clients hold it against the genesis document. With files it shows those, for clients that trust whoever
/// issued them.
/// </summary>
internal sealed record TlsConfig
{
    /// <summary>
    /// The certificate in PEM, its issuers' certificates behind it; with <see cref="Key"/> or not at all.
    /// </summary>
    public string? Certificate { get; init; }

    /// <summary>The certificate's private key in PEM.</summary>
    public string? Key { get; init; }
}
