using Ledger.Core.Api.V1;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Merkle;
using Ledger.Node.Api;
using Ledger.Testing.Builders;

namespace Ledger.Node.Tests.Api;

/// <summary>Events of blocks that do not fit into one message.</summary>
public sealed class ContractEventMessagesTests
{
    private const int ClientsTake = 4 << 20;
    private static readonly Sha256 Hash = Sha256.Instance;

    [Fact]
    public void Many_small_results_are_split_with_their_paths_counted()
    {
        // Their paths are three times as long as they are: 7.6 MB in all.
        var messages = Split(Enumerable.Repeat(150, 12_000));

        Assert.Equal(4, messages.Count);
    }

    [Fact]
    public void Large_results_come_one_or_two_in_a_message()
    {
        var messages = Split([1 << 20, 1 << 20, 900_000, 900_000, 1 << 20]);

        Assert.Equal([1, 2, 2], messages.Select(m => m.Results.Count));
    }

    [Fact]
    public void What_fits_comes_in_one_message_that_says_so() => Assert.Single(Split([10, 20, 30]));

    // Every message fits, all but the last say that there is more, and each result comes once with a path that holds.
    private static List<ContractEvents> Split(IEnumerable<int> sizes)
    {
        List<ReadOnlyMemory<byte>> results =
            [.. sizes.Select((size, i) => (ReadOnlyMemory<byte>)Enumerable.Repeat((byte)(i & 0xff), size).ToArray())];
        var genesis = A.Genesis();
        var header = A.Header(genesis, 1) with { ResultRoot = BlockRoots.ResultRoot(Hash, results) };
        var bytes = header.Encode();
        var certified = new CertifiedHeader(bytes, A.Certificate(bytes, genesis.Validators));

        var messages = ContractEventMessages.Of(
            header.Height, certified, results, [.. Enumerable.Range(0, results.Count)], Hash);

        Assert.All(messages, m => Assert.InRange(m.CalculateSize(), 1, ClientsTake));
        Assert.All(messages.SkipLast(1), m => Assert.True(m.More));
        Assert.False(messages[^1].More);
        Assert.Equal(Enumerable.Range(0, results.Count), messages.SelectMany(m => m.Results).Select(r => (int)r.Position));
        foreach (var result in messages.SelectMany(m => m.Results))
        {
            Hash256[] path = [.. result.Path.Select(h => new Hash256(h.Span))];
            Assert.Equal(LogProofVerdict.Valid, LogProofs.VerifyInclusion(
                Hash, LogTree.LeafHash(Hash, result.Result_.Span), result.Position, (ulong)results.Count, path,
                header.ResultRoot));
        }

        return messages;
    }
}
