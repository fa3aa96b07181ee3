using Ledger.Consensus.Effects;
using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Node.Execution;
using Ledger.Node.Mempool;

namespace Ledger.Node.Driver;

/// <summary>
/// Fetches transactions that proposals name and this node lacks: in order for those that are to be accepted, and beside
/// them for the one that is next to execute.
/// </summary>
/// <remarks>Not thread-safe; owned by <see cref="ConsensusCore"/>. Times are the host's monotonic milliseconds.</remarks>
internal sealed class BodyFetcher(
    TransactionPool pool, ChainView chain, ValidatorPeers validators, ProposalChecker checker, IConsensusPorts ports)
{
    private ValidatorPeers _validators = validators;

    private const int Capacity = 2048;

    // In order of arrival; the first is looked for. Bound: Capacity.
    private readonly Queue<(ValidateProposal Asked, long Since)> _proposals = new();
    private BodySearch? _forProposal;

    // At most one decided proposal waits for its transactions: the next to execute.
    private Proposal? _decided;
    private BodySearch? _forExecution;
    private long _searches;

    /// <summary>Whether anything is looked for, and so is to be looked for again.</summary>
    public bool IsSearching => _proposals.Count > 0 || _decided is not null;

    /// <summary>Another epoch begins: the searches of the one before are of no interest any more.</summary>
    public void Begin(ValidatorPeers validators)
    {
        _validators = validators;
        _proposals.Clear();
        _forProposal = null;
        _decided = null;
        _forExecution = null;
    }

    /// <summary>
    /// A proposal must be checked once its transactions are held. Dropped when the queue is full of proposals of earlier
    /// views; the replica's timer copes.
    /// </summary>
    public void Add(ValidateProposal asked, long now)
    {
        if (_proposals.Count < Capacity) _proposals.Enqueue((asked, now));
    }

    /// <summary>A decided proposal's transactions are missing; replaces the one before.</summary>
    public void AddDecided(Proposal proposal, long now)
    {
        _decided = proposal;
        _forExecution = Search(proposal, proposal.Proposer, now);
    }

    /// <summary>A request has ended.</summary>
    public void OnAnswered(FetchLane lane, long search, long now)
    {
        var waiting = lane == FetchLane.Proposals ? _forProposal : _forExecution;
        if (waiting?.Number == search) waiting.OnAnswered(now);
    }

    /// <summary>
    /// Looks again. Returns the proposals that could be checked, or never will be, with the verdict.
    /// </summary>
    /// <param name="view">The replica's view: proposals of lower ones are of no interest any more.</param>
    /// <param name="executed">The replica's executed height.</param>
    /// <param name="now">The time.</param>
    /// <param name="thorough">Whether to look into the chain too, and not only into the pool.</param>
    public IReadOnlyList<(ValidateProposal Asked, bool Accepted)> Look(
        ulong view, BlockHeight executed, long now, bool thorough)
    {
        if (_decided is not null) LookForExecution(executed, now, thorough);
        if (_proposals.Count == 0) return [];
        var done = new List<(ValidateProposal, bool)>();
        while (_proposals.TryPeek(out var first))
        {
            var (asked, since) = first;
            // A proposal of a view that ended must not hold up the next view's. It is answered all the same.
            if (LookForProposal(asked, since, view, now, thorough) is not { } accepted) break;
            _proposals.Dequeue();
            _forProposal = null;
            done.Add((asked, accepted));
        }

        return done;
    }

    private bool? LookForProposal(ValidateProposal asked, long since, ulong view, long now, bool thorough)
    {
        if (asked.View.Value < view || (!asked.Reproposed && !checker.Fits(asked.Proposal))) return false;
        if (_forProposal is null)
        {
            var primary = new ValidatorIndex((int)(asked.View.Value % (ulong)_validators.Set.Count));
            _forProposal = Search(asked.Proposal, primary, since);
            thorough = true;
        }

        if (_forProposal.IsComplete(thorough))
        {
            var verdict = checker.Check(asked.Proposal, asked.Reproposed);
            // One without transactions waits for the block below, which is under way.
            return asked.Proposal.TransactionIds.Count == 0 ? verdict : verdict ?? false;
        }

        if (_forProposal.IsHopeless) return false;
        Ask(FetchLane.Proposals, _forProposal, now);
        return null;
    }

    private void LookForExecution(BlockHeight executed, long now, bool thorough)
    {
        var height = _decided!.Height;
        var isOver = height <= executed;
        var isFound = !isOver && _forExecution!.IsComplete(thorough);
        if (!isOver && !isFound && !_forExecution!.IsHopeless)
        {
            Ask(FetchLane.Execution, _forExecution, now);
            return;
        }

        _decided = null;
        _forExecution = null;
        if (!isFound && !isOver) ports.RequestSync(height);
        // Even when they were not found: the replica waits for this height and asks for nothing meanwhile, so nobody else
        // would ever try again.
        ports.RetryExecution();
    }

    private void Ask(FetchLane lane, BodySearch search, long now)
    {
        if (search.NextRequest(now) is { } request)
            ports.FetchTransactions(lane, search.Number, request.From, request.Ids);
    }

    private BodySearch Search(Proposal proposal, ValidatorIndex first, long now) =>
        new(++_searches, proposal, first, now, pool, chain, _validators);
}
