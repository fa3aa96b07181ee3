using Ledger.Core.Crypto;
using Ledger.Core.Merkle;

namespace Ledger.Core.Fingerprints;

/// <summary>Verifies disclosures against the digest that was anchored.</summary>
/// <remarks>Stateless and safe for concurrent use. docs/spec/fingerprint.md, section 6, gives the steps.</remarks>
public static class DisclosureVerifier
{
    /// <summary>
    /// Whether everything that <paramref name="disclosure"/> shows is part of the data set whose fingerprint digest is
    /// <paramref name="anchoredDigest"/>. The digest must come from a verified receipt, not from the disclosure.
    /// </summary>
    public static DisclosureVerdict Verify(HashFunction hash, Disclosure disclosure, in Hash256 anchoredDigest)
    {
        var fingerprint = disclosure.Fingerprint;
        if (fingerprint.Algorithm != hash.Name) return new(DisclosureVerdictCode.AlgorithmMismatch);
        if (fingerprint.Digest(hash) != anchoredDigest) return new(DisclosureVerdictCode.FingerprintMismatch);

        var proof = LogRange.Verify(
            hash,
            disclosure.FirstIndex,
            disclosure.LeafHashes,
            fingerprint.RecordCount,
            disclosure.Proof,
            fingerprint.Root);
        if (proof != LogProofVerdict.Valid) return new(CodeOf(proof));

        var header = VerifyHeader(hash, disclosure);
        return header == DisclosureVerdictCode.Valid ? VerifyRecords(hash, disclosure) : new(header);
    }

    private static DisclosureVerdictCode CodeOf(LogProofVerdict verdict) => verdict switch
    {
        LogProofVerdict.PathTooShort => DisclosureVerdictCode.ProofTooShort,
        LogProofVerdict.PathTooLong => DisclosureVerdictCode.ProofTooLong,
        LogProofVerdict.RootMismatch => DisclosureVerdictCode.RootMismatch,
        _ => DisclosureVerdictCode.RangeOutsideData,
    };

    private static DisclosureVerdictCode VerifyHeader(HashFunction hash, Disclosure disclosure)
    {
        var expected = disclosure.Fingerprint.HeaderDigest;
        if (disclosure.Header is not { } header)
            return expected is null ? DisclosureVerdictCode.Valid : DisclosureVerdictCode.HeaderMissing;
        if (expected is null) return DisclosureVerdictCode.HeaderUnexpected;
        if (header.Salt.Length != disclosure.Fingerprint.Parameters.SaltSize) return DisclosureVerdictCode.SaltLength;
        return FingerprintHash.HeaderDigestOf(hash, header.Salt.Span, header.Data.Span) == expected
            ? DisclosureVerdictCode.Valid
            : DisclosureVerdictCode.HeaderMismatch;
    }

    // The leaf hashes are proven by now. Each record must have its own; where one has not, they tell what was done to
    // it.
    private static DisclosureVerdict VerifyRecords(HashFunction hash, Disclosure disclosure)
    {
        var leaves = disclosure.LeafHashes;
        var saltSize = disclosure.Fingerprint.Parameters.SaltSize;
        for (var i = 0; i < disclosure.Records.Count; i++)
        {
            var index = disclosure.FirstIndex + (ulong)i;
            if (i == leaves.Length) return new(DisclosureVerdictCode.RecordSurplus, index);
            var record = disclosure.Records[i];
            if (record.Salt.Length != saltSize) return new(DisclosureVerdictCode.SaltLength, index);
            var leaf = FingerprintHash.LeafOf(hash, record.Salt.Span, record.Data.Span);
            if (leaf == leaves[i]) continue;

            var elsewhere = leaves.Contains(leaf);
            if (disclosure.Records.Count < leaves.Length && elsewhere)
                return new(DisclosureVerdictCode.RecordMissing, index);
            if (disclosure.Records.Count > leaves.Length)
                return new(DisclosureVerdictCode.RecordSurplus, index);
            return new(elsewhere ? DisclosureVerdictCode.RecordMoved : DisclosureVerdictCode.RecordMismatch, index);
        }

        return disclosure.Records.Count < leaves.Length
            ? new(DisclosureVerdictCode.RecordMissing, disclosure.FirstIndex + (ulong)disclosure.Records.Count)
            : new(DisclosureVerdictCode.Valid);
    }
}
