using Ledger.Core.Blocks;
using Ledger.Core.Membership;
using Ledger.Network;
using Ledger.Node.Execution;
using Ledger.Node.Sync;
using Ledger.Node.Wire;
using Ledger.Testing.Builders;

namespace Ledger.Node.Tests.Sync;

/// <summary>
/// Drives <see cref="CatchUp"/> by hand: the test answers its requests, in whatever order and with whatever it likes, and
/// applies its blocks.
/// </summary>
internal sealed class CatchUpScene
{
    private readonly CatchUp _machine;
    private readonly List<SyncEffect> _effects = [];
    private readonly ServedChain _chain;

    public CatchUpScene(
        ServedChain chain, CatchUpOptions? options = null, int peers = 3, Func<Epoch, ValidatorSet?>? sets = null)
    {
        _chain = chain;
        Options = options ?? new CatchUpOptions { RangeBlocks = 4 };
        var genesis = chain.Ledger.Genesis;
        Verifier = new RangeVerifier(
            genesis, chain.Ledger.Rules, () => chain.Ledger.Members,
            sets ?? (e => e.Value == 0 ? genesis.Validators : null), cores: 1);
        var first = chain.Ledger.Store.Live.Blocks.Header(new BlockHeight(0))!;
        Head = ChainHead.Of(first.Header, first.Hash);
        _machine = new CatchUp(Verifier, Options, Head);
        PeerIds = [.. Enumerable.Range(1, peers).Select(
            i => PeerId.FromPublicKey(A.ClientSigner($"peer-{i}").PublicKey.Encoded))];
        Step(new SyncInput.Peers(PeerIds));
    }

    public CatchUpOptions Options { get; }

    public RangeVerifier Verifier { get; }

    public IReadOnlyList<PeerId> PeerIds { get; }

    public ChainHead Head { get; private set; }

    public long Now { get; set; }

    public bool IsActive => _machine.IsActive;

    public long BufferedBytes => _machine.BufferedBytes;

    /// <summary>Requests that nobody has answered yet, oldest first.</summary>
    public List<SyncEffect.Ask> Asked { get; } = [];

    public Queue<IReadOnlyList<CertifiedBlock>> ToApply { get; } = [];

    public List<(PeerId Peer, SyncFault Fault)> Lies { get; } = [];

    public List<long> Forgotten { get; } = [];

    public List<CertifiedBlock> Applied { get; } = [];

    public int Requests { get; private set; }

    public int PeerOf(SyncEffect.Ask ask) => PeerIds.ToList().IndexOf(ask.Peer);

    public void Target(ulong height) => Step(new SyncInput.Target(new BlockHeight(height)));

    public void Tick(long milliseconds = 100)
    {
        Now += milliseconds;
        Step(new SyncInput.Tick(Head));
    }

    /// <summary>Moves the head without this machine: consensus did it.</summary>
    public void Certify(ulong height)
    {
        var header = _chain.Ledger.Store.Live.Blocks.Header(new BlockHeight(height))!;
        Head = ChainHead.Of(header.Header, header.Hash);
    }

    public void Answer(SyncEffect.Ask ask, byte[] bytes)
    {
        Asked.Remove(ask);
        Step(new SyncInput.Answered(ask.Id, bytes));
    }

    public void AnswerHonestly(SyncEffect.Ask ask, int most = int.MaxValue) =>
        Answer(ask, ServedChain.Encode(_chain.Blocks((SyncRequest.Blocks)ask.Request, most)));

    public void Fail(SyncEffect.Ask ask)
    {
        Asked.Remove(ask);
        Step(new SyncInput.Failed(ask.Id));
    }

    public void Apply()
    {
        var blocks = ToApply.Dequeue();
        foreach (var block in blocks)
        {
            Assert.Equal(Applied.Count == 0 ? 1 : Applied[^1].Header.Height.Value + 1, block.Header.Height.Value);
            Applied.Add(block);
        }

        Assert.NotNull(blocks[^1].Certificate);
        Head = ChainHead.Of(blocks[^1].Header, blocks[^1].Hash);
        Step(new SyncInput.Applied());
    }

    /// <summary>Answers, applies and ticks until there is nothing left to do, or not for that many rounds.</summary>
    public void Run(Action<SyncEffect.Ask> answer, int rounds = 2000)
    {
        for (; rounds > 0 && IsActive; rounds--)
        {
            if (ToApply.Count > 0) Apply();
            else if (Asked.Count > 0) answer(Asked[0]);
            else Tick();
        }
    }

    private void Step(SyncInput input)
    {
        _machine.Step(input, Now, _effects);
        foreach (var effect in _effects)
        {
            if (effect is SyncEffect.Ask ask)
            {
                Requests++;
                Asked.Add(ask);
            }
            else if (effect is SyncEffect.Apply apply)
            {
                ToApply.Enqueue(apply.Blocks);
            }
            else if (effect is SyncEffect.PeerLied lied)
            {
                Lies.Add((lied.Peer, lied.Fault));
            }
            else if (effect is SyncEffect.Forget forget)
            {
                Forgotten.Add(forget.Id);
                Asked.RemoveAll(a => a.Id == forget.Id);
            }
        }

        _effects.Clear();
        Assert.True(ToApply.Count <= Options.MaxApplying);
    }
}
