using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Node.Admission;
using Ledger.Node.Mempool;
using Ledger.Node.Tests.Support;
using Ledger.Testing.Builders;

namespace Ledger.Node.Tests.Mempool;

public sealed class TransactionPoolTests
{
    private static readonly Genesis Genesis = A.Genesis();
    private static readonly TransactionRules Rules = new(Genesis);

    private readonly TransactionPool _pool = new(new PoolOptions());

    [Fact]
    public void A_batch_takes_from_each_member_in_turn()
    {
        for (var i = 0; i < 100; i++) Add($"flood-{i}", "org-a");
        var late = Add("late", "org-z");

        var batch = _pool.ChooseBatch(10, uint.MaxValue);

        Assert.Contains(late.Id, batch);
        Assert.Equal(10, batch.Count);
    }

    [Fact]
    public void An_early_name_gives_no_advantage()
    {
        foreach (var member in new[] { "a", "b", "c" })
        {
            for (var i = 0; i < 4; i++) Add($"{member}-{i}", member);
        }

        var served = new List<string>();
        for (var height = 1UL; height <= 6; height++)
        {
            var batch = _pool.ChooseBatch(2, uint.MaxValue);
            served.AddRange(batch.Select(id => _pool.Find(id)!.Items[0].Record.Subject[..1]));
            Assert.True(_pool.TryPlace(new BlockHeight(height), batch));
        }

        Assert.Equal("abcabcabcabc", string.Concat(served));
    }

    [Fact]
    public void A_member_whose_calls_declare_much_gas_gets_few_of_them_in_while_others_wait()
    {
        var genesis = A.Genesis(contracts: CounterRuntime.Parameters);
        var rules = new TransactionRules(genesis);
        var hostile = Calls("org-a", 50, gas: 500);
        var honest = Calls("org-b", 50, gas: 10);

        var batch = _pool.ChooseBatch(1000, uint.MaxValue, 1000);

        Assert.Equal(1, batch.Count(hostile.Contains));
        Assert.Equal(50, batch.Count(honest.Contains));
        Assert.Equal(1000UL, _pool.GasOf(batch));

        HashSet<Hash256> Calls(string member, int count, ulong gas)
        {
            var ids = new HashSet<Hash256>();
            for (var i = 0; i < count; i++)
            {
                var transaction = A.Transaction(genesis, member, A.Call("shop", "add", $"{i}", gas));
                Assert.True(rules.TryDecode(transaction.Encoded, out var decoded).IsAccepted);
                Assert.Equal(PoolAddResult.Added, _pool.Add(decoded!, member, 0, _ => false));
                ids.Add(transaction.Id);
            }

            return ids;
        }
    }

    [Fact]
    public void A_flood_of_records_does_not_keep_calls_out()
    {
        var genesis = A.Genesis(contracts: CounterRuntime.Parameters);
        var rules = new TransactionRules(genesis);
        for (var i = 0; i < 100; i++) Add($"flood-{i}", "org-a");
        var call = A.Transaction(genesis, "org-b", A.Call("shop", "add", "1", 500));
        Assert.True(rules.TryDecode(call.Encoded, out var decoded).IsAccepted);
        _pool.Add(decoded!, "org-b", 0, _ => false);

        Assert.Contains(call.Id, _pool.ChooseBatch(10, uint.MaxValue, 1000));
    }

    [Fact]
    public void What_does_not_fit_any_more_lets_others_pass_and_is_first_the_next_time()
    {
        Add("small-1", "a");
        var large = Add("large", "b", padding: 50_000);
        var small = Add("small-2", "c");

        var first = _pool.ChooseBatch(10, (uint)large.Size);
        Assert.Contains(small.Id, first);
        Assert.DoesNotContain(large.Id, first);
        Assert.True(_pool.TryPlace(new BlockHeight(1), first));
        for (var i = 0; i < 50; i++) Add($"more-{i}", "a");

        Assert.Equal([large.Id], _pool.ChooseBatch(10, (uint)large.Size));
    }

    [Fact]
    public void A_batch_keeps_both_limits()
    {
        for (var i = 0; i < 20; i++) Add($"t-{i}", "a");
        var size = _pool.LargestWaiting();

        Assert.Equal(7, _pool.ChooseBatch(7, uint.MaxValue).Count);
        Assert.InRange(_pool.BytesOf(_pool.ChooseBatch(1000, (uint)(size * 5))), size * 4, size * 5);
    }

    [Fact]
    public void The_pool_is_bounded_in_number_and_in_bytes()
    {
        var transaction = Transaction("t");
        var few = new TransactionPool(new PoolOptions { MaxTransactions = 2, MemberShareDivisor = 1 });
        var bytes = transaction.Size * 5 / 2;
        var small = new TransactionPool(new PoolOptions { MaxBytes = bytes, MemberShareDivisor = 1 });

        foreach (var pool in new[] { few, small })
        {
            Assert.Equal(PoolAddResult.Added, Add(pool, "t-1", "a"));
            Assert.Equal(PoolAddResult.Added, Add(pool, "t-2", "b"));
            Assert.Equal(PoolAddResult.Full, Add(pool, "t-3", "c"));
        }
    }

    [Fact]
    public void A_members_share_counts_bytes_and_what_is_placed()
    {
        var size = Transaction("t-1").Size;
        var pool = new TransactionPool(new PoolOptions { MaxTransactions = 4 });
        Assert.Equal(PoolAddResult.Added, Add(pool, "t-1", "a"));
        Assert.Equal(PoolAddResult.Added, Add(pool, "t-2", "a"));
        Assert.True(pool.TryPlace(new BlockHeight(1), pool.ChooseBatch(2, uint.MaxValue)));
        var byBytes = new TransactionPool(new PoolOptions { MaxBytes = size * 4 });
        Add(byBytes, "t-1", "a");
        Add(byBytes, "t-2", "a");

        Assert.Equal(PoolAddResult.Full, Add(pool, "t-3", "a"));
        Assert.Equal(PoolAddResult.Full, Add(byBytes, "t-3", "a"));
        Assert.Equal(PoolAddResult.Added, Add(pool, "t-3", "b"));
        Assert.Equal(PoolAddResult.Added, Add(byBytes, "t-3", "b"));
    }

    [Fact]
    public void What_a_proposal_needs_is_held_beyond_the_bounds()
    {
        var pool = new TransactionPool(new PoolOptions { MaxTransactions = 0 });

        pool.AddForProposal(Transaction("t"), "a", 0, _ => false);

        Assert.Equal(1, pool.Count);
    }

    [Fact]
    public void Nothing_is_placed_at_two_heights()
    {
        var one = Add("t-1", "a");
        var two = Add("t-2", "a");

        Assert.True(_pool.TryPlace(new BlockHeight(5), [one.Id]));
        Assert.False(_pool.TryPlace(new BlockHeight(6), [two.Id, one.Id]));
        Assert.True(_pool.IsWaiting(two.Id));
        Assert.False(_pool.TryPlace(new BlockHeight(6), [Transaction("unknown").Id]));
        Assert.Equal(1, _pool.WaitingCount);
    }

    [Fact]
    public void A_new_view_returns_what_was_placed_to_its_old_place()
    {
        var old = Add("t-1", "a");
        var young = Add("t-2", "a");
        Assert.True(_pool.TryPlace(new BlockHeight(5), [old.Id]));

        _pool.Unplace(new BlockHeight(4));

        Assert.Equal([old.Id, young.Id], _pool.ChooseBatch(10, uint.MaxValue));
    }

    [Fact]
    public void A_block_that_came_from_elsewhere_frees_what_was_placed_at_its_height()
    {
        // This node accepted one proposal; in a view that it missed, another was decided, which sync brought.
        var mine = Add("mine", "a");
        Assert.True(_pool.TryPlace(new BlockHeight(5), [mine.Id]));

        _pool.RemoveExecuted(new BlockHeight(5), [Transaction("theirs").Id]);

        Assert.True(_pool.IsWaiting(mine.Id));
        Assert.True(_pool.TryPlace(new BlockHeight(6), [mine.Id]));
    }

    [Fact]
    public void Another_proposal_of_a_height_frees_what_the_first_had_placed()
    {
        var first = Add("t-1", "a");
        var second = Add("t-2", "a");
        Assert.True(_pool.TryPlace(new BlockHeight(5), [first.Id]));

        _pool.PlaceCarriedOver(new BlockHeight(5), [second.Id]);

        Assert.True(_pool.IsWaiting(first.Id));
        Assert.False(_pool.IsWaiting(second.Id));
    }

    [Fact]
    public void What_a_carried_over_proposal_names_is_placed_when_it_comes()
    {
        var late = Transaction("late");
        _pool.PlaceCarriedOver(new BlockHeight(5), [late.Id]);

        _pool.AddForProposal(late, "a", 0, _ => false);

        Assert.False(_pool.IsWaiting(late.Id));
        Assert.Empty(_pool.ChooseBatch(10, uint.MaxValue));
        Assert.Equal([late.Id], _pool.PlacedAt(new BlockHeight(5)).Select(t => t.Id));
    }

    [Fact]
    public void Expired_ones_leave_unless_a_proposal_has_them()
    {
        var waiting = Add("t-1", "a");
        var placed = Add("t-2", "a");
        Assert.True(_pool.TryPlace(new BlockHeight(1), [placed.Id]));
        var until = waiting.Signed.Content.ValidUntil;

        Assert.Empty(_pool.RemoveExpired(until));
        Assert.Equal([waiting.Id], _pool.RemoveExpired(new Timestamp(until.UnixMilliseconds + 1)));
        Assert.True(_pool.Contains(placed.Id));
    }

    // A member that sends what ends at once, to all but the primary, would have them ask for one view after the other.
    [Fact]
    public void What_ends_before_it_could_be_in_a_block_is_nothing_to_wait_for()
    {
        Assert.False(_pool.HasWork(default));
        var waiting = Add("t-1", "a");
        var until = waiting.Signed.Content.ValidUntil;
        var after = new Timestamp(until.UnixMilliseconds + 1);

        Assert.True(_pool.HasWork(until));
        Assert.False(_pool.HasWork(after));
        Assert.Single(_pool.WaitingSince(long.MaxValue, limit: 4, until));
        Assert.Empty(_pool.WaitingSince(long.MaxValue, limit: 4, after));
        Assert.True(_pool.TryPlace(new BlockHeight(1), [waiting.Id]));
        Assert.True(_pool.HasWork(after));
    }

    [Fact]
    public void What_waits_long_is_listed_for_every_member()
    {
        for (var i = 0; i < 10; i++) Add($"a-{i}", "a", now: 10);
        var other = Add("b", "b", now: 20);
        Add("young", "c", now: 100);

        var found = _pool.WaitingSince(100, limit: 4, default);

        Assert.Equal(4, found.Count);
        Assert.Contains(found, t => t.Id == other.Id);
    }

    private static CheckedTransaction Transaction(string subject, int padding = 0)
    {
        var encoded = Make.Transaction(Genesis, subject, padding: padding).Encoded;
        Assert.True(Rules.TryDecode(encoded, out var transaction).IsAccepted);
        return transaction!;
    }

    private static PoolAddResult Add(TransactionPool pool, string subject, string member) =>
        pool.Add(Transaction(subject), member, 0, _ => false);

    private CheckedTransaction Add(string subject, string member, int padding = 0, long now = 0)
    {
        var transaction = Transaction(subject, padding);
        Assert.Equal(PoolAddResult.Added, _pool.Add(transaction, member, now, _ => false));
        return transaction;
    }
}
