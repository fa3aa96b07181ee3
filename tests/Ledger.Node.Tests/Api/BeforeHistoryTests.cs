using Google.Protobuf;
using Ledger.Core.Api.V1;
using Ledger.Core.Blocks;
using Ledger.Core.Grpc;
using Ledger.Core.Transactions;
using Ledger.Node.Admission;
using Ledger.Node.Api;
using Ledger.Node.Api.Grpc;
using Ledger.Node.Execution;
using Ledger.Node.Hosting;
using Ledger.Node.Mempool;
using Ledger.Node.Tests.Support;
using Ledger.Node.Tests.Sync;
using Microsoft.AspNetCore.Http;

namespace Ledger.Node.Tests.Api;

/// <summary>A node that began from a snapshot says what it does not hold, instead of answering a part.</summary>
public sealed class BeforeHistoryTests : IDisposable
{
    private readonly TestLedger _source = new();
    private readonly JoinScene _scene;
    private readonly ChainApi _chain;
    private readonly EvidenceApi _evidence;
    private readonly SubmissionApi _submission;
    private readonly SignedTransaction _old;

    public BeforeHistoryTests()
    {
        _old = Make.Transaction(_source.Genesis, "old");
        _source.Add(_old);
        _source.Add(Make.Transaction(_source.Genesis, "older"));
        _scene = new JoinScene(_source);
        _scene.Start();
        _scene.Run(a => _scene.Answer(a, _scene.Honest(a)));
        var store = _scene.Store;
        var view = new ChainView(store, _source.Members, Recovery.CertifiedHead(store), store.Watermark!.Height);
        var pool = new TransactionPool(new PoolOptions());
        _chain = new ChainApi(store, view, new EpochEnds(store));
        _evidence = new EvidenceApi(store, view, new EpochEnds(store));
        _submission = new SubmissionApi(
            new AdmissionService(_source.Rules, pool, view, _source.Clock, _source.Metrics), pool, store, view,
            new OutcomeHub());
    }

    public void Dispose()
    {
        _scene.Dispose();
        _source.Dispose();
    }

    [Fact]
    public async Task Blocks_up_to_the_base_are_before_its_history()
    {
        using var call = Call();

        IsBefore((await _chain.GetBlock(new GetBlockRequest { Height = 1 }, call)).Status);
        IsBefore((await _chain.GetBlock(new GetBlockRequest { Height = 2 }, call)).Status);
    }

    [Fact]
    public async Task Receipts_of_leaves_before_the_base_are_too()
    {
        using var call = Call();
        var byId = new EvidenceRef { TransactionId = ByteString.CopyFrom(_old.Id.AsSpan()) };

        IsBefore((await _evidence.GetReceipt(new GetReceiptRequest { LogIndex = 0 }, call)).Status);
        IsBefore((await _evidence.GetReceipt(new GetReceiptRequest { Evidence = byId }, call)).Status);
    }

    [Fact]
    public async Task A_query_that_reaches_back_is_not_answered_in_part()
    {
        using var call = Call();
        var later = A(_scene.Store.Live.Blocks.Header(new BlockHeight(2))!.Header.Time.UnixMilliseconds + 1);

        IsBefore((await _evidence.QueryEvidence(new QueryEvidenceRequest { Subject = "old" }, call)).Status);
        Assert.True((await _evidence.QueryEvidence(later, call)).Status.IsOk);
    }

    [Fact]
    public async Task What_became_of_a_remembered_transaction_another_node_knows()
    {
        using var call = Call();
        var encoded = ByteString.CopyFrom(_old.Encoded.Span);
        var id = ByteString.CopyFrom(_old.Id.AsSpan());

        IsBefore((await _submission.GetTransaction(new GetTransactionRequest { TransactionId = id }, call)).Status);
        IsBefore((await _submission.SubmitAndWait(new SubmitAndWaitRequest { Transaction = encoded }, call)).Status);
    }

    private static QueryEvidenceRequest A(ulong from) => new() { Subject = "old", FromTimeMs = from };

    private static void IsBefore(RpcStatus status)
    {
        Assert.Equal("BEFORE_HISTORY", status.Reason);
        Assert.Equal(GrpcStatusCode.Unavailable, status.Code);
    }

    private static GrpcCall Call() => new(new DefaultHttpContext(), TestCluster.Limit, TimeProvider.System);
}
