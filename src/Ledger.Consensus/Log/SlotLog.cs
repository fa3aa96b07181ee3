using Ledger.Consensus.Faults;
using Ledger.Core.Blocks;

namespace Ledger.Consensus.Log;

/// <summary>
/// The slots of the heights from Stable+1 to Stable+Window (OSDI '99 section 4.3: the water marks h and H = h + L), in
/// a ring.
/// </summary>
internal sealed class SlotLog
{
    private readonly int _validators;

    // Bound: the window. Invariant: a slot at index i has height congruent to i, and lies within the window.
    private readonly Slot?[] _ring;

    public SlotLog(BlockHeight stable, int window, int validators)
    {
        Stable = stable;
        Highest = stable;
        _validators = validators;
        _ring = new Slot?[window];
    }

    /// <summary>The low-water mark.</summary>
    public BlockHeight Stable { get; private set; }

    /// <summary>The highest height that has a slot; Stable when none has.</summary>
    public BlockHeight Highest { get; private set; }

    /// <summary>Whether a height lies between the water marks. Safe for any height.</summary>
    public bool Contains(BlockHeight height) => height > Stable && height.Value - Stable.Value <= (ulong)_ring.Length;

    public Slot? Find(BlockHeight height) => Contains(height) ? _ring[Index(height)] : null;

    public Slot Get(BlockHeight height)
    {
        Invariant.Require(Contains(height));
        if (height > Highest) Highest = height;
        return _ring[Index(height)] ??= new Slot(height, _validators);
    }

    /// <summary>Raises the low-water mark and drops what lies at or below it.</summary>
    public void Advance(BlockHeight stable)
    {
        Invariant.Require(stable > Stable);
        for (var i = 0; i < _ring.Length; i++)
        {
            if (_ring[i] is { } slot && slot.Height <= stable) _ring[i] = null;
        }

        Stable = stable;
        if (Highest < stable) Highest = stable;
    }

    /// <summary>The slots there are, ascending.</summary>
    public IEnumerable<Slot> Slots()
    {
        // A snapshot of the mark: slots may be dropped while the caller acts on one.
        var last = Highest;
        for (var height = Stable.Next; height <= last; height = height.Next)
        {
            if (Find(height) is { } slot) yield return slot;
        }
    }

    private int Index(BlockHeight height) => (int)(height.Value % (ulong)_ring.Length);
}
