using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Membership;
using Ledger.Core.Receipts;

namespace Ledger.Client.Verify;

/// <summary>
/// Checks certified headers against a channel's genesis, and against the validators of later epochs once it has learnt
/// how the epochs before them ended.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class HeaderVerifier(Genesis genesis)
{
    private EpochHistory _history = EpochHistory.Begin(genesis);

    /// <summary>The newest epoch whose validators are known.</summary>
    public Epoch Newest => Volatile.Read(ref _history).Newest;

    /// <summary>The validators of that epoch.</summary>
    public ValidatorSet Validators
    {
        get
        {
            var history = Volatile.Read(ref _history);
            return history.ValidatorsOf(history.Newest)!;
        }
    }

    /// <summary>Whether a header is of an epoch whose validators are not known yet.</summary>
    public bool IsOfLaterEpoch(ReadOnlySpan<byte> headerBytes) =>
        BlockHeader.TryDecode(headerBytes, out var header, out _) && header.Epoch.Value > Newest.Value;

    /// <summary>Learns how epochs ended, from epoch 0 on.</summary>
    /// <exception cref="LedgerIntegrityException">One does not hold; the message says which and why.</exception>
    public void Learn(IReadOnlyList<EpochChange> changes)
    {
        if (!EpochHistory.TryFollow(changes, genesis, out var history, out var fault))
        {
            throw new LedgerIntegrityException(
                $"the epoch changes from the node do not hold ({fault.Fault}): {fault.Detail}");
        }

        if (history.Newest.Value > Newest.Value) Volatile.Write(ref _history, history);
    }

    /// <summary>Decodes a header and checks its channel and its certificate.</summary>
    /// <exception cref="LedgerIntegrityException">Something does not hold; the message says what.</exception>
    public CertifiedBlockHeader Verify(ReadOnlyMemory<byte> headerBytes, ReadOnlySpan<byte> certificateBytes)
    {
        if (!BlockHeader.TryDecode(headerBytes.Span, out var header, out var error))
            throw new LedgerIntegrityException($"a header from the node is malformed: {error}");
        if (header.Channel != genesis.Channel)
            throw new LedgerIntegrityException(
                $"a header from the node is of channel {header.Channel}, not {genesis.Channel}");
        var history = Volatile.Read(ref _history);
        if (history.ValidatorsOf(header.Epoch) is not { } validators)
        {
            throw new LedgerIntegrityException(
                $"block {header.Height} is of epoch {header.Epoch}, and the node does not show that epoch "
                + $"{history.Newest} has ended");
        }

        if (!history.Contains(header.Epoch, header.Height))
            throw new LedgerIntegrityException($"block {header.Height} cannot be of epoch {header.Epoch}");
        if (!QuorumCertificate.TryDecode(certificateBytes, out var certificate, out error))
            throw new LedgerIntegrityException($"the certificate of block {header.Height} is malformed: {error}");
        var hash = BlockHeader.HashOf(headerBytes.Span, genesis.Suite.Hash);
        var fault = certificate.Verify(hash, validators, genesis.Suite);
        return fault == CertificateFault.None
            ? new CertifiedBlockHeader(header, hash, headerBytes, certificate)
            : throw new LedgerIntegrityException($"the certificate of block {header.Height} does not hold: {fault}");
    }
}
