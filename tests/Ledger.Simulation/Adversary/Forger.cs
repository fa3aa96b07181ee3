using Ledger.Consensus;
using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
using Ledger.Simulation.Nodes;
using Ledger.Simulation.World;

namespace Ledger.Simulation.Adversary;

/// <summary>Makes messages that claim what was never signed, and noise.</summary>
internal sealed class Forger(SimWorld world, SimNode node, Func<Voice> voice)
{
    private const int HugeFrameBytes = 200_000;

    public Hash256 AnyHash()
    {
        Span<byte> bytes = stackalloc byte[Hash256.Size];
        for (var i = 0; i < bytes.Length; i += 8) BitConverter.TryWriteBytes(bytes[i..], node.Random.Next());
        return new Hash256(bytes);
    }

    public byte[] Noise()
    {
        var bytes = new byte[node.Random.Chance(30) ? HugeFrameBytes : node.Random.Below(300)];
        for (var i = 0; i < Math.Min(bytes.Length, 300); i++) bytes[i] = (byte)node.Random.Below(256);
        return bytes;
    }

    public byte[] AnyForgery(NodeLife life, ulong view)
    {
        var executed = life.Executed;
        switch (node.Random.Below(4))
        {
            case 0: return ForgedProposal(view, executed.Next);
            case 1: return voice().Factory.StableNotice(ForgedProof(life, executed)).Encode();
            case 2: return ForgedViewChange(life, view, executed);
            default: return ForgedNewView(view);
        }
    }

    /// <summary>A new-view of its own that leaves out, or changes, what must be proposed again.</summary>
    public NewView BendNewView(NewView newView)
    {
        List<PrePrepare> prePrepares = [.. newView.PrePrepares];
        if (prePrepares.Count == 0) prePrepares.Add(voice().Factory.PrePrepare(newView.View, Anything(new BlockHeight(1))));
        else if (node.Random.Chance(400)) prePrepares.Clear();
        else if (node.Random.Chance(500)) prePrepares.RemoveAt(prePrepares.Count - 1);
        else prePrepares[^1] = voice().Factory.PrePrepare(newView.View, Anything(prePrepares[^1].Height));
        return voice().Factory.NewView(new NewViewContent(newView.View, newView.ViewChanges, prePrepares));
    }

    // Another validator's pre-prepare, relayed.
    private byte[] ForgedProposal(ulong view, BlockHeight height)
    {
        var binding = voice().Binding;
        var primary = new View(view).PrimaryAmong(voice().Validators);
        var proposal = Proposal.Create(
            binding.Epoch, height, node.Provider.Now, primary, [AnyHash()], world.Chain.Suite.Hash);
        var payload = binding.VotePayload(new View(view), height, proposal.Digest);
        return new PrePrepare(primary, new View(view), proposal, payload, AnySignature()).Encode();
    }

    private byte[] ForgedNewView(ulong view)
    {
        var next = new View(view + 1);
        var content = new NewViewContent(
            next,
            [.. Enumerable.Range(0, voice().Validators.Quorum.Quorum).Select(i => AnothersViewChange(i, next))],
            []);
        var payload = content.Encode(voice().Binding);
        return new NewView(next.PrimaryAmong(voice().Validators), content, payload, AnySignature()).Encode();
    }

    private ViewChange AnothersViewChange(int signer, View view)
    {
        var content = new ViewChangeContent(view, null, []);
        return new ViewChange(new ValidatorIndex(signer), content, [], content.Encode(voice().Binding), AnySignature());
    }

    // Its own signature over a certificate that nobody else signed.
    private byte[] ForgedViewChange(NodeLife life, ulong view, BlockHeight executed)
    {
        if (node.Random.Chance(300))
        {
            var claimed = new ViewChangeContent(new View(view + 1), ForgedProof(life, executed), []);
            return voice().Factory.ViewChange(claimed, []).Encode();
        }

        var proposal = Anything(life.Status.Stable.Next);
        var old = new View(view);
        var primary = old.PrimaryAmong(voice().Validators);
        var others = Enumerable.Range(0, voice().Validators.Count).Where(i => i != primary.Value)
            .Take(voice().Validators.Quorum.Quorum - 1)
            .Select(i => new VoteSignature(new ValidatorIndex(i), AnySignature()));
        var certificate = new PreparedCertificate(
            new VoteContent(old, proposal.Height, proposal.Digest), new VoteSignature(primary, AnySignature()), [.. others]);
        var stable = life.Store.Live.Certified is { } height
            && life.Store.Live.Blocks.CertifiedHeader(height) is { } certified
            && life.Store.Live.Blocks.Header(height) is { } header && height == life.Status.Stable
                ? new StableProof(header.Header, header.Bytes, header.Hash, certified.Certificate)
                : null;
        return voice().Factory.ViewChange(
            new ViewChangeContent(new View(view + 1), stable, [certificate]), [proposal]).Encode();
    }

    private StableProof ForgedProof(NodeLife life, BlockHeight executed)
    {
        var head = life.ChainView.Certified.Header;
        var header = head with { Height = executed.Next, Previous = AnyHash(), LogRoot = AnyHash() };
        var bytes = header.Encode();
        var hash = BlockHeader.HashOf(bytes, world.Chain.Suite.Hash);
        var signatures = Enumerable.Range(0, voice().Validators.Quorum.Quorum)
            .ToDictionary(i => new ValidatorIndex(i), _ => AnySignature());
        return new StableProof(header, bytes, hash, QuorumCertificate.Create(hash, voice().Validators.Count, signatures));
    }

    private Proposal Anything(BlockHeight height) => Proposal.Create(
        voice().Binding.Epoch, height, node.Provider.Now, voice().Self, [AnyHash()], world.Chain.Suite.Hash);

    private byte[] AnySignature() => [.. AnyHash().AsSpan(), .. AnyHash().AsSpan()];
}
