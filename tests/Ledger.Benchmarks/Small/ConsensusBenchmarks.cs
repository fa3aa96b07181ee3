using BenchmarkDotNet.Attributes;
using Ledger.Core.Crypto;
using Ledger.Testing.Builders;
using Ledger.Testing.Consensus;

namespace Ledger.Benchmarks.Small;

/// <summary>
/// One block through four replicas in one thread, from the offer of a proposal to everybody's certificate: 12 signatures
/// and 36 verifications. With the fake suite, what the protocol costs by itself.
/// </summary>
public class ConsensusBenchmarks
{
    private const int Transactions = 100;

    private ReplicaRing _ring = null!;

    [Params("fake", Secp256k1Suite.SuiteName)]
    public string Suite { get; set; } = "";

    [GlobalSetup]
    public void SetUp()
    {
        if (Suite == "fake")
        {
            var suite = new FakeSuite();
            _ring = new ReplicaRing(suite, suite.SignerOf, Transactions);
            CheckCost(suite);
        }
        else
        {
            _ring = new ReplicaRing(A.Suite, i => A.Signer($"replica-{i}"), Transactions);
        }
    }

    [Benchmark]
    public ulong OneBlock() => _ring.RunBlock();

    // The class states these counts, so they are checked.
    private void CheckCost(FakeSuite suite)
    {
        for (var i = 0; i < 10; i++) _ring.RunBlock();
        var (signings, verifications) = (suite.Signings, suite.Verifications);
        _ring.RunBlock();
        (signings, verifications) = (suite.Signings - signings, suite.Verifications - verifications);
        if ((signings, verifications) != (12, 36))
            throw new InvalidOperationException($"a block cost {signings} signatures and {verifications} verifications");
    }
}
