using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Node.Admission;
using Ledger.Node.Mempool;
using Ledger.Node.Tests.Support;
using Ledger.Testing.Builders;
using Ledger.Testing.Consensus;

namespace Ledger.Node.Tests.Mempool;

/// <summary>Random histories of the pool beside a model that is too simple to be wrong.</summary>
public sealed class TransactionPoolModelTests
{
    private static readonly CheckedTransaction[] Known = Transactions(40);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Every_history_ends_as_in_the_model(ulong seed)
    {
        var random = new SplitMix64(seed);
        var pool = new TransactionPool(new PoolOptions());
        // What is held, and at which height it is placed.
        var model = new Dictionary<Hash256, ulong?>();
        var executed = 0UL;
        for (var step = 0; step < 3000; step++)
        {
            var height = executed + 1 + (ulong)random.Below(4);
            var some = Known.Where(_ => random.Below(8) == 0).Select(t => t.Id).ToList();
            switch (random.Below(6))
            {
                case 0:
                    var added = Known[random.Below(Known.Length)];
                    pool.Add(added, MemberOf(added), step, _ => false);
                    model.TryAdd(added.Id, null);
                    break;
                case 1:
                    var may = some.All(id => model.TryGetValue(id, out var at) && (at is null || at == height));
                    Assert.Equal(may, pool.TryPlace(new BlockHeight(height), some));
                    if (may) Place(model, height, some);
                    break;
                case 2:
                    some = [.. some.Where(model.ContainsKey)];
                    pool.PlaceCarriedOver(new BlockHeight(height), some);
                    Place(model, height, some);
                    break;
                case 3 when random.Below(4) == 0:
                    pool.Unplace(new BlockHeight(executed));
                    foreach (var id in model.Keys.ToList()) model[id] = null;
                    break;
                case 4:
                    executed++;
                    pool.RemoveExecuted(new BlockHeight(executed), some);
                    foreach (var id in some) model.Remove(id);
                    foreach (var (id, at) in model.ToList())
                    {
                        if (at <= executed) model[id] = null;
                    }

                    break;
                case 5:
                    pool.Remove(some.Take(1));
                    foreach (var id in some.Take(1)) model.Remove(id);
                    break;
            }

            Compare(pool, model);
        }
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void However_one_member_floods_another_is_served_within_one_round(ulong seed)
    {
        var random = new SplitMix64(seed);
        var all = new Queue<CheckedTransaction>(Transactions(300));
        var pool = new TransactionPool(new PoolOptions { MaxTransactions = 200 });
        for (var height = 1UL; all.Count > 20; height++)
        {
            for (var i = random.Below(10); i > 0 && all.Count > 20; i--) pool.Add(all.Dequeue(), "flood", 0, _ => false);
            var quiet = all.Dequeue();
            Assert.Equal(PoolAddResult.Added, pool.Add(quiet, "quiet", 0, _ => false));

            // With two members, two places are one round.
            var batch = pool.ChooseBatch((uint)(2 + random.Below(5)), uint.MaxValue);

            Assert.Contains(quiet.Id, batch);
            Assert.True(pool.TryPlace(new BlockHeight(height), batch));
            pool.RemoveExecuted(new BlockHeight(height), batch);
        }
    }

    private static void Place(Dictionary<Hash256, ulong?> model, ulong height, List<Hash256> ids)
    {
        foreach (var (id, at) in model.ToList())
        {
            if (at == height) model[id] = null;
        }

        foreach (var id in ids) model[id] = height;
    }

    private static void Compare(TransactionPool pool, Dictionary<Hash256, ulong?> model)
    {
        Assert.Equal(model.Count, pool.Count);
        Assert.Equal(model.Values.Count(at => at is null), pool.WaitingCount);
        foreach (var (id, at) in model)
        {
            Assert.Equal(at is null, pool.IsWaiting(id));
            if (at is { } height) Assert.Contains(pool.PlacedAt(new BlockHeight(height)), t => t.Id == id);
        }

        var batch = pool.ChooseBatch(1000, uint.MaxValue);
        Assert.Equal(model.Where(m => m.Value is null).Select(m => m.Key).Order(), batch.Order());
    }

    private static string MemberOf(CheckedTransaction transaction) => $"member-{transaction.Id.AsSpan()[0] % 3}";

    private static CheckedTransaction[] Transactions(int count)
    {
        var genesis = A.Genesis();
        var rules = new TransactionRules(genesis);
        var found = new CheckedTransaction[count];
        for (var i = 0; i < count; i++)
        {
            Assert.True(rules.TryDecode(Make.Transaction(genesis, $"t-{i}").Encoded, out var transaction).IsAccepted);
            found[i] = transaction!;
        }

        return found;
    }
}
