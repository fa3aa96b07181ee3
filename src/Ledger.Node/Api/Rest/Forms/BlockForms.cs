using Google.Protobuf;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Core.Receipts;
using WireBlock = Ledger.Core.Api.V1.Block;

namespace Ledger.Node.Api.Rest.Forms;

/// <summary>Headers, certificates and validators as people and programs read them.</summary>
internal static class BlockForms
{
    public static BlockForm Of(WireBlock block, HashFunction hash)
    {
        var form = Of(block.Header, block.Certificate, hash);
        return block.WithoutContent ? form with { WithoutContent = true } : form;
    }

    /// <summary>A header and its certificate; without a certificate, nobody is named as signer.</summary>
    public static BlockForm Of(ByteString headerBytes, ByteString certificateBytes, HashFunction hash) =>
        Of(headerBytes.Memory, certificateBytes.Memory, hash);

    public static BlockForm Of(
        ReadOnlyMemory<byte> headerBytes, ReadOnlyMemory<byte> certificateBytes, HashFunction hash)
    {
        if (!BlockHeader.TryDecode(headerBytes.Span, out var header, out var error))
            throw new UndecodableException($"a header: {error}");
        List<int>? signers = null;
        if (!certificateBytes.IsEmpty)
        {
            if (!QuorumCertificate.TryDecode(certificateBytes.Span, out var certificate, out error))
                throw new UndecodableException($"the certificate of block {header.Height}: {error}");
            signers = [.. Enumerable.Range(0, ValidatorSet.MaxValidators)
                .Where(i => certificate.IsSignedBy(new ValidatorIndex(i)))];
        }

        return new BlockForm(
            header.Height.Value,
            BlockHeader.HashOf(headerBytes.Span, hash).ToString(),
            header.Time.ToString(),
            header.Previous.ToString(),
            header.Epoch.Value,
            header.Proposer.Value,
            header.TransactionCount,
            header.TransactionRoot.ToString(),
            header.ResultRoot.ToString(),
            header.LogSize,
            header.LogRoot.ToString(),
            header.StateRoot.ToString(),
            header.NextValidators?.ToString(),
            signers,
            headerBytes,
            certificateBytes.IsEmpty ? (ReadOnlyMemory<byte>?)null : certificateBytes);
    }

    public static EpochEndForm EpochEnd(ReadOnlySpan<byte> encoded, CryptoSuite suite)
    {
        if (!EpochChange.TryDecode(encoded, out var change, out var error)
            || !ValidatorSet.TryDecode(change.ValidatorsBytes.Span, suite, out var next, out error))
        {
            throw new UndecodableException($"the end of an epoch: {error}");
        }

        return new EpochEndForm(
            Of(change.HeaderBytes, change.CertificateBytes, suite.Hash), Validators(next), change.ValidatorsBytes);
    }

    public static ValidatorForm Validator(int? index, string member, ReadOnlySpan<byte> key, KeyId id, string address) =>
        new(index, member, FormText.Hex(key), id.ToString(), address);

    private static List<ValidatorForm> Validators(ValidatorSet set) => [.. set.Validators.Select((v, i) =>
        Validator(i, v.Member, v.Key.Encoded, v.Key.Id, v.Address))];
}
