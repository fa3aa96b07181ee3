using Ledger.Core.Accountability;
using Ledger.Storage.Faults;
using Ledger.Storage.KeyValue;
using Ledger.Storage.Schema;

namespace Ledger.Storage.Verify;

/// <summary>Checks that stored fault proofs are whole. Whether they prove what they say is for their readers.</summary>
internal static class FaultCheck
{
    public static void Run(VerifyRun run)
    {
        var family = run.Context.Faults;
        if (!run.CanRead(family)) return;
        using var iterator = run.Scope.Iterate(family, KeyRange.All, fillCache: false);
        for (var more = iterator.SeekToFirst(); more; more = iterator.MoveNext())
        {
            var key = iterator.Key;
            if (key.Length != FaultStore.KeySize || Sealed.Open(key, iterator.Value) is not { } value)
                run.Report(family, key, null, "is not what was written");
            else if (!FaultProof.TryDecode(value, out _, out var error))
                run.Report(family, key, null, $"is not a fault proof: {error}");
        }
    }
}
