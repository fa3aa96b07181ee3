using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Ledger.Core.Callers;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using PublicKey = Ledger.Core.Crypto.PublicKey;

namespace Ledger.Client.Transport;

/// <summary>
/// Decides on a node's certificate by the genesis document: it must be vouched for by the key of a node that the
/// document lists, and at an address of which the application says whose node is there, by that node's key alone. No
/// certification authority is asked.
/// </summary>
/// <remarks>Immutable and safe for concurrent use.</remarks>
public sealed class GenesisTrust
{
    private readonly Genesis _genesis;

    // Bound: the nodes of the genesis document, and what the application adds.
    private readonly HashSet<KeyId> _keys;

    // By origin. Bound: what the application gives.
    private readonly Dictionary<string, KeyId> _keyAt = new(StringComparer.Ordinal);

    /// <summary>Makes the trust in a genesis document's validators and audit nodes.</summary>
    /// <param name="genesis">The document.</param>
    /// <param name="others">Keys of nodes that joined later, as <c>ledger status --json</c> shows them.</param>
    /// <param name="keyAt">
    /// Whose node is at an address: no other node's certificate is accepted there, and this one's need not be in the
    /// document.
    /// </param>
    /// <exception cref="ArgumentException">Two spellings of an address have different keys.</exception>
    public GenesisTrust(
        Genesis genesis, IEnumerable<PublicKey>? others = null, IReadOnlyDictionary<Uri, PublicKey>? keyAt = null)
    {
        ArgumentNullException.ThrowIfNull(genesis);
        _genesis = genesis;
        _keys =
        [
            .. genesis.Validators.Validators.Select(v => v.Key.Id), .. genesis.Observers.Select(o => o.Key.Id),
            .. (others ?? []).Select(k => k.Id),
        ];
        foreach (var (address, key) in keyAt ?? new Dictionary<Uri, PublicKey>())
        {
            var origin = CallerAudience.Of(address);
            if (!_keyAt.TryAdd(origin, key.Id) && _keyAt[origin] != key.Id)
                throw new ArgumentException($"{origin} is given two different keys", nameof(keyAt));
        }
    }

    /// <summary>Whether a certificate is one of a node that is trusted, whatever its address.</summary>
    public bool Accepts(X509Certificate2? certificate) => KeyOf(certificate) is { } key && _keys.Contains(key);

    /// <summary>Whether a certificate is one of a node that is trusted at an address.</summary>
    public bool Accepts(X509Certificate2? certificate, Uri address) =>
        _keyAt.TryGetValue(CallerAudience.Of(address), out var expected)
            ? KeyOf(certificate) == expected
            : Accepts(certificate);

    /// <summary>
    /// For HTTP handlers that call any node of the document: it does not look at addresses.
    /// </summary>
    public RemoteCertificateValidationCallback Callback => (_, certificate, _, _) => WithCopy(certificate, Accepts);

    /// <summary>For handlers that call the node at one address.</summary>
    public RemoteCertificateValidationCallback CallbackFor(Uri address) =>
        (_, certificate, _, _) => WithCopy(certificate, c => Accepts(c, address));

    // The key that vouches for a certificate of a node; null when none does.
    private KeyId? KeyOf(X509Certificate2? certificate) =>
        certificate is not null
        && KeyCertificate.TryRead(certificate, _genesis.Suite, out var read)
        && read.IsVouchedFor(_genesis.Suite, _genesis.Channel, CertificatePurpose.Node)
            ? read.Key.Id
            : null;

    private static bool WithCopy(X509Certificate? certificate, Func<X509Certificate2, bool> accepts)
    {
        if (certificate is null) return false;
        if (certificate is X509Certificate2 known) return accepts(known);
        using var copy = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return accepts(copy);
    }
}
