namespace Ledger.Core.Cose;

/// <summary>The numbers of COSE that occur here, by the document that assigns each.</summary>
/// <remarks>docs/spec/cose-receipt.md lists them with their sources.</remarks>
public static class CoseLabels
{
    /// <summary>The tag of a COSE_Sign1 (RFC 9052 section 4.2).</summary>
    public const ulong Sign1Tag = 18;

    /// <summary>Header parameter <c>alg</c> (RFC 9052 section 3.1).</summary>
    public const long Algorithm = 1;

    /// <summary>Header parameter <c>content type</c> (RFC 9052 section 3.1).</summary>
    public const long ContentType = 3;

    /// <summary>Header parameter <c>kid</c> (RFC 9052 section 3.1).</summary>
    public const long KeyId = 4;

    /// <summary>Header parameter <c>CWT Claims</c> (RFC 9597).</summary>
    public const long CwtClaims = 15;

    /// <summary>Header parameter <c>payload-hash-alg</c> of a hash envelope (RFC 9995).</summary>
    public const long PayloadHashAlgorithm = 258;

    /// <summary>Header parameter <c>preimage content type</c> of a hash envelope (RFC 9995).</summary>
    public const long PreimageContentType = 259;

    /// <summary>Header parameter <c>receipts</c> (RFC 9942).</summary>
    public const long Receipts = 394;

    /// <summary>Header parameter <c>vds</c>: the verifiable data structure (RFC 9942).</summary>
    public const long DataStructure = 395;

    /// <summary>Header parameter <c>vdp</c>: proofs of the verifiable data structure (RFC 9942).</summary>
    public const long DataStructureProofs = 396;

    /// <summary>
    /// Our header parameter, in the range for private use: the encoded block header that is signed for.
    /// </summary>
    public const long BlockHeader = -70001;

    /// <summary>Our header parameter: the encoded leaf, the entry whose inclusion is proven.</summary>
    public const long Leaf = -70002;

    /// <summary>Our header parameter: how the epochs before the block's ended.</summary>
    public const long EpochChanges = -70003;

    /// <summary>Algorithm ES256K: ECDSA over secp256k1 and SHA-256 (RFC 8812).</summary>
    public const long Es256K = -47;

    /// <summary>Algorithm SHA-256 (RFC 9054).</summary>
    public const long Sha256 = -16;

    /// <summary>Verifiable data structure RFC9162_SHA256 (RFC 9942).</summary>
    public const long Rfc9162Sha256 = 1;

    /// <summary>Proofs of inclusion in it.</summary>
    public const long InclusionProofs = -1;

    /// <summary>Proofs of consistency of it.</summary>
    public const long ConsistencyProofs = -2;

    /// <summary>CWT claim <c>iss</c> (RFC 8392).</summary>
    public const long Issuer = 1;

    /// <summary>CWT claim <c>sub</c> (RFC 8392).</summary>
    public const long Subject = 2;

    /// <summary>CWT claim <c>iat</c> (RFC 8392).</summary>
    public const long IssuedAt = 6;
}
