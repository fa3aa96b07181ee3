namespace Ledger.Client.Portable;

/// <summary>The languages of a certificate document; both may be chosen.</summary>
[Flags]
public enum CertificateLanguages
{
    /// <summary>Chinese.</summary>
    Chinese = 1,

    /// <summary>English.</summary>
    English = 2,
}
