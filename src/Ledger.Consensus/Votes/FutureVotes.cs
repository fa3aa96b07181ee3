using Ledger.Consensus.Messages;

namespace Ledger.Consensus.Votes;

/// <summary>
/// Votes of views that this replica has not entered: kept so that the first messages of a new view, which may outrun
/// its new-view, need not be sent again. Of each validator only those of its highest view.
/// </summary>
internal sealed class FutureVotes
{
    // Pre-prepares are the large ones: as many as the deepest sensible pipeline starts a view with.
    private const int MaxPrePrepares = 16;

    private readonly int _capacity;

    // Bound: three phases for each height of the window, for each validator.
    private readonly List<Vote>[] _byValidator;

    public FutureVotes(int validators, int window)
    {
        _capacity = window * 3;
        _byValidator = new List<Vote>[validators];
        for (var i = 0; i < validators; i++) _byValidator[i] = [];
    }

    public void Add(Vote vote)
    {
        var held = _byValidator[vote.Signer.Value];
        if (held.Count > 0 && held[0].View < vote.View) held.Clear();
        if (held.Count >= _capacity || (held.Count > 0 && held[0].View != vote.View)) return;
        if (vote is PrePrepare && held.Count(v => v is PrePrepare) >= MaxPrePrepares) return;
        held.Add(vote);
    }

    /// <summary>
    /// Takes out the votes of a view, by validator and in order of arrival, and forgets those of lower views.
    /// </summary>
    public List<Vote> Take(View view)
    {
        var taken = new List<Vote>();
        foreach (var held in _byValidator)
        {
            if (held.Count == 0 || held[0].View > view) continue;
            if (held[0].View == view) taken.AddRange(held);
            held.Clear();
        }

        return taken;
    }
}
