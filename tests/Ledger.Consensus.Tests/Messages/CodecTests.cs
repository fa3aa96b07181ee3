using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Testing.Consensus;

namespace Ledger.Consensus.Tests.Messages;

/// <summary>Encoding and decoding of every kind of message, and what becomes of bytes that are none.</summary>
public sealed class CodecTests
{
    private const int MutationsForEachKind = 10_000;

    public static TheoryData<MessageKind> Kinds => [.. Enum.GetValues<MessageKind>().Where(k => k != MessageKind.None)];

    private static (Scene Scene, ConsensusMessage Message) Sample(MessageKind kind)
    {
        var scene = new Scene(self: 2);
        scene.Shadow.Execute(Scene.Propose(1));
        var proof = scene.Proof();
        var proposal = Scene.Propose(3);
        var change = scene.ViewChange(0, 1, proof, (0, Scene.Propose(2)), (0, proposal));
        return (scene, kind switch
        {
            MessageKind.PrePrepare => scene.PrePrepare(0, proposal),
            MessageKind.Prepare => scene.By(1).Prepare(Scene.Content(0, proposal)),
            MessageKind.Commit => scene.By(1).Commit(Scene.Content(0, proposal)),
            MessageKind.Checkpoint => scene.By(1).Checkpoint(new BlockHeight(1), proof.HeaderHash),
            MessageKind.ViewChange => change,
            MessageKind.NewView => scene.NewView(1, change, scene.ViewChange(1, 1), scene.ViewChange(3, 1)),
            MessageKind.Status => scene.By(1).Status(
                new StatusContent(new View(1), true, new BlockHeight(2), new BlockHeight(3), [1, 3, 7], [5])),
            _ => scene.By(1).StableNotice(proof),
        });
    }

    private static MessageDecoder Decoder(Scene scene) => new(
        Scene.Binding, scene.Validators, scene.Suite.Hash, MessageLimits.For(scene.Options, scene.Validators));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_message_survives_the_wire_and_keeps_its_bytes(MessageKind kind)
    {
        var (scene, message) = Sample(kind);
        var bytes = message.Encode();

        var ok = scene.Authenticator.TryAuthenticate(
            message.Signer, bytes, out var decoded, out var signer, out var fault);
        Assert.True(ok && decoded is not null, $"{fault}");
        Assert.Equal(kind, decoded.Kind);
        Assert.Equal(message.GetType(), decoded.GetType());
        Assert.Equal(message.Signer, signer);
        Assert.Equal(bytes, decoded.Encode());
        Assert.True(bytes.Length <= scene.Authenticator.MaxMessageBytes);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_message_cut_short_or_with_bytes_behind_it_is_refused(MessageKind kind)
    {
        var (scene, message) = Sample(kind);
        var bytes = message.Encode();
        var decoder = Decoder(scene);

        for (var length = 0; length < bytes.Length; length++)
            Assert.False(decoder.TryDecode(bytes.AsSpan(0, length), out _, out _), $"{length}");
        Assert.False(decoder.TryDecode([.. bytes, 0], out _, out _));
        Assert.False(decoder.TryDecode([.. bytes, .. bytes], out _, out _));
    }

    // P5: a fuzzed view change crashed an orderer elsewhere. Here no bytes throw, and nothing has two encodings.
    [Theory]
    [MemberData(nameof(Kinds))]
    public void P5_no_mutation_throws_and_what_is_accepted_encodes_to_the_same_bytes(MessageKind kind)
    {
        var (scene, message) = Sample(kind);
        var original = message.Encode();
        var decoder = Decoder(scene);
        var authenticator = scene.Authenticator;
        var random = new SplitMix64((ulong)kind);
        for (var i = 0; i < MutationsForEachKind; i++)
        {
            var bytes = Mutate(original, random);
            if (decoder.TryDecode(bytes, out var decoded, out _)) Assert.Equal(bytes, decoded.Encode());
            if (!authenticator.TryAuthenticate(message.Signer, bytes, out var proven, out _, out _)) continue;
            if (ConsensusMessage.IsSigned(proven.Kind) && kind != MessageKind.Checkpoint)
                Assert.Equal(message.Payload.ToArray(), proven.Payload.ToArray());
            scene.Receive(proven);
        }
    }

    [Fact]
    public void A_proposals_digest_covers_everything_in_it()
    {
        var proposal = Scene.Propose(1);
        var gap = Proposal.Null(new Epoch(0), new BlockHeight(1), Sha256.Instance);
        Proposal[] others =
        [
            Scene.Propose(2),
            Scene.Propose(1, proposer: 1),
            Scene.Propose(1, time: 7),
            Scene.Propose(1, salt: 7),
            gap,
        ];

        Assert.All(others, other => Assert.NotEqual(proposal.Digest, other.Digest));
        Assert.True(gap.IsNull);
        Assert.False(proposal.IsNull);
    }

    [Fact]
    public void A_proposal_with_more_transactions_than_allowed_is_refused()
    {
        var hash = Sha256.Instance;
        Hash256[] ids = [.. Enumerable.Range(0, 5).Select(i => Scene.Id(i))];
        var big = Proposal.Create(
            new Epoch(0), new BlockHeight(1), new Timestamp(1), new ValidatorIndex(0), ids, hash);

        Assert.False(Proposal.TryDecode(big.Encoded.Span, 4, hash, out _, out _));
        Assert.True(Proposal.TryDecode(big.Encoded.Span, 5, hash, out _, out _));
    }

    private static byte[] Mutate(byte[] original, SplitMix64 random)
    {
        var bytes = original.ToList();
        for (var edits = 1 + random.Below(3); edits > 0; edits--)
        {
            var at = random.Below(bytes.Count);
            switch (random.Below(5))
            {
                case 0:
                    bytes[at] = (byte)random.Below(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Below(8));
                    break;
                case 2:
                    bytes.RemoveAt(at);
                    break;
                case 3:
                    bytes.Insert(at, (byte)random.Below(256));
                    break;
                default:
                    var length = Math.Min(random.Below(40), bytes.Count - at);
                    bytes.InsertRange(random.Below(bytes.Count), bytes.GetRange(at, length));
                    break;
            }

            if (bytes.Count == 0) bytes.Add(0);
        }

        return [.. bytes];
    }
}
