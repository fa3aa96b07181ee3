using System.Runtime.CompilerServices;
using Ledger.Client.Fingerprints;
using Ledger.Client.Query;
using Ledger.Core.Blocks;
using Ledger.Core.Fingerprints;

namespace Ledger.Client;

public sealed partial class LedgerClient
{
    /// <summary>
    /// The fingerprints on a subject's timeline, oldest first: all of them, or those of the data sets that cover a moment,
    /// such as that of an accident.
    /// </summary>
    /// <exception cref="LedgerUnavailableException">No node answered.</exception>
    /// <exception cref="LedgerIntegrityException">The node answered with something else.</exception>
    public async IAsyncEnumerable<AnchoredFingerprint> FindFingerprintsAsync(
        string subject, Timestamp? covering = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var entry in QueryAsync(EvidenceQuery.BySubject(subject), cancellation))
        {
            if (entry.Record.Type != AnchoredFingerprint.EvidenceType) continue;
            foreach (var digest in entry.Record.Digests)
            {
                if (!Fingerprint.TryReadDigest(digest, out var value)) continue;
                var found = new AnchoredFingerprint(entry, value);
                if (covering is not { } moment || found.Covers(moment)) yield return found;
            }
        }
    }
}
