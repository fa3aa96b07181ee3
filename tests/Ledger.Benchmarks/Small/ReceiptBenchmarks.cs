using BenchmarkDotNet.Attributes;
using Ledger.Core.Membership;
using Ledger.Core.Receipts;
using Ledger.Testing.Builders;

namespace Ledger.Benchmarks.Small;

/// <summary>What whoever receives a receipt does: decode it and verify everything, three signatures included.</summary>
public class ReceiptBenchmarks
{
    private readonly Genesis _genesis = A.Genesis();
    private byte[] _receipt = [];

    [GlobalSetup]
    public void SetUp()
    {
        var chain = new TestChain(_genesis);
        for (var i = 0; i < 10; i++) chain.Add([.. Enumerable.Range(0, 100).Select(n => A.Record($"order-{n}"))]);
        _receipt = chain.Receipt(618).Encode();
        if (!Verify().IsValid) throw new InvalidOperationException("the sample receipt does not hold");
    }

    [Benchmark]
    public ReceiptVerdict Verify() => ReceiptVerifier.Verify(_receipt, _genesis);
}
