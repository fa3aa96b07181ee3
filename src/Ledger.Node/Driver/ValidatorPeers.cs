using Ledger.Core.Blocks;
using Ledger.Core.Membership;
using Ledger.Network;

namespace Ledger.Node.Driver;

/// <summary>The epoch's validators as the network knows them. Immutable.</summary>
internal sealed class ValidatorPeers
{
    private readonly PeerId[] _peers;
    private readonly Dictionary<PeerId, ValidatorIndex> _indexes = [];

    public ValidatorPeers(ValidatorSet set, ValidatorIndex? self)
    {
        Set = set;
        Self = self;
        _peers = [.. set.Validators.Select(v => PeerId.FromPublicKey(v.Key.Encoded))];
        for (var i = 0; i < _peers.Length; i++) _indexes.Add(_peers[i], new ValidatorIndex(i));
        Others = [.. _peers.Where((_, i) => i != self?.Value)];
    }

    /// <summary>The validator set.</summary>
    public ValidatorSet Set { get; }

    /// <summary>This node's place in it; null when it is no validator of the epoch.</summary>
    public ValidatorIndex? Self { get; }

    /// <summary>All validators but this node.</summary>
    public IReadOnlyList<PeerId> Others { get; }

    /// <summary>The peer that is a validator.</summary>
    public PeerId this[ValidatorIndex index] => _peers[index.Value];

    /// <summary>The validator that a peer is; null for anybody else.</summary>
    public ValidatorIndex? IndexOf(PeerId peer) => _indexes.TryGetValue(peer, out var index) ? index : null;
}
