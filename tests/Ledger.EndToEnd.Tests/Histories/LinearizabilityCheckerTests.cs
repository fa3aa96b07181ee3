using Ledger.Testing.Consensus;
using Ledger.Testing.Histories;

namespace Ledger.EndToEnd.Tests.Histories;

/// <summary>The checker accepts what may happen and refuses what must not: it is able to fail.</summary>
public sealed class LinearizabilityCheckerTests
{
    private const long Never = TimelineOperation.Never;

    [Fact]
    public void Nothing_is_linearizable() => Holds();

    [Fact]
    public void One_thing_after_the_other_is_linearizable() =>
        Holds(Append(1, 0, 1), Read(2, 3, 1), Append(2, 4, 5), Read(6, 7, 1, 2));

    [Fact]
    public void A_read_during_an_append_may_see_it_or_not()
    {
        Holds(Append(1, 0, 10), Read(2, 3));
        Holds(Append(1, 0, 10), Read(2, 3, 1));
        Holds(Append(1, 0, 10), Read(2, 3), Read(4, 5, 1));
    }

    [Fact]
    public void Appends_at_the_same_time_may_come_in_either_order()
    {
        Holds(Append(1, 0, 10), Append(2, 0, 10), Read(11, 12, 1, 2));
        Holds(Append(1, 0, 10), Append(2, 0, 10), Read(11, 12, 2, 1));
    }

    [Fact]
    public void An_append_of_unknown_outcome_may_have_happened_early_late_or_never()
    {
        Holds(Append(1, 0, Never), Read(2, 3));
        Holds(Append(1, 0, Never), Read(2, 3, 1));
        Holds(Append(1, 0, Never), Append(2, 1, 2), Read(3, 4, 2), Read(5, 6, 2, 1));
    }

    [Fact]
    public void An_acknowledged_record_that_is_lost_is_found_out() => Fails(Append(1, 0, 1), Read(2, 3));

    [Fact]
    public void A_record_that_is_there_twice_is_found_out() => Fails(Append(1, 0, 1), Read(2, 3, 1, 1));

    [Fact]
    public void A_record_that_nobody_anchored_is_found_out() => Fails(Append(1, 0, 1), Read(2, 3, 1, 9));

    [Fact]
    public void A_record_that_is_seen_before_it_is_begun_is_found_out() => Fails(Read(0, 1, 1), Append(1, 2, 3));

    [Fact]
    public void Records_in_the_wrong_order_are_found_out() =>
        Fails(Append(1, 0, 1), Append(2, 2, 3), Read(4, 5, 2, 1));

    [Fact]
    public void A_read_that_goes_back_behind_another_is_found_out() =>
        Fails(Append(1, 0, 10), Read(2, 3, 1), Read(4, 5));

    [Fact]
    public void Two_reads_that_disagree_about_the_order_are_found_out() =>
        Fails(Append(1, 0, 10), Append(2, 0, 10), Read(11, 12, 1, 2), Read(11, 12, 2, 1));

    [Fact]
    public void A_record_that_vanishes_again_is_found_out_though_its_outcome_was_unknown() =>
        Fails(Append(1, 0, Never), Read(2, 3, 1), Read(4, 5));

    [Fact]
    public void An_unknown_record_does_not_come_between_records_that_were_read_without_it() =>
        Fails(Append(1, 0, Never), Append(2, 1, 2), Read(3, 4, 2), Read(5, 6, 1, 2));

    [Fact]
    public void What_is_wrong_is_named()
    {
        var verdict = LinearizabilityChecker.Check([Append(1, 0, 1), Append(2, 2, 3), Read(4, 5, 1)]);

        Assert.Contains("the read of client 0 from 4 to 5, which saw [1]", verdict.Detail, StringComparison.Ordinal);
    }

    // Many clients on a real list, each operation taking effect somewhere between its beginning and its end: linearizable
    // by construction. Then one read loses its newest record to the past.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Histories_of_a_real_list_hold_and_fail_once_a_read_is_made_stale(int seed)
    {
        var random = new SplitMix64((ulong)seed);
        var list = new List<int>();
        var history = new List<TimelineOperation>();
        var free = new long[8];
        for (var effect = 10L; history.Count < 1000; effect += 3)
        {
            var client = random.Below(free.Length);
            if (free[client] >= effect) continue;
            var (from, to) = (effect - 1 - random.Below((int)Math.Min(20, effect - free[client])), effect + random.Below(40));
            free[client] = to;
            if (random.Chance(600))
            {
                list.Add(history.Count);
                history.Add(new AppendOperation(client, from, random.Chance(50) ? Never : to, history.Count));
            }
            else
            {
                history.Add(new ReadOperation(client, from, to, [.. list]));
            }
        }

        var verdict = LinearizabilityChecker.Check(history);

        Assert.True(verdict.Holds, verdict.Detail);
        var last = history.Max(o => o.Invoked);
        var stale = new ReadOperation(99, last + 1000, last + 1001, [.. list.SkipLast(1)]);
        var fresh = new ReadOperation(98, last + 900, last + 901, [.. list]);
        Assert.False(LinearizabilityChecker.Check([.. history, fresh, stale]).Holds);
    }

    // A search that tries every order agrees, on histories that are right by chance and on more that are wrong.
    [Fact]
    public void A_search_through_all_orders_finds_one_exactly_when_the_checker_says_so()
    {
        var (random, good, bad) = (new SplitMix64(7), 0, 0);
        for (var round = 0; round < 3000; round++)
        {
            var history = new List<TimelineOperation>();
            var records = 1 + random.Below(4);
            for (var record = 1; record <= records; record++)
            {
                var from = random.Below(10);
                history.Add(Append(record, from, random.Chance(200) ? Never : from + 1 + random.Below(8)));
            }

            for (var reads = 1 + random.Below(3); reads > 0; reads--)
            {
                var from = random.Below(12);
                int[] seen = [.. Enumerable.Range(1, random.Below(records + 1))];
                if (seen.Length > 1 && random.Chance(300)) (seen[0], seen[^1]) = (seen[^1], seen[0]);
                history.Add(Read(from, from + 1 + random.Below(6), seen));
            }

            var found = WingGongSearch.FindsOrder(history);

            Assert.True(found == LinearizabilityChecker.Check(history).Holds, string.Join('\n', history));
            if (found) good++;
            else bad++;
        }

        Assert.True(good > 300 && bad > 300, $"{good} good and {bad} bad histories show too little");
    }

    [Fact]
    public void A_lagging_read_is_a_beginning_and_never_goes_back()
    {
        AppendOperation[] appends = [Append(1, 0, 1), Append(2, 2, 3), Append(3, 20, 21)];

        HistoryVerdict Check(params ReadOperation[] reads) => LaggingReadChecker.Check([1, 2, 3], appends, reads);

        Assert.True(Check(Read(4, 5, 1), Read(6, 7, 1, 2), Read(30, 31, 1, 2)).Holds);
        Assert.False(Check(Read(4, 5, 2)).Holds);
        Assert.False(Check(Read(4, 5, 1, 2, 3)).Holds);
        Assert.False(Check(Read(4, 5, 1, 2), Read(6, 7, 1)).Holds);
    }

    private static AppendOperation Append(int record, long from, long to) => new(0, from, to, record);

    private static ReadOperation Read(long from, long to, params int[] seen) => new(0, from, to, seen);

    private static void Holds(params TimelineOperation[] history)
    {
        var verdict = LinearizabilityChecker.Check(history);
        Assert.True(verdict.Holds, verdict.Detail);
    }

    private static void Fails(params TimelineOperation[] history) =>
        Assert.False(LinearizabilityChecker.Check(history).Holds);
}
