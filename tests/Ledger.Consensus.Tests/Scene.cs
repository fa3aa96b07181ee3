using Ledger.Consensus.Effects;
using Ledger.Consensus.Inputs;
using Ledger.Consensus.Messages;
using Ledger.Consensus.ViewChanges;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Testing.Consensus;

namespace Ledger.Consensus.Tests;

/// <summary>
/// One replica on a stage: the test plays host and all other validators. Effects of the last step are in
/// <see cref="Last"/>; persisted records and executed blocks are on <see cref="Disk"/>, so that it can be restarted.
/// </summary>
internal sealed class Scene
{
    private readonly MessageFactory[] _factories;

    public Scene(int self, int validators = 4, int window = 8)
    {
        Validators = new ValidatorSet(
            new Epoch(0),
            Enumerable.Range(0, validators)
                .Select(i => new Validator($"m{i}", Suite.SignerOf(i).PublicKey, $"h{i}:1")));
        Self = new ValidatorIndex(self);
        Options = new ReplicaOptions { Self = Self, Window = window, MaxTransactionsPerProposal = 4 };
        _factories = [.. Enumerable.Range(0, validators)
            .Select(i => new MessageFactory(Binding, new ValidatorIndex(i), Suite.SignerOf(i)))];
        Disk = new FakeDisk(Channel, id => Changes.GetValueOrDefault(id));
        Shadow = new FakeDisk(Channel, id => Changes.GetValueOrDefault(id));
        Replica = Start();
    }

    public static ChannelId Channel { get; } = new(Sha256.Instance.Hash("scene"u8));

    public static ChannelBinding Binding => new(Channel, new Epoch(0));

    public FakeSuite Suite { get; } = new();

    public ValidatorSet Validators { get; }

    /// <summary>Transactions that change the validators, with the sets that they bring about.</summary>
    public Dictionary<Hash256, ValidatorSet> Changes { get; } = [];

    public ValidatorIndex Self { get; }

    public ReplicaOptions Options { get; }

    public FakeDisk Disk { get; }

    /// <summary>The chain as the other validators have it.</summary>
    public FakeDisk Shadow { get; }

    public Replica Replica { get; private set; }

    public List<Effect> Last { get; private set; } = [];

    public int Quorum => Validators.Quorum.Quorum;

    public MessageAuthenticator Authenticator => new(Options, Validators, Suite, Channel);

    public MessageFactory By(int validator) => _factories[validator];

    public Replica Start() => new(Options, Validators, Suite, Suite.SignerOf(Self.Value), Channel, Disk.Recover());

    public void Restart()
    {
        Replica = Start();
        Step(new Tick(new LogicalTime(0), false, false));
    }

    public List<Effect> Step(Input input)
    {
        var effects = new EffectList();
        Replica.Step(input, effects);
        Last = [.. effects];
        foreach (var effect in Last)
        {
            if (effect is Persist persist) Disk.Write(persist.Record);
            if (effect is Certified certified) Disk.Certify(certified.Height, certified.Certificate);
            if (effect is PruneVotes prune) Disk.Prune(prune.Below);
        }

        return Last;
    }

    public List<Effect> Receive(ConsensusMessage message) => Step(new MessageReceived(message.Signer, message));

    public List<Effect> Tick(long now, bool pending = false, bool overdue = false) =>
        Step(new Tick(new LogicalTime(now), pending, overdue));

    /// <summary>Fills the open slot of view 0 with one transaction, this replica being the primary.</summary>
    public List<Effect> Offer(ulong height, ulong time) => Step(
        new ProposalOffered(new View(0), new BlockHeight(height), new Timestamp(time), [Id((int)height)]));

    public List<Effect> Validated(Vote vote, bool accepted = true) =>
        Step(new ProposalValidated(vote.View, vote.Height, vote.Digest, accepted));

    /// <summary>Executes the height on this replica's disk and reports it.</summary>
    public List<Effect> Execute(Proposal proposal)
    {
        var block = Disk.Execute(proposal);
        return Step(new Executed(block.Header.Height, block.HeaderBytes));
    }

    public static Proposal Propose(ulong height, int proposer = 0, ulong time = 0, int salt = 0) => Proposal.Create(
        new Epoch(0),
        new BlockHeight(height),
        new Timestamp(time == 0 ? 1000 + height : time),
        new ValidatorIndex(proposer),
        [Id((int)(height % 1000), salt)],
        Sha256.Instance);

    public static Hash256 Id(int number, int salt = 0) => Sha256.Instance.Hash([(byte)(number % 256), (byte)salt]);

    public static VoteContent Content(ulong view, Proposal proposal) =>
        new(new View(view), proposal.Height, proposal.Digest);

    public PrePrepare PrePrepare(ulong view, Proposal proposal) =>
        By((int)(view % (ulong)Validators.Count)).PrePrepare(new View(view), proposal);

    /// <summary>The certificate that validators make who prepared a proposal in a view.</summary>
    public PreparedCertificate Certificate(ulong view, Proposal proposal)
    {
        var content = Content(view, proposal);
        var prePrepare = PrePrepare(view, proposal);
        var prepares = Enumerable.Range(0, Validators.Count)
            .Where(i => i != prePrepare.Signer.Value)
            .Take(Quorum - 1)
            .Select(i => new VoteSignature(new ValidatorIndex(i), By(i).Prepare(content).Signature));
        var primary = new VoteSignature(prePrepare.Signer, prePrepare.Signature);
        return new PreparedCertificate(content, primary, [.. prepares]);
    }

    /// <summary>The proof that the first validators make for the shadow chain's tip.</summary>
    public StableProof Proof()
    {
        var block = Shadow.Blocks[^1];
        var signatures = Enumerable.Range(0, Quorum).ToDictionary(
            i => new ValidatorIndex(i), i => By(i).Checkpoint(block.Header.Height, block.Hash).Signature.ToArray());
        var certificate = QuorumCertificate.Create(block.Hash, Validators.Count, signatures);
        return new StableProof(block.Header, block.HeaderBytes, block.Hash, certificate);
    }

    public ViewChange ViewChange(
        int from, ulong view, StableProof? stable = null, params (ulong View, Proposal P)[] prepared) =>
        By(from).ViewChange(
            new ViewChangeContent(new View(view), stable, [.. prepared.Select(p => Certificate(p.View, p.P))]),
            [.. prepared.Select(p => p.P)]);

    /// <summary>The new-view that an honest primary makes of these view-changes.</summary>
    public NewView NewView(ulong view, params ViewChange[] viewChanges)
    {
        var plan = NewViewPlan.From(viewChanges, Binding, Sha256.Instance);
        return NewViewWith(view, viewChanges, [.. plan.Slots.Select(s => PrePrepare(view, s.Proposal!))]);
    }

    public NewView NewViewWith(ulong view, ViewChange[] viewChanges, PrePrepare[] prePrepares) =>
        By((int)(view % (ulong)Validators.Count)).NewView(
            new NewViewContent(new View(view), [.. viewChanges.Select(v => v.WithoutProposals())], prePrepares));

    /// <summary>Takes a proposal of view 0 up to this replica's prepare, this replica being a backup.</summary>
    public PrePrepare AcceptAsBackup(Proposal proposal, ulong view = 0)
    {
        var prePrepare = PrePrepare(view, proposal);
        Receive(prePrepare);
        Validated(prePrepare);
        return prePrepare;
    }

    /// <summary>Takes a proposal up to this replica's commit, this replica being a backup.</summary>
    public PrePrepare PrepareAsBackup(Proposal proposal, ulong view = 0)
    {
        var prePrepare = AcceptAsBackup(proposal, view);
        foreach (var i in OtherBackups(view).Take(Quorum - 2)) Receive(By(i).Prepare(Content(view, proposal)));
        return prePrepare;
    }

    /// <summary>
    /// Takes a proposal up to execution; the block is on this replica's disk, and on the shadow chain.
    /// </summary>
    public FakeBlock ExecuteAsBackup(Proposal proposal, ulong view = 0)
    {
        PrepareAsBackup(proposal, view);
        foreach (var i in Others().Take(Quorum - 1)) Receive(By(i).Commit(Content(view, proposal)));
        Assert.Contains(Last, e => e is Execute);
        Execute(proposal);
        return Shadow.Execute(proposal);
    }

    public IEnumerable<int> Others() => Enumerable.Range(0, Validators.Count).Where(i => i != Self.Value);

    public IEnumerable<int> OtherBackups(ulong view) => Others().Where(i => i != (int)(view % (ulong)Validators.Count));

    public T Only<T>()
        where T : Effect => Assert.Single(Last.OfType<T>());

    public T OnlyBroadcast<T>()
        where T : ConsensusMessage => Assert.Single(Last.OfType<Broadcast>().Select(b => b.Message).OfType<T>());

    /// <summary>This replica's peers accept its message.</summary>
    public void AssertAuthentic(ConsensusMessage message)
    {
        Authenticator.TryAuthenticate(Self, message.Encode(), out _, out _, out var fault);
        Assert.Equal(AuthenticationFault.None, fault);
    }

    public void AssertDropped(DropReason reason) => Assert.Equal(reason, Only<Dropped>().Reason);

    public void AssertBefore<TFirst, TThen>(Func<TThen, bool> then)
        where TFirst : Effect
        where TThen : Effect =>
        Assert.InRange(Last.FindIndex(e => e is TFirst), 0, Last.FindIndex(e => e is TThen t && then(t)) - 1);
}
