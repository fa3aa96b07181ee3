using Ledger.Core.Crypto;
using Ledger.Core.Membership;

namespace Ledger.Node.Admission;

/// <summary>
/// Which member a client key speaks for. Immutable: validators come and go, members are those of genesis.
/// </summary>
internal sealed class MemberDirectory
{
    private readonly Dictionary<KeyId, (Member Member, PublicKey Key)> _keys = [];
    private readonly Dictionary<string, Member> _members = new(StringComparer.Ordinal);

    public MemberDirectory(IEnumerable<Member> members)
    {
        foreach (var member in members)
        {
            _members.Add(member.Id, member);
            foreach (var key in member.Keys) _keys.Add(key.Key.Id, (member, key.Key));
        }
    }

    /// <summary>Finds a member by its id; null when there is none.</summary>
    public Member? Find(string id) => _members.GetValueOrDefault(id);

    /// <summary>Finds the member and the parsed key; null for a stranger's key.</summary>
    public (Member Member, PublicKey Key)? Find(KeyId id) => _keys.TryGetValue(id, out var found) ? found : null;
}
