using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;

namespace Ledger.Consensus.Faults;

/// <summary>
/// Whether a view-change keeps a promise that a commit made: "the signer holds a prepared certificate, and every later
/// view-change of it will too" (OSDI '99 sections 4.2 and 4.4). An honest validator commits in no view that it left, so
/// any commit of a lower view was before the view-change.
/// </summary>
internal static class Concealment
{
    /// <summary>
    /// Whether the view-change must show what is prepared at a height. Without a proof of a stable height it is the
    /// epoch's base that is stable.
    /// </summary>
    public static bool IsAccountable(ViewChange viewChange, BlockHeight epochBase, BlockHeight height, int window)
    {
        var stable = viewChange.Stable?.Height ?? epochBase;
        return height > stable && height.Value - stable.Value <= (ulong)window;
    }

    /// <summary>Whether it shows the commit's certificate, or one of a later view.</summary>
    public static bool Shows(ViewChange viewChange, in VoteContent commit)
    {
        foreach (var certificate in viewChange.Prepared)
        {
            if (certificate.Height != commit.Height) continue;
            return certificate.View > commit.View
                || (certificate.View == commit.View && certificate.Digest == commit.Digest);
        }

        return false;
    }
}
