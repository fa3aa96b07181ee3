using BenchmarkDotNet.Attributes;
using Ledger.Storage;

namespace Ledger.Benchmarks.Small;

/// <summary>A block into the database: one synced batch. Ten blocks an iteration; one operation is one block.</summary>
public class StorageBenchmarks
{
    private const int Blocks = 10;

    private readonly BlockMaker _maker = new();
    private readonly List<BlockCommit> _next = [];
    private string _folder = "";
    private LedgerStore _store = null!;

    [Params("100x1", "10x100")]
    public string Shape { get; set; } = "";

    [GlobalSetup]
    public void SetUp()
    {
        _folder = Directory.CreateTempSubdirectory("ledger-bench").FullName;
        _store = LedgerStore.Open(new StorageOptions { Path = Path.Combine(_folder, "chain") }, _maker.Genesis);
        _store.Commit(_maker.First());
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _store.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    // Making a block costs more than storing it, so it is done outside what is measured.
    [IterationSetup]
    public void MakeBlocks()
    {
        var (transactions, records) = Shape == "100x1" ? (100, 1) : (10, 100);
        _next.Clear();
        for (var i = 0; i < Blocks; i++) _next.Add(_maker.Next(transactions, records));
    }

    [Benchmark(OperationsPerInvoke = Blocks)]
    public void CommitBlock()
    {
        foreach (var commit in _next) _store.Commit(commit);
    }
}
