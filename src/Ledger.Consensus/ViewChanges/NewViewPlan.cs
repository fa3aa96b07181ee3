using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;

namespace Ledger.Consensus.ViewChanges;

/// <summary>One height that a new view must propose again.</summary>
/// <param name="Height">The height.</param>
/// <param name="Digest">The digest that must be proposed.</param>
/// <param name="Proposal">The proposal, when the view-changes carry it; always for a null proposal.</param>
internal sealed record PlannedSlot(BlockHeight Height, Hash256 Digest, Proposal? Proposal);

/// <summary>
/// What a new view must begin with, computed from its view-changes alone (OSDI '99 section 4.4: min-s, max-s and O).
/// The primary makes its new-view from it, and everyone checks the new-view against it.
/// </summary>
internal sealed class NewViewPlan
{
    private NewViewPlan(StableProof? stable, BlockHeight floor, IReadOnlyList<PlannedSlot> slots)
    {
        Stable = stable;
        Base = floor;
        Slots = slots;
    }

    /// <summary>Proof of the highest stable checkpoint; null for the epoch's base.</summary>
    public StableProof? Stable { get; }

    /// <summary>min-s: the highest stable height.</summary>
    public BlockHeight Base { get; }

    /// <summary>max-s: the highest height proposed again; the base when there is none.</summary>
    public BlockHeight Last => Slots.Count == 0 ? Base : Slots[^1].Height;

    /// <summary>
    /// Every height from Base+1 to Last; at most the window, as each certificate lies within its signer's.
    /// </summary>
    public IReadOnlyList<PlannedSlot> Slots { get; }

    public static NewViewPlan From(IReadOnlyList<ViewChange> viewChanges, ChannelBinding binding, HashFunction hash)
    {
        StableProof? stable = null;
        foreach (var viewChange in viewChanges)
        {
            if (viewChange.StableHeight > (stable?.Height ?? default)) stable = viewChange.Stable;
        }

        var floor = stable?.Height ?? binding.Base;
        var best = new SortedDictionary<ulong, (PreparedCertificate Certificate, Proposal? Proposal)>();
        foreach (var viewChange in viewChanges)
        {
            for (var i = 0; i < viewChange.Prepared.Count; i++)
            {
                var certificate = viewChange.Prepared[i];
                var height = certificate.Height.Value;
                if (certificate.Height <= floor) continue;
                if (best.TryGetValue(height, out var held) && held.Certificate.View >= certificate.View) continue;
                best[height] = (certificate, i < viewChange.Proposals.Count ? viewChange.Proposals[i] : null);
            }
        }

        var slots = new List<PlannedSlot>();
        var last = best.Count == 0 ? floor.Value : best.Keys.Max();
        for (var height = floor.Value + 1; height <= last; height++)
        {
            var at = new BlockHeight(height);
            if (best.TryGetValue(height, out var chosen))
            {
                slots.Add(new PlannedSlot(at, chosen.Certificate.Digest, chosen.Proposal));
                continue;
            }

            var gap = Proposal.Null(binding.Epoch, at, hash);
            slots.Add(new PlannedSlot(at, gap.Digest, gap));
        }

        return new NewViewPlan(stable, floor, slots);
    }

    /// <summary>Whether pre-prepares are exactly what the plan demands: nothing dropped, added or changed.</summary>
    public bool IsFollowedBy(IReadOnlyList<PrePrepare> prePrepares)
    {
        if (prePrepares.Count != Slots.Count) return false;
        for (var i = 0; i < Slots.Count; i++)
        {
            if (prePrepares[i].Height != Slots[i].Height || prePrepares[i].Digest != Slots[i].Digest) return false;
        }

        return true;
    }
}
