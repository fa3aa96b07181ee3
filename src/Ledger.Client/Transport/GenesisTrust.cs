using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Ledger.Core.Callers;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using PublicKey = Ledger.Core.Crypto.PublicKey;

namespace Ledger.Client.Transport;

/// <summary>
/// Decides on a node's certificate by the genesis document: it must be vouched for by the key of a node that the
/// document lists. No certification authority is asked.
/// </summary>
/// <remarks>Immutable and safe for concurrent use.</remarks>
public sealed class GenesisTrust
{
    private readonly Genesis _genesis;

    // Bound: the nodes of the genesis document, and what the application adds.
    private readonly HashSet<KeyId> _keys;

    /// <summary>Makes the trust in a genesis document's validators and audit nodes.</summary>
    /// <param name="genesis">The document.</param>
    /// <param name="others">Keys of nodes that joined later, as <c>ledger status --json</c> shows them.</param>
    public GenesisTrust(Genesis genesis, IEnumerable<PublicKey>? others = null)
    {
        ArgumentNullException.ThrowIfNull(genesis);
        _genesis = genesis;
        _keys =
        [
            .. genesis.Validators.Validators.Select(v => v.Key.Id), .. genesis.Observers.Select(o => o.Key.Id),
            .. (others ?? []).Select(k => k.Id),
        ];
    }

    /// <summary>Whether a certificate is one of a node that is trusted.</summary>
    public bool Accepts(X509Certificate2? certificate) =>
        certificate is not null
        && KeyCertificate.TryRead(certificate, _genesis.Suite, out var read)
        && _keys.Contains(read.Key.Id)
        && read.IsVouchedFor(_genesis.Suite, _genesis.Channel, CertificatePurpose.Node);

    /// <summary>For <see cref="GrpcChannelOptions.ValidateServerCertificate"/> and HTTP handlers.</summary>
    public RemoteCertificateValidationCallback Callback => (_, certificate, _, _) =>
        certificate is X509Certificate2 known ? Accepts(known) : certificate is not null && AcceptsCopy(certificate);

    private bool AcceptsCopy(X509Certificate certificate)
    {
        using var copy = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return Accepts(copy);
    }
}
