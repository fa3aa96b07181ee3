using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;

namespace Ledger.Consensus.ViewChanges;

/// <summary>
/// The view-changes received, of each validator only the one for its highest view. So a validator that asks for huge
/// views costs one entry and moves nobody (PITFALLS P1).
/// </summary>
internal sealed class ViewChangeSet
{
    // Bound: one for each validator.
    private readonly ViewChange?[] _highest;

    public ViewChangeSet(int validators) => _highest = new ViewChange?[validators];

    public ViewChange? this[ValidatorIndex validator] => _highest[validator.Value];

    /// <summary>Keeps a view-change, unless the validator's is for this view or a higher one already.</summary>
    public bool Add(ViewChange viewChange)
    {
        ref var held = ref _highest[viewChange.Signer.Value];
        if (held is not null && held.NewView >= viewChange.NewView) return false;
        held = viewChange;
        return true;
    }

    /// <summary>Forgets those for this view and lower ones.</summary>
    public void RemoveUpTo(View view)
    {
        for (var i = 0; i < _highest.Length; i++)
        {
            if (_highest[i]?.NewView <= view) _highest[i] = null;
        }
    }

    /// <summary>How many validators ask for this view or a higher one.</summary>
    public int CountFrom(View view) => _highest.Count(v => v?.NewView >= view);

    /// <summary>Whether any validator asks for exactly this view.</summary>
    public bool AnyFor(View view) => _highest.Any(v => v?.NewView == view);

    /// <summary>Those for exactly this view, in order of signer.</summary>
    public List<ViewChange> For(View view) => [.. _highest.OfType<ViewChange>().Where(v => v.NewView == view)];

    /// <summary>
    /// The highest view above <paramref name="current"/> that at least <paramref name="support"/> validators ask for or
    /// have passed: the smallest among the highest f+1 (section 4.5.2). At least one honest validator stands behind it.
    /// </summary>
    public View? Supported(View current, int support)
    {
        var views = new List<View>();
        foreach (var viewChange in _highest)
        {
            if (viewChange?.NewView > current) views.Add(viewChange.NewView);
        }

        if (views.Count < support) return null;
        views.Sort();
        return views[^support];
    }

    /// <summary>
    /// Bitmap of the validators whose view-change for exactly this view is held; empty when there are none.
    /// </summary>
    public byte[] BitmapFor(View view)
    {
        var bitmap = new byte[(_highest.Length + 7) / 8];
        var any = false;
        for (var i = 0; i < _highest.Length; i++)
        {
            if (_highest[i]?.NewView != view) continue;
            bitmap[i >> 3] |= (byte)(1 << (i & 7));
            any = true;
        }

        return any ? bitmap : [];
    }
}
