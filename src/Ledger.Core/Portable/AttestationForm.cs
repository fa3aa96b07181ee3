using Ledger.Core.Blocks;
using Ledger.Core.Cose;
using Ledger.Core.Crypto;

namespace Ledger.Core.Portable;

/// <summary>In which standard's form validators sign a certified header.</summary>
public enum AttestationForm
{
    /// <summary>The Sig_structure of a COSE receipt (docs/spec/cose-receipt.md).</summary>
    Cose = 1,

    /// <summary>The cosignature of a checkpoint (docs/spec/tlog-proof.md).</summary>
    Note = 2,
}

/// <summary>What a validator signs of a header, in each form.</summary>
/// <remarks>Stateless and safe for concurrent use.</remarks>
public static class AttestationDigest
{
    /// <summary>The digest that the key signs.</summary>
    /// <param name="form">The form.</param>
    /// <param name="key">The key that signs, which a COSE receipt names.</param>
    /// <param name="header">The header.</param>
    /// <param name="headerBytes">Its exact bytes.</param>
    public static Hash256 Of(
        AttestationForm form, KeyId key, BlockHeader header, ReadOnlyMemory<byte> headerBytes) => form switch
    {
        AttestationForm.Cose => CoseSign1.Digest(
            CoseReceipts.ProtectedHeader(key, header, headerBytes).Encode(), header.LogRoot.ToArray()),
        AttestationForm.Note => Sha256.Instance.Hash(
            System.Text.Encoding.UTF8.GetBytes(Checkpoint.CosignedText(header, headerBytes.Span))),
        _ => throw new ArgumentOutOfRangeException(nameof(form), form, "not a form of attestation"),
    };
}
