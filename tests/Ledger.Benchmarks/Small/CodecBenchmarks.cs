using BenchmarkDotNet.Attributes;
using Ledger.Benchmarks.Load;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Transactions;
using Ledger.Testing.Builders;

namespace Ledger.Benchmarks.Small;

/// <summary>The canonical encoding of a transaction.</summary>
public class CodecBenchmarks
{
    private EvidenceRecord[] _records = [];
    private SignedTransaction _transaction = null!;

    [Params(1, 100)]
    public int Records { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        var sample = new SampleRecords("codec");
        _records = [.. Enumerable.Range(0, Records).Select(_ => sample.Next())];
        _transaction = A.Transaction(A.Genesis(), "org-a", _records);
    }

    [Benchmark]
    public byte[] EncodeBody() => EvidenceBody.Encode(_records);

    [Benchmark]
    public byte[] EncodeTransaction() => _transaction.Content.Encode();

    /// <summary>The envelope and, as admission does, every record in it.</summary>
    [Benchmark]
    public EvidenceBody? Decode() =>
        SignedTransaction.TryDecode(_transaction.Encoded, Sha256.Instance, out var transaction, out _)
        && EvidenceBody.TryDecode(transaction.Content.Body, out var body, out _)
            ? body
            : throw new InvalidOperationException("the sample does not decode");
}
