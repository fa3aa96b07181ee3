using System.Collections;

namespace Ledger.Consensus.Effects;

/// <summary>
/// The effects of one or more steps, in order. The order is the contract between replica and host:
/// every <see cref="Persist"/> is durable before the host acts on any <see cref="Broadcast"/>, <see cref="Send"/>,
/// <see cref="Execute"/> or <see cref="Certified"/> that comes after it (writing all records of a list in one synced
/// batch before doing anything else satisfies this); and a <see cref="PruneVotes"/> is done only after the certificate
/// that comes before it is durable.
/// </summary>
/// <remarks>Not thread-safe. One step adds a bounded number: at most a few for every height of the window.</remarks>
public sealed class EffectList : IReadOnlyList<Effect>
{
    private readonly List<Effect> _effects = [];

    /// <inheritdoc/>
    public int Count => _effects.Count;

    /// <inheritdoc/>
    public Effect this[int index] => _effects[index];

    /// <summary>Empties the list and keeps its memory for the next step.</summary>
    public void Clear() => _effects.Clear();

    /// <inheritdoc/>
    public IEnumerator<Effect> GetEnumerator() => _effects.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal void Add(Effect effect) => _effects.Add(effect);
}
