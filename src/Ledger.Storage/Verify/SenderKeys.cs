using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Core.State;
using Ledger.Storage.KeyValue;
using Ledger.Storage.Schema;

namespace Ledger.Storage.Verify;

/// <summary>
/// The keys that signed transactions: those of genesis and of the members in the newest state. A key that a member gave
/// up since is not found, and what it signed is then covered by the roots alone.
/// </summary>
internal sealed class SenderKeys
{
    private readonly Genesis _genesis;

    // Bound: the members' keys, see Genesis.MaxMembers and Member.MaxKeys.
    private readonly Dictionary<KeyId, PublicKey> _keys = [];

    public SenderKeys(VerifyRun run)
    {
        _genesis = run.Context.Genesis;
        if (!run.CanRead(run.Context.State)) return;
        var members = KeyRange.Prefix(LedgerSchema.StateKey(StateNamespaces.Members, []));
        using var iterator = run.Scope.Iterate(run.Context.State, members);
        for (var more = iterator.SeekToFirst(); more; more = iterator.MoveNext())
        {
            // A damaged member is named by the check of the state.
            if (!Member.TryDecode(iterator.Value, run.Context.Suite, out var member, out _)) continue;
            foreach (var key in member.Keys) _keys.TryAdd(key.Key.Id, key.Key);
        }
    }

    public PublicKey? Find(KeyId id) => _genesis.FindKey(id)?.Key ?? _keys.GetValueOrDefault(id);
}
