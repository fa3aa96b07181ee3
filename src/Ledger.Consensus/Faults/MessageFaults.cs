using Ledger.Consensus.Messages;
using Ledger.Core.Accountability;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Membership;

namespace Ledger.Consensus.Faults;

/// <summary>
/// The steps for proofs whose statements are payloads of consensus messages. Inner certificates of a view-change are
/// not verified: the culprit signed the whole, and an honest validator signs one whole only.
/// </summary>
internal sealed class MessageFaults
{
    private readonly FaultContext _context;
    private readonly ChannelBinding _binding;
    private readonly MessageDecoder _decoder;
    private readonly int _window;

    public MessageFaults(FaultContext context, ChannelParameters parameters)
    {
        _context = context;
        _window = (int)parameters.Window;
        _binding = new ChannelBinding(context.Proof.Channel, context.Proof.Epoch, context.EpochBase);
        var set = context.Validators;
        _decoder = new MessageDecoder(
            _binding,
            set,
            context.Suite.Hash,
            new MessageLimits(set.Count, set.Quorum, _window, (int)parameters.MaxBlockTransactions));
    }

    private FaultProof Proof => _context.Proof;

    public FaultVerdict VerifyVotes()
    {
        if (CheckBindings() is { } unbound) return unbound;
        if (!_decoder.TryDecodeVote(Proof.First.Statement.Span, out var first, out var error)) return Malformed(1, error);
        if (!_decoder.TryDecodeVote(Proof.Second.Statement.Span, out var second, out error)) return Malformed(2, error);
        if (_context.CheckOrder() is { } order) return order;
        if (first.View != second.View) return DifferentViews(first.View, second.View);
        if (first.Height != second.Height) return DifferentHeights(first.Height, second.Height);
        if (Proof.Kind == FaultKind.ContradictingProposals
            && first.View.PrimaryAmong(_context.Validators) != _context.Culprit)
        {
            return FaultContext.Refuse(
                FaultRefusal.NotPrimary, $"the culprit is not the primary of view {first.View.Value}");
        }

        var (tag, name) = Proof.Kind switch
        {
            FaultKind.ContradictingProposals => (ConsensusTags.PrePrepare, "proposals"),
            FaultKind.ContradictingPrepares => (ConsensusTags.Prepare, "prepares"),
            _ => (ConsensusTags.Commit, "commits"),
        };
        return CheckSignatures(tag, tag) ?? _context.Prove(
            first.Height,
            first.View.Value,
            $"signed {name} for {first.Digest} and for {second.Digest} at height {first.Height} in view "
            + $"{first.View.Value}");
    }

    public FaultVerdict VerifyViewChanges()
    {
        if (CheckBindings() is { } unbound) return unbound;
        if (!TryDecodeViewChange(Proof.First, out var first, out var error)) return Malformed(1, error);
        if (!TryDecodeViewChange(Proof.Second, out var second, out error)) return Malformed(2, error);
        if (_context.CheckOrder() is { } order) return order;
        if (first!.NewView != second!.NewView) return DifferentViews(first.NewView, second.NewView);
        return CheckSignatures(ConsensusTags.ViewChange, ConsensusTags.ViewChange) ?? _context.Prove(
            default,
            first.NewView.Value,
            $"signed two different view-changes for view {first.NewView.Value}");
    }

    public FaultVerdict VerifyConcealed()
    {
        if (CheckBindings() is { } unbound) return unbound;
        if (!_decoder.TryDecodeVote(Proof.First.Statement.Span, out var commit, out var error)) return Malformed(1, error);
        if (!TryDecodeViewChange(Proof.Second, out var viewChange, out error)) return Malformed(2, error);
        if (viewChange!.NewView <= commit.View) return DifferentViews(commit.View, viewChange.NewView);
        if (!Concealment.IsAccountable(viewChange, _binding.Base, commit.Height, _window))
        {
            return FaultContext.Refuse(
                FaultRefusal.DifferentHeight,
                $"height {commit.Height} is none that a view-change with stable height {viewChange.StableHeight} has to "
                + "account for");
        }

        if (Concealment.Shows(viewChange, commit))
        {
            return FaultContext.Refuse(
                FaultRefusal.NoContradiction,
                $"the view-change shows what was prepared at height {commit.Height}");
        }

        return CheckSignatures(ConsensusTags.Commit, ConsensusTags.ViewChange) ?? _context.Prove(
            commit.Height,
            commit.View.Value,
            $"signed a commit for {commit.Digest} at height {commit.Height} in view {commit.View.Value}, and concealed "
            + $"it in its view-change for view {viewChange.NewView.Value}");
    }

    private bool TryDecodeViewChange(SignedStatement statement, out ViewChange? viewChange, out DecodeError error) =>
        _decoder.TryDecodeViewChange(
            statement.Statement, _context.Culprit, statement.Signature, out viewChange, out error);

    private FaultVerdict? CheckBindings() => CheckBinding(Proof.First, 1) ?? CheckBinding(Proof.Second, 2);

    private FaultVerdict? CheckBinding(SignedStatement statement, int number)
    {
        var reader = new CanonicalReader(statement.Statement.Span);
        var channel = new ChannelId(reader.Hash(1));
        var epoch = new Epoch(reader.UInt64(2));
        if (!reader.Ok) return Malformed(number, reader.Error);
        if (channel != Proof.Channel)
        {
            return FaultContext.Refuse(
                FaultRefusal.StatementWrongChannel, $"statement {number} is of channel {channel}", number);
        }

        return epoch == Proof.Epoch
            ? null
            : FaultContext.Refuse(
                FaultRefusal.StatementWrongEpoch,
                $"statement {number} is of epoch {epoch}, and the proof is of epoch {Proof.Epoch}",
                number);
    }

    private FaultVerdict? CheckSignatures(DomainTag first, DomainTag second) => _context.CheckSignatures(
        first, Proof.First.Statement.Span, second, Proof.Second.Statement.Span);

    private static FaultVerdict Malformed(int statement, DecodeError error) => FaultContext.Refuse(
        FaultRefusal.StatementMalformed, $"statement {statement} is not what the kind needs: {error}", statement);

    private static FaultVerdict DifferentViews(View first, View second) => FaultContext.Refuse(
        FaultRefusal.DifferentView, $"views {first.Value} and {second.Value} allow both statements");

    private static FaultVerdict DifferentHeights(BlockHeight first, BlockHeight second) => FaultContext.Refuse(
        FaultRefusal.DifferentHeight, $"the statements are about heights {first} and {second}");
}
