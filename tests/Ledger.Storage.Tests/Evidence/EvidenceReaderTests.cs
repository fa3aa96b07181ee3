using Ledger.Core.Blocks;
using Ledger.Core.Evidence;
using Ledger.Storage.Evidence;
using Ledger.Storage.Tests.Support;

namespace Ledger.Storage.Tests.Evidence;

public sealed class EvidenceReaderTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly List<BlockCommit> _blocks = [];
    private readonly LedgerStore _store;
    private readonly List<CommittedLeaf> _all;

    public EvidenceReaderTests()
    {
        _store = TestChain.FilledStore(_directory.Path, 12, _blocks.Add);
        _all = [.. _blocks.SelectMany(b => b.Leaves)];
    }

    public void Dispose()
    {
        _store.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void A_leaf_is_put_together_from_its_transaction_byte_for_byte()
    {
        for (var i = 0; i < _all.Count; i++)
        {
            var leaf = _store.Live.Evidence.Leaf(new LogIndex((ulong)i))!;
            Assert.Equal(_all[i].Leaf.Encode(), leaf.Encoded.ToArray());
            Assert.Equal(_all[i].Hash, leaf.Hash);
            Assert.Equal(_all[i].Position, leaf.Place!.Value.Position);
        }

        Assert.Null(_store.Live.Evidence.Leaf(new LogIndex((ulong)_all.Count)));
    }

    [Fact]
    public void A_leaf_is_found_by_its_evidence_id_and_a_refused_record_is_not()
    {
        foreach (var item in _all) Assert.Equal(item.Hash, _store.Live.Evidence.Leaf(item.Leaf.Id)!.Hash);

        var refused = _blocks[3].Block.Results.Single(r => !r.Succeeded).TransactionId;
        Assert.Null(_store.Live.Evidence.Leaf(new EvidenceId(refused, 0)));
        Assert.Null(_store.Live.Evidence.Leaf(new EvidenceId(_all[0].Leaf.Id.TransactionId, 2)));
        Assert.Null(_store.Live.Evidence.Leaf(new EvidenceId(default, 0)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Pages_of_any_size_make_the_whole_answer_in_order(bool newestFirst)
    {
        EvidenceFilter[] filters =
        [
            new(),
            new() { Subject = "subject-2" },
            new() { Actor = "actor-1" },
            new() { Type = "authorisation.scene-review" },
            new() { Digest = new byte[32] },
            new() { Subject = "subject-1", Actor = "actor-3", Type = "authorisation.request" },
            new() { Subject = "no such subject" },
        ];
        foreach (var filter in filters)
        {
            var expected = _all.Where(l => filter.Matches(l.Record)).Select(l => l.Hash).ToList();
            if (newestFirst) expected.Reverse();
            foreach (var limit in (int[])[1, 3, 7, 1000])
            {
                var found = new List<StoredLeaf>();
                var range = new LeafRange { Limit = limit, NewestFirst = newestFirst };
                for (var next = range; next is not null;)
                {
                    var page = _store.Live.Evidence.Query(filter, next);
                    Assert.True(page.Leaves.Count <= limit);
                    found.AddRange(page.Leaves);
                    next = page.Next;
                }

                Assert.Equal(expected, found.Select(l => l.Hash));
            }
        }
    }

    [Fact]
    public void A_digest_is_found_under_whatever_algorithm_it_was_given()
    {
        var digest = _all[5].Record.Digests[1].Value;

        var page = _store.Live.Evidence.Query(new EvidenceFilter { Digest = digest }, new LeafRange());

        Assert.Equal(_all[5].Hash, Assert.Single(page.Leaves).Hash);
    }

    [Fact]
    public void A_range_of_time_is_a_range_of_the_log()
    {
        var times = _blocks.Select(b => b.Block.Header.Time.UnixMilliseconds).ToList();
        foreach (var from in (ulong[])[0, times[0], times[3], times[3] + 1, times[^1], times[^1] + 1])
        {
            foreach (var to in (ulong[])[0, times[1], times[7], times[7] - 1, times[^1] + 5, ulong.MaxValue])
            {
                var expected = _all
                    .Where(l => l.Leaf.Time >= new Timestamp(from) && l.Leaf.Time < new Timestamp(to));
                var range = _store.Live.Evidence.Between(new Timestamp(from), new Timestamp(to)) with { Limit = 1000 };

                var page = _store.Live.Evidence.Query(new EvidenceFilter(), range);

                Assert.Equal(expected.Select(l => l.Hash), page.Leaves.Select(l => l.Hash));
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1001)]
    public void Page_sizes_are_bounded(int limit) => Assert.Throws<ArgumentOutOfRangeException>(
        () => _store.Live.Evidence.Query(new EvidenceFilter(), new LeafRange { Limit = limit }));
}
