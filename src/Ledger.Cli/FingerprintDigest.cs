using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Fingerprints;

namespace Ledger.Cli;

/// <summary>How a fingerprint stands in a record.</summary>
internal static class FingerprintDigest
{
    /// <summary>The algorithm's name in <see cref="EvidenceDigest"/> (docs/spec/fingerprint.md).</summary>
    public const string Algorithm = "ledger-fingerprint/1";

    /// <summary>The digest to anchor.</summary>
    public static EvidenceDigest Of(Fingerprint fingerprint, HashFunction hash) =>
        new(Algorithm, fingerprint.Digest(hash).ToArray(), "application/vnd.ledger.fingerprint");
}
