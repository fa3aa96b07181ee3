using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
using Ledger.Core.Receipts;
using Ledger.Core.Transactions;

namespace Ledger.Core.Membership;

/// <summary>
/// Decides whether a <see cref="ValidatorChange"/> takes effect, and what the next epoch's validators are. Admission,
/// execution and the command line use it and nothing else (PITFALLS P26); docs/spec/governance.md lists the rules in
/// the order in which they are taken here.
/// </summary>
/// <remarks>Immutable and safe for concurrent use. Deterministic: reads nothing but its arguments.</remarks>
public sealed class ValidatorChangeRules
{
    /// <summary>The label of the keys with which members approve.</summary>
    public const string AdministratorLabel = "admin";

    private readonly Genesis _genesis;
    private readonly Dictionary<KeyId, (Member Member, MemberKey Key)> _keys = [];

    /// <summary>Creates the rules of a channel.</summary>
    public ValidatorChangeRules(Genesis genesis)
    {
        _genesis = genesis;
        foreach (var member in genesis.Members)
        {
            foreach (var key in member.Keys) _keys.Add(key.Key.Id, (member, key));
        }
    }

    /// <summary>How many members must approve: a strict majority of all.</summary>
    public int NeededApprovals => (_genesis.Members.Count / 2) + 1;

    /// <summary>
    /// How many validators that do not vote yet a set of <paramref name="size"/> may have: as many as it can spare, so
    /// that those which run already are a quorum and a wrong address or a machine that never starts cannot halt the
    /// channel; but one always, because sets of one and two can spare none and could otherwise never grow.
    /// </summary>
    public static int MostNewcomers(int size) => Math.Max(1, size - QuorumSize.For(size).Quorum);

    /// <summary>Checks a change against the present validators.</summary>
    /// <param name="body">The change and its approvals.</param>
    /// <param name="current">The validators of the present epoch.</param>
    /// <param name="next">The validators of the next epoch, when the change is accepted.</param>
    public Verdict Check(ValidatorChangeBody body, ValidatorSet current, out ValidatorSet? next)
    {
        next = null;
        // What costs no signature comes first.
        var verdict = CheckSteps(body.Change, current, out var set);
        if (!verdict.IsAccepted) return verdict;
        verdict = CheckApprovals(body);
        if (!verdict.IsAccepted) return verdict;
        next = set;
        return verdict;
    }

    /// <summary>Checks everything but the approvals: whether members could approve it.</summary>
    public Verdict CheckSteps(ValidatorChange change, ValidatorSet current, out ValidatorSet? next)
    {
        next = null;
        if (change.Channel != _genesis.Channel)
            return new Verdict(Refusal.WrongChannel, $"the change is for channel {change.Channel}");
        if (change.Epoch != current.Epoch)
        {
            return new Verdict(
                Refusal.WrongEpoch,
                $"the change ends epoch {change.Epoch}, and the present epoch is {current.Epoch}; propose it anew");
        }

        // One more, and no receipt of the next epoch could be verified.
        if (current.Epoch.Value >= Receipt.MaxEpochChanges)
        {
            return new Verdict(
                Refusal.EpochsExhausted,
                $"the channel has had {Receipt.MaxEpochChanges} changes of its validators, as many as a receipt can carry; "
                + "its validators stay as they are");
        }

        var validators = current.Validators.ToList();
        foreach (var step in change.Steps)
        {
            var verdict = Take(step, current, validators);
            if (!verdict.IsAccepted) return verdict;
        }

        var safe = CheckSafety(validators, current);
        if (!safe.IsAccepted) return safe;
        foreach (var step in change.Steps)
        {
            if (step.New is not { } added) continue;
            if (ValidatorClaim.IsSigned(_genesis.Channel, added, step.Claim.Span, _genesis.Suite)) continue;
            return new Verdict(
                Refusal.ClaimInvalid, $"the claim of {Name(added)} is not signed by that key for this channel");
        }

        next = new ValidatorSet(current.Epoch.Next, validators);
        return Verdict.Accepted;
    }

    private Verdict Take(ValidatorStep step, ValidatorSet current, List<Validator> validators)
    {
        var at = validators.Count;
        if (step.Old is { } old)
        {
            at = validators.FindIndex(v => v.Key.Id == old.Id);
            // A step can name only who validates now: what a change adds it has no reason to take away again.
            if (at < 0 || current.IndexOf(old.Id) is null)
                return new Verdict(Refusal.UnknownValidator, $"key {old.Id} is not one of a validator");
            validators.RemoveAt(at);
        }

        if (step.New is not { } added) return Verdict.Accepted;
        if (!_genesis.Members.Any(m => m.Id == added.Member))
            return new Verdict(Refusal.InvalidField, $"'{added.Member}' is not a member of this channel");
        if (!ValidatorClaim.IsAddress(added.Address))
            return new Verdict(Refusal.InvalidField, $"'{added.Address}' is not host:port");
        if (_keys.ContainsKey(added.Key.Id))
            return new Verdict(Refusal.ValidatorExists, $"the key of {Name(added)} is a client's; make one of its own");
        if (validators.Any(v => v.Key.Id == added.Key.Id))
            return new Verdict(Refusal.ValidatorExists, $"{Name(added)} validates already");
        validators.Insert(at, added);
        return Verdict.Accepted;
    }

    private static Verdict CheckSafety(List<Validator> validators, ValidatorSet current)
    {
        if (validators.Count is 0 or > ValidatorSet.MaxValidators)
        {
            return new Verdict(
                Refusal.ValidatorsUnsafe,
                $"{validators.Count} validators would be left; there must be 1 to {ValidatorSet.MaxValidators}");
        }

        var newcomers = validators.Count(v => current.IndexOf(v.Key.Id) is null);
        var most = MostNewcomers(validators.Count);
        return newcomers <= most
            ? Verdict.Accepted
            : new Verdict(
                Refusal.ValidatorsUnsafe,
                $"{newcomers} of {validators.Count} validators would be new, and at most {most} may be: those that run "
                + "already must be a quorum; make several changes of it");
    }

    /// <summary>The members of whom an administrator's approval holds, in ascending ordinal order.</summary>
    public IReadOnlyCollection<string> ApprovingMembers(ValidatorChangeBody body)
    {
        var members = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var approval in body.Approvals)
        {
            if (AdministratorOf(approval) is { } found && Holds(body.Change, approval, found.Key.Key))
                members.Add(found.Member.Id);
        }

        return members;
    }

    private Verdict CheckApprovals(ValidatorChangeBody body)
    {
        var members = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var approval in body.Approvals)
        {
            if (AdministratorOf(approval) is not { } found)
            {
                return new Verdict(
                    Refusal.ApprovalInvalid,
                    $"key {approval.Key} is no member's key with the label '{AdministratorLabel}'");
            }

            members.Add(found.Member.Id);
        }

        if (members.Count < NeededApprovals)
        {
            return new Verdict(
                Refusal.NotApproved,
                $"{members.Count} of {_genesis.Members.Count} members approve, and {NeededApprovals} must");
        }

        foreach (var approval in body.Approvals)
        {
            if (Holds(body.Change, approval, _keys[approval.Key].Key.Key)) continue;
            return new Verdict(Refusal.ApprovalInvalid, $"the approval by key {approval.Key} is not over this change");
        }

        return Verdict.Accepted;
    }

    private (Member Member, MemberKey Key)? AdministratorOf(ChangeApproval approval) =>
        _keys.TryGetValue(approval.Key, out var found) && found.Key.Label == AdministratorLabel ? found : null;

    private bool Holds(ValidatorChange change, ChangeApproval approval, PublicKey key) => _genesis.Suite.Verify(
        key, DomainTag.ValidatorChange, change.Encoded.Span, approval.Signature.Span);

    private static string Name(Validator validator) => $"the validator of '{validator.Member}' at {validator.Address}";
}
