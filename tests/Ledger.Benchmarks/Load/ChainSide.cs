using System.Diagnostics.Metrics;
using Ledger.Contracts.Runtime;
using Ledger.Core.Blocks;
using Ledger.Core.Evidence;
using Ledger.Core.Membership;
using Ledger.Core.Transactions;
using Ledger.Node.Admission;
using Ledger.Node.Execution;
using Ledger.Node.Hosting;
using Ledger.Node.Mempool;
using Ledger.Node.Observability;
using Ledger.Storage;
using Ledger.Testing.Builders;
using Microsoft.Extensions.DependencyInjection;

namespace Ledger.Benchmarks.Load;

/// <summary>A node's parts around one database, without consensus.</summary>
internal sealed class ChainSide : IDisposable
{
    private const string Member = "org-a";
    private const string Role = "platform";

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public ChainSide(string path, Genesis genesis, IContractRuntime? runtime = null)
    {
        Store = LedgerStore.Open(new StorageOptions { Path = path }, genesis);
        Recovery.EnsureGenesis(Store);
        Members = new MemberDirectory(genesis.Members);
        Rules = new TransactionRules(genesis);
        Chain = new ChainView(Store, Members, Recovery.CertifiedHead(Store), Store.Watermark!.Height);
        Certified = new CertifiedBlocks(Store, Chain, new OutcomeHub());
        Metrics = new NodeMetrics(_services.GetRequiredService<IMeterFactory>());
        var head = Store.Live.Blocks.Header(Store.Watermark.Height)!;
        Executor = new BlockExecutor(
            genesis, Rules, new StoredState(Store, Members), head.Header, head.Hash, Recovery.Log(Store), runtime);
    }

    public LedgerStore Store { get; }

    public MemberDirectory Members { get; }

    public TransactionRules Rules { get; }

    public TransactionPool Pool { get; } = new(new PoolOptions());

    public ChainView Chain { get; }

    public CertifiedBlocks Certified { get; }

    public NodeMetrics Metrics { get; }

    public BlockExecutor Executor { get; }

    public long Records => (long)Store.Watermark!.LogSize;

    public long Transactions { get; private set; }

    /// <summary>Adds a block of transactions with so many records each.</summary>
    public void AddBlock(SampleRecords samples, int transactions, int recordsEach) => AddBlock(
    [
        .. Enumerable.Range(0, transactions).Select(_ => A.Transaction(
            Store.Genesis, Member,
            (EvidenceRecord[])[.. Enumerable.Range(0, recordsEach).Select(_ => samples.Next() with { Role = Role })])),
    ]);

    /// <summary>Executes, stores and certifies a block of these.</summary>
    public void AddBlock(IReadOnlyList<SignedTransaction> transactions)
    {
        var height = Executor.Head.Height.Next;
        var block = new List<CheckedTransaction>(transactions.Count);
        foreach (var transaction in transactions)
        {
            if (!Rules.TryDecode(transaction.Encoded, out var decoded).IsAccepted)
                throw new InvalidOperationException("a sample is no transaction of the channel");
            block.Add(decoded!);
        }

        var executed = Executor.Execute(new ProposedBlock(
            height, new Timestamp(A.Start.UnixMilliseconds + height.Value), new Epoch(0), new ValidatorIndex(0), block));
        Store.Commit(executed.Commit, sync: false);
        Executor.Advance(executed);
        Certified.Executed(executed.Commit.Block);
        Chain.PublishExecuted(height);
        Certified.Publish(height, A.Certificate(executed.HeaderBytes.Span, Store.Genesis.Validators));
        Transactions += transactions.Count;
    }

    public void Dispose()
    {
        Store.Dispose();
        _services.Dispose();
    }
}
