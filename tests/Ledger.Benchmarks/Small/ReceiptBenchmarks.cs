using BenchmarkDotNet.Attributes;
using Ledger.Core.Membership;
using Ledger.Core.Receipts;
using Ledger.Testing.Builders;

namespace Ledger.Benchmarks.Small;

/// <summary>What whoever receives a receipt does: decode it and verify everything, three signatures included.</summary>
public class ReceiptBenchmarks
{
    private const int BlockReceipts = 10_000;

    private readonly Genesis _genesis = A.Genesis();
    private byte[] _receipt = [];
    private Receipt[] _block = [];
    private int _next;

    [GlobalSetup]
    public void SetUp()
    {
        var chain = new TestChain(_genesis);
        for (var i = 0; i < 10; i++) chain.Add([.. Enumerable.Range(0, 100).Select(n => A.Record($"order-{n}"))]);
        _receipt = chain.Receipt(618).Encode();
        for (var i = 0; i < 10; i++)
            chain.Add([.. Enumerable.Range(0, BlockReceipts / 10).Select(n => A.Record($"order-{n}"))]);
        _block = [.. Enumerable.Range(0, BlockReceipts).Select(n => chain.Receipt(1000UL + (ulong)n))];
        if (!Verify().IsValid) throw new InvalidOperationException("the sample receipt does not hold");
    }

    [Benchmark]
    public ReceiptVerdict Verify() => ReceiptVerifier.Verify(_receipt, _genesis);

    /// <summary>The first receipt that a verifier sees: nothing is remembered.</summary>
    [Benchmark]
    public ReceiptVerdict VerifyFirst() => new CachingReceiptVerifier(_genesis).Verify(_receipt);

    /// <summary>
    /// All receipts of a range of blocks under one header, in order, by a verifier that begins with nothing.
    /// </summary>
    [Benchmark(OperationsPerInvoke = BlockReceipts)]
    public int VerifyBlock() => VerifyAll(step: 1);

    /// <summary>The same in an order in which neighbours are far apart.</summary>
    [Benchmark(OperationsPerInvoke = BlockReceipts)]
    public int VerifyBlockScattered() => VerifyAll(step: 7919);

    private int VerifyAll(int step)
    {
        var verifier = new CachingReceiptVerifier(_genesis);
        var valid = 0;
        for (var i = 0; i < _block.Length; i++)
        {
            _next = (_next + step) % _block.Length;
            if (verifier.Verify(_block[_next]).IsValid) valid++;
        }

        return valid == _block.Length ? valid : throw new InvalidOperationException("a receipt does not hold");
    }
}
