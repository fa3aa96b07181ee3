using Ledger.Core.Crypto;
using Ledger.Core.Evidence;

namespace Ledger.Contracts.Tests.Standard;

/// <summary>Records that members anchor themselves.</summary>
internal static class Evidence
{
    public static EvidenceRecord Fingerprint(string vehicle, Hash256 digest) => new()
    {
        Type = "fingerprint.data",
        Subject = vehicle,
        Actor = "maker",
        Action = "anchor",
        Role = "provider",
        Digests = [new EvidenceDigest("ledger-fingerprint/1", digest.ToArray())],
    };
}
