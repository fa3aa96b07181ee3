using System.Diagnostics.Metrics;
using Ledger.Contracts.Runtime;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
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

namespace Ledger.Node.Tests.Support;

/// <summary>
/// A node's parts around one real database, without consensus: a test says which blocks there are and which of them are
/// certified.
/// </summary>
internal sealed class TestLedger : IDisposable
{
    private readonly TempFolder _folder = new();
    private bool _closed;
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public TestLedger(Genesis? genesis = null, PoolOptions? pool = null, IContractRuntime? contracts = null)
    {
        Genesis = genesis ?? A.Genesis();
        Store = LedgerStore.Open(new StorageOptions { Path = _folder.File("chain") }, Genesis);
        Recovery.EnsureGenesis(Store);
        Members = new MemberDirectory(Genesis.Members);
        Rules = new TransactionRules(Genesis);
        Pool = new TransactionPool(pool ?? new PoolOptions());
        Clock = new NodeClock(Time);
        Chain = new ChainView(Store, Members, Recovery.CertifiedHead(Store), Store.Watermark!.Height);
        Certified = new CertifiedBlocks(Store, Chain, Outcomes);
        Metrics = new NodeMetrics(_services.GetRequiredService<IMeterFactory>());
        Admission = new AdmissionService(Rules, Pool, Chain, Clock, Metrics);
        var head = Store.Live.Blocks.Header(Store.Watermark.Height)!;
        Executor = new BlockExecutor(
            Genesis, Rules, new StoredState(Store, Members), head.Header, head.Hash, Recovery.Log(Store),
            contracts);
    }

    public Genesis Genesis { get; }

    public LedgerStore Store { get; }

    public MemberDirectory Members { get; }

    public TransactionRules Rules { get; }

    public TransactionPool Pool { get; }

    public SetTime Time { get; } = new(A.Start);

    public NodeClock Clock { get; }

    public ChainView Chain { get; }

    public OutcomeHub Outcomes { get; } = new();

    public CertifiedBlocks Certified { get; }

    public NodeMetrics Metrics { get; }

    public AdmissionService Admission { get; }

    public BlockExecutor Executor { get; }

    public CheckedTransaction Check(SignedTransaction transaction)
    {
        var verdict = Rules.TryDecode(transaction.Encoded, out var decoded);
        return verdict.IsAccepted ? decoded! : throw new InvalidOperationException(verdict.ToString());
    }

    /// <summary>Executes the next block and makes it durable. Nobody has certified it.</summary>
    public ExecutedBlock Execute(params IReadOnlyList<SignedTransaction> transactions)
    {
        var height = Executor.Head.Height.Next;
        var block = Executor.Execute(new ProposedBlock(
            height,
            new Timestamp(A.Start.UnixMilliseconds + (1000 * height.Value)),
            Executor.Validators.Epoch,
            new ValidatorIndex(0),
            [.. transactions.Select(Check)]));
        Store.Commit(block.Commit);
        Executor.Advance(block);
        Certified.Executed(block.Commit.Block);
        if (block.Commit.NextValidators is { } next) Chain.PublishValidators(next);
        Chain.PublishExecuted(height, Executor.NextDue());
        Pool.RemoveExecuted(height, transactions.Select(t => t.Id));
        return block;
    }

    /// <summary>Certifies a block that was executed.</summary>
    public void Certify(ExecutedBlock block) => Certified.Publish(
        block.Commit.Block.Header.Height,
        A.Certificate(block.HeaderBytes.Span, Store.Live.Blocks.Validators(block.Commit.Block.Header.Epoch)!));

    /// <summary>Executes and certifies the next block.</summary>
    public ExecutedBlock Add(params IReadOnlyList<SignedTransaction> transactions)
    {
        var block = Execute(transactions);
        Certify(block);
        return block;
    }

    /// <summary>Closes the database for good; returns where it lies.</summary>
    public string CloseStore()
    {
        Store.Dispose();
        _closed = true;
        return _folder.File("chain");
    }

    public void Dispose()
    {
        if (!_closed) Store.Dispose();
        _services.Dispose();
        _folder.Dispose();
    }
}

/// <summary>Transactions for tests of the node.</summary>
internal static class Make
{
    /// <summary>A transaction about a subject; each subject gives another one.</summary>
    public static SignedTransaction Transaction(
        Genesis genesis, string subject, string member = "org-a", int padding = 0)
    {
        var records = 1 + (padding / 1000);
        return A.Transaction(genesis, member, [.. Enumerable.Range(0, records).Select(_ => Record(subject, padding))]);
    }

    /// <summary>The same with another <c>valid_until</c>.</summary>
    public static SignedTransaction ValidUntil(Genesis genesis, Timestamp until, string subject = "order-1")
    {
        var signer = A.ClientSigner("org-a");
        var content = A.Transaction(genesis, "org-a", A.Record(subject)).Content with { ValidUntil = until };
        return SignedTransaction.Create(content, signer, genesis.Suite);
    }

    public static Timestamp After(long milliseconds) => new(checked((ulong)((long)A.Start.UnixMilliseconds + milliseconds)));

    private static Core.Evidence.EvidenceRecord Record(string subject, int padding) => padding == 0
        ? A.Record(subject)
        : A.Record(subject) with
        {
            Attributes =
            [
                .. A.Record(subject).Attributes,
                Core.Evidence.EvidenceAttribute.Text("x-padding", new string('x', Math.Min(1000, padding))),
            ],
        };
}
