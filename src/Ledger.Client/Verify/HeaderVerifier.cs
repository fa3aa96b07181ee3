using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Membership;

namespace Ledger.Client.Verify;

/// <summary>
/// Checks certified headers against a channel's genesis. Immutable; safe for concurrent use.
/// </summary>
internal sealed class HeaderVerifier(Genesis genesis)
{
    /// <summary>Decodes a header and checks its channel and its certificate.</summary>
    /// <exception cref="LedgerIntegrityException">Something does not hold; the message says what.</exception>
    public CertifiedBlockHeader Verify(ReadOnlyMemory<byte> headerBytes, ReadOnlySpan<byte> certificateBytes)
    {
        if (!BlockHeader.TryDecode(headerBytes.Span, out var header, out var error))
            throw new LedgerIntegrityException($"a header from the node is malformed: {error}");
        if (header.Channel != genesis.Channel)
            throw new LedgerIntegrityException(
                $"a header from the node is of channel {header.Channel}, not {genesis.Channel}");
        if (header.Epoch != genesis.Validators.Epoch)
        {
            throw new LedgerIntegrityException(
                $"block {header.Height} is of epoch {header.Epoch}; this client knows the validators of epoch 0 only");
        }

        if (!QuorumCertificate.TryDecode(certificateBytes, out var certificate, out error))
            throw new LedgerIntegrityException($"the certificate of block {header.Height} is malformed: {error}");
        var hash = BlockHeader.HashOf(headerBytes.Span, genesis.Suite.Hash);
        var fault = certificate.Verify(hash, genesis.Validators, genesis.Suite);
        return fault == CertificateFault.None
            ? new CertifiedBlockHeader(header, hash, headerBytes, certificate)
            : throw new LedgerIntegrityException($"the certificate of block {header.Height} does not hold: {fault}");
    }
}
