using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Network;

namespace Ledger.Simulation.World;

/// <summary>The validators' keys: which machine has which, now and before. The simulator holds all of them.</summary>
internal sealed class SimKeys
{
    private readonly SimChain _chain;

    // Bound of both: the machines, and a key for each rotation.
    private readonly Dictionary<PeerId, int> _machines = [];
    private readonly Dictionary<KeyId, ISigner> _signers = [];
    private int _made;

    public SimKeys(SimChain chain, int machines)
    {
        _chain = chain;
        First = [.. Enumerable.Range(0, machines).Select(Make)];
    }

    /// <summary>The keys that the machines begin with.</summary>
    public IReadOnlyList<ISigner> First { get; }

    /// <summary>A new key for a machine. It is the machine's once it runs with it.</summary>
    public ISigner Make(int machine)
    {
        var signer = _chain.MakeKey(_made++);
        _machines.Add(PeerId.FromPublicKey(signer.PublicKey.Encoded), machine);
        _signers.Add(signer.PublicKey.Id, signer);
        return signer;
    }

    /// <summary>The machine that a key was made for.</summary>
    public int MachineOf(PeerId peer) => _machines[peer];

    /// <summary>The machine that a key was made for.</summary>
    public int MachineOf(PublicKey key) => _machines[PeerId.FromPublicKey(key.Encoded)];

    /// <summary>The secret half of a validator's key.</summary>
    public ISigner SignerOf(Validator validator) => _signers[validator.Key.Id];
}
