namespace Ledger.Core.Callers;

/// <summary>
/// Why a node does not know its caller. The names on the wire (<see cref="CallerFaultNames.WireName"/>) are the reasons
/// of docs/spec/reasons.md; docs/spec/callers.md says when each is given.
/// </summary>
public enum CallerFault
{
    /// <summary>Nothing: the caller is known.</summary>
    None = 0,

    /// <summary>The call carries neither a token nor a certificate.</summary>
    CredentialMissing,

    /// <summary>The call carries more than one <c>Authorization</c> header, or one that is no bearer token.</summary>
    CredentialMalformed,

    /// <summary>The token is not one compact JWS with exactly the members that it must have.</summary>
    TokenMalformed,

    /// <summary>The token is signed by another algorithm than ES256K, or by none.</summary>
    TokenAlgorithm,

    /// <summary>The token is for another channel.</summary>
    TokenWrongChannel,

    /// <summary>The token is for another node, or for another address of this one.</summary>
    TokenWrongAudience,

    /// <summary>The token may live longer than an hour.</summary>
    TokenLifetimeTooLong,

    /// <summary>The token was made in the future.</summary>
    TokenNotYetValid,

    /// <summary>The token's time is over.</summary>
    TokenExpired,

    /// <summary>The token's key belongs to no member.</summary>
    TokenUnknownKey,

    /// <summary>The token's key belongs to another member than the token says.</summary>
    TokenWrongMember,

    /// <summary>The signature is not the key's over this token.</summary>
    TokenSignatureInvalid,

    /// <summary>The certificate carries no member key, or is malformed.</summary>
    CertificateMalformed,

    /// <summary>The certificate is outside its period.</summary>
    CertificateExpired,

    /// <summary>The key that the certificate carries belongs to no member.</summary>
    CertificateUnknownKey,

    /// <summary>The key that the certificate carries did not sign the certificate's own key.</summary>
    CertificateSignatureInvalid,
}

/// <summary>Names of faults on the wire.</summary>
public static class CallerFaultNames
{
    /// <summary>The reason as written on the wire, such as <c>TOKEN_EXPIRED</c>.</summary>
    public static string WireName(this CallerFault fault) => fault switch
    {
        CallerFault.None => "NONE",
        CallerFault.CredentialMissing => "CREDENTIAL_MISSING",
        CallerFault.CredentialMalformed => "CREDENTIAL_MALFORMED",
        CallerFault.TokenMalformed => "TOKEN_MALFORMED",
        CallerFault.TokenAlgorithm => "TOKEN_ALGORITHM",
        CallerFault.TokenWrongChannel => "TOKEN_WRONG_CHANNEL",
        CallerFault.TokenWrongAudience => "TOKEN_WRONG_AUDIENCE",
        CallerFault.TokenLifetimeTooLong => "TOKEN_LIFETIME_TOO_LONG",
        CallerFault.TokenNotYetValid => "TOKEN_NOT_YET_VALID",
        CallerFault.TokenExpired => "TOKEN_EXPIRED",
        CallerFault.TokenUnknownKey => "TOKEN_UNKNOWN_KEY",
        CallerFault.TokenWrongMember => "TOKEN_WRONG_MEMBER",
        CallerFault.TokenSignatureInvalid => "TOKEN_SIGNATURE_INVALID",
        CallerFault.CertificateMalformed => "CERTIFICATE_MALFORMED",
        CallerFault.CertificateExpired => "CERTIFICATE_EXPIRED",
        CallerFault.CertificateUnknownKey => "CERTIFICATE_UNKNOWN_KEY",
        CallerFault.CertificateSignatureInvalid => "CERTIFICATE_SIGNATURE_INVALID",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "not a fault"),
    };
}
