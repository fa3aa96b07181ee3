using Ledger.Consensus.Faults;
using Ledger.Consensus.Messages;
using Ledger.Core.Accountability;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Core.Receipts;
using Ledger.Testing.Builders;

namespace Ledger.Consensus.Tests.Accountability;

/// <summary>One proof and the verdict that it must get.</summary>
internal sealed record FaultCase(string Name, FaultRefusal Refusal, int Statement, FaultProof Proof)
{
    public override string ToString() => Name;
}

/// <summary>
/// Fault proofs of a real consortium with real signatures: good ones of every kind, and for every refusal one that is
/// wrong in that way alone. Validator 3, of <c>org-d</c>, is the culprit of most.
/// </summary>
internal static class FaultForge
{
    private const int Culprit = 3;

    public static Genesis Genesis { get; } = A.Genesis();

    private static readonly TestChain Chain = MakeChain();

    public static IReadOnlyList<FaultCase> Proven { get; } =
    [
        Good("two proposals", Proposals(view: 3, Culprit)),
        Good("two prepares", Votes(FaultKind.ContradictingPrepares, P(1), P(1, salt: 1))),
        Good("two commits", Votes(FaultKind.ContradictingCommits, P(1), P(1, salt: 1))),
        Good("two headers of one height", Headers(Header(2), Header(2) with { LogSize = 9 })),
        Good("a header that does not link to the one below", Headers(Header(2), Header(3))),
        Good("a header of an epoch that had ended", Headers(
            Header(2) with { NextValidators = Sha256.Instance.Hash("next"u8) }, Header(5))),
        Good("a header with an earlier time", Headers(Header(2), Header(5) with { Time = A.Start })),
        Good("a header with a shorter log", Headers(Header(2) with { LogSize = 7 }, Header(5) with { LogSize = 6 })),
        Good("headers with one log size and two roots", Headers(
            Header(2), Header(5) with { LogRoot = Sha256.Instance.Hash("root"u8) })),
        Good("headers of two epochs at one height", Headers(
            Header(8), Header(8) with { Epoch = new Epoch(1) }, epoch: 1, changes: Chain.EpochChanges)),
        Good("an epoch that goes back", Headers(
            Header(8) with { Epoch = new Epoch(1) }, Header(20), epoch: 1, changes: Chain.EpochChanges)),
        Good("two view-changes for one view", ViewChanges(ViewChange(2), ViewChange(2, (1, P(1))))),
        Good("a view-change that shows nothing", Concealed(Commit(1, P(4)), ViewChange(2))),
        Good("a view-change that shows an older certificate", Concealed(
            Commit(1, P(4)), ViewChange(2, (0, P(4, salt: 1))))),
        Good("a view-change that shows another digest of the same view", Concealed(
            Commit(1, P(4)), ViewChange(2, (1, P(4, salt: 1))))),
        Good("a view-change of a later epoch that shows nothing", ConcealedLater()),
    ];

    public static IReadOnlyList<FaultCase> Broken { get; } =
    [
        Bad("another channel", FaultRefusal.WrongChannel, 0, Commits with { Channel = A.Genesis(4, "other").Channel }),
        Bad("an epoch change is missing", FaultRefusal.EpochsInvalid, 0, Commits with { Epoch = new Epoch(1) }),
        Bad("an epoch change too many", FaultRefusal.EpochsInvalid, 0, Commits with
        {
            EpochChanges = Chain.EpochChanges,
        }),
        Bad("a stranger is accused", FaultRefusal.CulpritUnknown, 0, Commits with
        {
            Culprit = A.Signer("stranger").PublicKey.Encoded.ToArray(),
        }),
        Bad("a key that is no point is accused", FaultRefusal.CulpritUnknown, 0, Commits with
        {
            Culprit = new byte[33],
        }),
        Bad("an honest validator is accused", FaultRefusal.SignatureInvalid, 1, Commits with
        {
            Culprit = Genesis.Validators[new ValidatorIndex(1)].Key.Encoded.ToArray(),
        }),
        Bad("the first statement is no vote", FaultRefusal.StatementMalformed, 1, Commits with
        {
            First = Commits.First with { Statement = new byte[] { 1, 2, 3 } },
        }),
        Bad("the second statement has a byte more", FaultRefusal.StatementMalformed, 2, Commits with
        {
            Second = Commits.Second with { Statement = (byte[])[.. Commits.Second.Statement.Span, 0] },
        }),
        Bad("a header in place of a vote", FaultRefusal.StatementMalformed, 1, Commits with
        {
            First = Headers(Header(2), Header(3)).First,
        }),
        Bad("a vote in place of a header", FaultRefusal.StatementMalformed, 1, Commits with
        {
            Kind = FaultKind.ContradictingCheckpoints,
        }),
        Bad("a vote of another channel", FaultRefusal.StatementWrongChannel, 2, Pair(
            FaultKind.ContradictingCommits,
            Commits.First,
            Statement(ForeignFactory(A.Genesis(4, "other").Channel, 0).Commit(Scene.Content(0, P(1)))))),
        Bad("a header of another channel", FaultRefusal.StatementWrongChannel, 2, Headers(
            Header(2), Header(2) with { Channel = A.Genesis(4, "other").Channel })),
        Bad("a vote of another epoch", FaultRefusal.StatementWrongEpoch, 2, Pair(
            FaultKind.ContradictingCommits,
            Commits.First,
            Statement(ForeignFactory(Genesis.Channel, 1).Commit(Scene.Content(0, P(1)))))),
        Bad("a header of an epoch that is not proven", FaultRefusal.StatementWrongEpoch, 2, Headers(
            Header(8), Header(8) with { Epoch = new Epoch(1) })),
        Bad("headers of an epoch before the proof's", FaultRefusal.StatementWrongEpoch, 0, Headers(
            Header(2), Header(3), epoch: 1, changes: Chain.EpochChanges)),
        Bad("somebody else's first signature", FaultRefusal.SignatureInvalid, 1, Commits with
        {
            First = Commits.First with { Signature = By(1).Commit(Scene.Content(0, P(1))).Signature },
        }),
        Bad("somebody else's second signature", FaultRefusal.SignatureInvalid, 2, Commits with
        {
            Second = Commits.Second with { Signature = By(1).Commit(Scene.Content(0, P(1))).Signature },
        }),
        Bad("prepares sold as commits", FaultRefusal.SignatureInvalid, 1, Commits with
        {
            Kind = FaultKind.ContradictingPrepares,
        }),
        Bad("a header that the culprit did not sign", FaultRefusal.SignatureInvalid, 2, HeaderNotSigned()),
        Bad("one vote twice", FaultRefusal.SameStatement, 0, Commits with { Second = Commits.First }),
        Bad("one header twice", FaultRefusal.SameStatement, 0, Headers(Header(2), Header(2))),
        Bad("the statements exchanged", FaultRefusal.OutOfOrder, 0, Commits with
        {
            First = Commits.Second, Second = Commits.First,
        }),
        Bad("proposals of a validator that is not the primary", FaultRefusal.NotPrimary, 0, Proposals(view: 2, Culprit)),
        Bad("votes of two views", FaultRefusal.DifferentView, 0, Pair(
            FaultKind.ContradictingPrepares, Statement(By(Culprit).Prepare(Scene.Content(0, P(1)))),
            Statement(By(Culprit).Prepare(Scene.Content(1, P(1, salt: 1)))))),
        Bad("view-changes for two views", FaultRefusal.DifferentView, 0, ViewChanges(ViewChange(2), ViewChange(3))),
        Bad("a commit of the view that was asked for", FaultRefusal.DifferentView, 0, Concealed(
            Commit(2, P(4)), ViewChange(2))),
        Bad("votes for two heights", FaultRefusal.DifferentHeight, 0, Votes(
            FaultKind.ContradictingCommits, P(1), P(2))),
        Bad("a commit that is stable", FaultRefusal.DifferentHeight, 0, Concealed(
            Commit(0, P(1)), By(Culprit).ViewChange(new ViewChangeContent(new View(1), Proof(1), []), []))),
        Bad("a commit above the window", FaultRefusal.DifferentHeight, 0, Concealed(
            Commit(0, P(1 + Genesis.Parameters.Window)), ViewChange(1))),
        Bad("two headers of one chain", FaultRefusal.NoContradiction, 0, Headers(Header(2), Header(5))),
        Bad("a view-change that shows the commit", FaultRefusal.NoContradiction, 0, Concealed(
            Commit(1, P(4)), ViewChange(2, (1, P(4))))),
        Bad("a view-change that shows a later certificate", FaultRefusal.NoContradiction, 0, Concealed(
            Commit(1, P(4)), ViewChange(4, (2, P(4, salt: 1))))),
    ];

    /// <summary>A proof that holds, to start from.</summary>
    public static FaultProof Commits => Votes(FaultKind.ContradictingCommits, P(1), P(1, salt: 1));

    public static MessageFactory By(int validator) => new(
        new ChannelBinding(Genesis.Channel, new Epoch(0)),
        new ValidatorIndex(validator),
        A.ValidatorSigner(Genesis.Validators[new ValidatorIndex(validator)].Member));

    private static FaultCase Good(string name, FaultProof proof) => new(name, FaultRefusal.None, 0, proof);

    private static FaultCase Bad(string name, FaultRefusal refusal, int statement, FaultProof proof) =>
        new(name, refusal, statement, proof);

    private static Proposal P(ulong height, int salt = 0) => Scene.Propose(height, salt: salt);

    private static Commit Commit(ulong view, Proposal proposal) =>
        By(Culprit).Commit(Scene.Content(view, proposal));

    private static FaultProof Proposals(ulong view, int culprit) => Pair(
        FaultKind.ContradictingProposals,
        Statement(By(culprit).PrePrepare(new View(view), P(1))),
        Statement(By(culprit).PrePrepare(new View(view), P(1, salt: 1))));

    private static FaultProof Votes(FaultKind kind, Proposal one, Proposal other) => Pair(
        kind,
        Statement(kind == FaultKind.ContradictingCommits
            ? By(Culprit).Commit(Scene.Content(0, one)) : By(Culprit).Prepare(Scene.Content(0, one))),
        Statement(kind == FaultKind.ContradictingCommits
            ? By(Culprit).Commit(Scene.Content(0, other)) : By(Culprit).Prepare(Scene.Content(0, other))));

    private static FaultProof ViewChanges(ViewChange one, ViewChange other) =>
        Pair(FaultKind.ContradictingViewChanges, Statement(one), Statement(other));

    private static FaultProof Concealed(Commit commit, ViewChange viewChange) => Pair(
        FaultKind.ContradictingCommits, Statement(commit), Statement(viewChange)) with
    {
        Kind = FaultKind.ConcealedCertificate,
        First = Statement(commit),
        Second = Statement(viewChange),
    };

    // At the top of the window above the epoch's base, which is far above the one above genesis.
    private static FaultProof ConcealedLater()
    {
        Assert.True(BlockHeader.TryDecode(Chain.EpochChanges[^1].HeaderBytes.Span, out var last, out _));
        var self = new MessageFactory(
            new ChannelBinding(Genesis.Channel, new Epoch(1)), new ValidatorIndex(0), A.ValidatorSigner("org-d"));
        var commit = self.Commit(Scene.Content(1, P(last.Height.Value + Genesis.Parameters.Window)));
        var viewChange = self.ViewChange(new ViewChangeContent(new View(2), null, []), []);
        return Commits with
        {
            Kind = FaultKind.ConcealedCertificate,
            Epoch = new Epoch(1),
            EpochChanges = Chain.EpochChanges,
            First = Statement(commit),
            Second = Statement(viewChange),
        };
    }

    private static ViewChange ViewChange(ulong view, params (ulong View, Proposal P)[] prepared) =>
        By(Culprit).ViewChange(
            new ViewChangeContent(new View(view), null, [.. prepared.Select(p => Certificate(p.View, p.P))]),
            [.. prepared.Select(p => p.P)]);

    private static PreparedCertificate Certificate(ulong view, Proposal proposal)
    {
        var content = Scene.Content(view, proposal);
        var primary = (int)(view % 4);
        var prepares = Enumerable.Range(0, 4).Where(i => i != primary).Take(2)
            .Select(i => new VoteSignature(new ValidatorIndex(i), By(i).Prepare(content).Signature));
        return new PreparedCertificate(
            content,
            new VoteSignature(
                new ValidatorIndex(primary), By(primary).PrePrepare(new View(view), proposal).Signature),
            [.. prepares]);
    }

    private static StableProof Proof(ulong height)
    {
        var header = Header(height);
        var bytes = header.Encode();
        var hash = BlockHeader.HashOf(bytes, Sha256.Instance);
        return new StableProof(header, bytes, hash, A.Certificate(bytes, Genesis.Validators));
    }

    private static BlockHeader Header(ulong height) => A.Header(Genesis, height) with { Epoch = new Epoch(0) };

    private static FaultProof Headers(
        BlockHeader one, BlockHeader other, ulong epoch = 0, IReadOnlyList<EpochChange>? changes = null)
    {
        var signer = A.ValidatorSigner("org-d");
        SignedStatement Sign(BlockHeader header)
        {
            var bytes = header.Encode();
            var hash = BlockHeader.HashOf(bytes, Sha256.Instance);
            return new SignedStatement(bytes, signer.Sign(DomainTag.Checkpoint, hash.AsSpan()));
        }

        return CheckpointFaults.Create(
            Genesis.Channel, new Epoch(epoch), signer.PublicKey, Sign(one), Sign(other), changes ?? []);
    }

    private static FaultProof HeaderNotSigned()
    {
        var proof = Headers(Header(2), Header(3));
        return proof with { Second = proof.Second with { Signature = proof.First.Signature } };
    }

    private static MessageFactory ForeignFactory(ChannelId channel, ulong epoch) => new(
        new ChannelBinding(channel, new Epoch(epoch)), new ValidatorIndex(Culprit), A.ValidatorSigner("org-d"));

    private static SignedStatement Statement(ConsensusMessage message) => new(message.Payload, message.Signature);

    // A pair of which one is of another channel or epoch keeps the order that it was given in: the case says which.
    private static FaultProof Pair(FaultKind kind, SignedStatement one, SignedStatement other)
    {
        // The channel's field, and whether the epoch's follows.
        const int Channel = 34;
        var bound = one.Statement.Span[..Channel].SequenceEqual(other.Statement.Span[..Channel])
            && (one.Statement.Span[Channel] == 0x10) == (other.Statement.Span[Channel] == 0x10);
        var (first, second) = bound ? FaultProof.Order(one, other) : (one, other);
        return new FaultProof
        {
            Channel = Genesis.Channel,
            Epoch = new Epoch(0),
            Kind = kind,
            Culprit = A.ValidatorSigner("org-d").PublicKey.Encoded.ToArray(),
            First = first,
            Second = second,
        };
    }

    private static TestChain MakeChain()
    {
        var chain = new TestChain(Genesis);
        chain.Add();
        chain.EndEpoch(A.ValidatorSet(1, "org-d", "org-b", "org-e", "org-f"));
        return chain;
    }
}
