using System.Diagnostics.CodeAnalysis;

namespace Ledger.Network.Protocols;

/// <summary>The protocols served here. Filled before the network starts, read by every thread afterwards.</summary>
internal sealed class ProtocolTable
{
    private readonly Lock _gate = new();

    // Bounded by the code that registers handlers.
    private readonly Dictionary<string, IInboundProtocol> _protocols = [];
    private bool _isFrozen;

    public IReadOnlyList<string> Names
    {
        get
        {
            lock (_gate) return [.. _protocols.Keys.Order(StringComparer.Ordinal)];
        }
    }

    /// <exception cref="InvalidOperationException">The network has started, or the protocol has a handler.</exception>
    public void Add(IInboundProtocol protocol)
    {
        lock (_gate)
        {
            if (_isFrozen) throw new InvalidOperationException("handlers are registered before the network starts");
            if (!_protocols.TryAdd(protocol.Id.Name, protocol))
                throw new InvalidOperationException($"{protocol.Id} has a handler already");
        }
    }

    public void Freeze()
    {
        lock (_gate) _isFrozen = true;
    }

    // The table no longer changes once the network has started, and only then do peers ask: no lock is needed.
    public bool Speaks(string name) => _protocols.ContainsKey(name);

    public bool TryGet(string? name, [NotNullWhen(true)] out IInboundProtocol? protocol)
    {
        protocol = null;
        return name is not null && _protocols.TryGetValue(name, out protocol);
    }
}
