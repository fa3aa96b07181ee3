using System.IO.Pipelines;
using Google.Protobuf;
using Ledger.Core.Api.V1;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
using Ledger.Core.Grpc;
using Ledger.Core.Merkle;
using Ledger.Core.Receipts;
using Ledger.Core.State;
using Ledger.Core.Transactions;
using Ledger.Node.Api;
using Ledger.Node.Api.Grpc;
using Ledger.Node.Execution;
using Ledger.Node.Tests.Support;
using Ledger.Testing.Builders;
using Microsoft.AspNetCore.Http;
using State = Ledger.Core.Api.V1.TransactionOutcome.Types.State;
using WireBlock = Ledger.Core.Api.V1.Block;

namespace Ledger.Node.Tests.Api;

public sealed class LedgerApiTests : IDisposable
{
    private static readonly TimeSpan Limit = TestCluster.Limit;

    private readonly TestLedger _ledger = new();
    private readonly SubmissionApi _submission;
    private readonly EvidenceApi _evidence;
    private readonly ChainApi _chain;

    public LedgerApiTests()
    {
        _submission = new SubmissionApi(
            _ledger.Admission, _ledger.Pool, _ledger.Store, _ledger.Chain, _ledger.Outcomes);
        _evidence = new EvidenceApi(_ledger.Store, _ledger.Chain, new EpochEnds(_ledger.Store));
        _chain = new ChainApi(_ledger.Store, _ledger.Chain, new EpochEnds(_ledger.Store));
    }

    public void Dispose() => _ledger.Dispose();

    [Fact]
    public async Task What_is_executed_and_not_certified_is_never_shown()
    {
        var certified = Transaction("a");
        _ledger.Add(certified);
        var executed = Transaction("b");
        _ledger.Execute(executed);

        Assert.Equal(State.Pending, (await Outcome(executed)).State);
        Assert.Equal(State.Committed, (await Outcome(certified)).State);
        Assert.Equal(GrpcStatusCode.NotFound, (await Block(2)).Status.Code);
        Assert.Equal(GrpcStatusCode.NotFound, (await Receipt(executed)).Status.Code);
        var byIndex = await _evidence.GetReceipt(new GetReceiptRequest { LogIndex = 1 }, Call());
        Assert.Equal(GrpcStatusCode.NotFound, byIndex.Status.Code);
        Assert.Empty((await Query(new QueryEvidenceRequest { Subject = "b" })).Evidence);
        Assert.Single((await Query(new QueryEvidenceRequest { FromTimeMs = 1 })).Evidence);
    }

    [Fact]
    public async Task The_fate_of_a_transaction_is_told_at_every_stage()
    {
        var transaction = Transaction("a");
        Assert.Equal(State.Unknown, (await Outcome(transaction)).State);
        await _submission.Submit(new SubmitRequest { Transaction = Bytes(transaction) }, Call());
        Assert.Equal(State.Pending, (await Outcome(transaction)).State);
        var expired = Make.ValidUntil(_ledger.Genesis, Make.After(1));
        _ledger.Add(transaction, expired);

        var outcome = await Outcome(transaction);
        var failed = await Outcome(expired);

        Assert.Equal((State.Committed, 1UL, 0U, 0UL, 1U), (
            outcome.State, outcome.Height, outcome.Position, outcome.FirstLeaf, outcome.LeafCount));
        Assert.Equal((State.Failed, "EXPIRED", 1U), (failed.State, failed.Reason, failed.Position));
    }

    [Fact]
    public async Task SubmitAndWait_ends_when_the_block_is_certified_and_not_before()
    {
        var transaction = Transaction("a");
        var waiting = Wait(transaction);
        var block = _ledger.Execute(transaction);
        Assert.False(waiting.IsCompleted);

        _ledger.Certify(block);

        Assert.Equal(State.Committed, (await waiting.WaitAsync(Limit)).Value!.State);
        Assert.Equal(State.Committed, (await Wait(transaction)).Value!.State);
    }

    [Fact]
    public async Task SubmitAndWait_ends_when_the_pool_gives_the_transaction_up()
    {
        var transaction = Transaction("a");
        var waiting = Wait(transaction);

        _ledger.Outcomes.Signal(_ledger.Pool.RemoveExpired(Make.After(7_200_000)));

        Assert.Equal(State.Unknown, (await waiting.WaitAsync(Limit)).Value!.State);
    }

    [Fact]
    public async Task SubmitAndWait_refuses_with_the_reason()
    {
        var refused = (await Wait(A.Transaction(A.Genesis(channel: "other"), "org-a"))).Status;

        Assert.Equal((GrpcStatusCode.InvalidArgument, "WRONG_CHANNEL"), (refused.Code, refused.Reason));
    }

    [Fact]
    public async Task A_receipt_verifies_and_is_the_same_when_asked_for_again()
    {
        var transaction = Transaction("a");
        _ledger.Execute(transaction);
        // The block of the record has no certificate of its own.
        _ledger.Add(Transaction("b"));
        var first = (await Receipt(transaction)).Value!.Receipt;
        _ledger.Add(Transaction("c"));

        Assert.Equal(first, (await Receipt(transaction)).Value!.Receipt);
        Assert.True(ReceiptVerifier.Verify(first.Span, _ledger.Genesis).IsValid);
    }

    [Fact]
    public async Task Pages_follow_each_other_without_gaps_or_repeats()
    {
        for (var i = 0; i < 5; i++) _ledger.Add(Transaction($"a-{i}"), Transaction($"b-{i}"), Transaction($"c-{i}"));
        var all = (await Query(new QueryEvidenceRequest { Type = "trade.payment", PageSize = 1000 })).Evidence;

        var indexes = new List<ulong>();
        var request = new QueryEvidenceRequest { Type = "trade.payment", PageSize = 3 };
        do
        {
            var page = await Query(request);
            indexes.AddRange(page.Evidence.Select(e => e.LogIndex));
            request.Cursor = page.NextCursor;
        }
        while (!request.Cursor.IsEmpty);

        Assert.Equal(all.Select(e => e.LogIndex), indexes);
        Assert.Equal(Enumerable.Range(0, indexes.Count).Select(i => (ulong)i), indexes);
    }

    [Fact]
    public async Task A_range_of_time_includes_its_start_and_excludes_its_end()
    {
        for (var i = 0; i < 4; i++) _ledger.Add(Transaction($"s-{i}"));
        ulong TimeOf(ulong height) =>
            _ledger.Store.Live.Blocks.Header(new BlockHeight(height))!.Header.Time.UnixMilliseconds;

        var page = await Query(new QueryEvidenceRequest { FromTimeMs = TimeOf(2), ToTimeMs = TimeOf(4) });

        Assert.Equal([2UL, 3UL], page.Evidence.Select(e => e.Height));
    }

    [Fact]
    public async Task Questions_that_make_no_sense_are_refused()
    {
        _ledger.Add(Transaction("a"));
        QueryEvidenceRequest[] queries =
        [
            new(),
            new() { Subject = "a", PageSize = 1001 },
            new() { Subject = "a", FromTimeMs = 2, ToTimeMs = 1 },
            new() { Subject = "a", ToTimeMs = ulong.MaxValue },
            new() { Subject = "a", Cursor = ByteString.CopyFromUtf8("x") },
        ];

        foreach (var query in queries)
            Assert.Equal(GrpcStatusCode.InvalidArgument, (await _evidence.QueryEvidence(query, Call())).Status.Code);
        Assert.Equal(
            GrpcStatusCode.InvalidArgument, (await _evidence.GetReceipt(new GetReceiptRequest(), Call())).Status.Code);
        Assert.Equal(
            GrpcStatusCode.InvalidArgument,
            (await _submission.GetTransaction(new GetTransactionRequest(), Call())).Status.Code);
        Assert.Empty((await Query(new QueryEvidenceRequest
        {
            Subject = "a",
            Cursor = ByteString.CopyFrom(Enumerable.Repeat((byte)0xff, 8).ToArray()),
        })).Evidence);
    }

    [Fact]
    public async Task Consistency_proofs_verify()
    {
        Assert.Equal("NO_CERTIFIED_BLOCK", (await Consistency(0)).Status.Reason);
        var roots = new List<Hash256> { _ledger.Executor.Head.LogRoot };
        for (var i = 0; i < 7; i++) roots.Add(_ledger.Add(Transaction($"s-{i}")).Commit.Block.Header.LogRoot);

        for (var from = 0; from <= 7; from++)
        {
            var answer = (await Consistency((ulong)from)).Value!;
            Assert.True(BlockHeader.TryDecode(answer.Header.Span, out var header, out _));
            Hash256[] path = [.. answer.Path.Select(p => new Hash256(p.Span))];
            Assert.Equal(LogProofVerdict.Valid, LogProofs.VerifyConsistency(
                Sha256.Instance, (ulong)from, header.LogSize, path, roots[from], header.LogRoot));
            VerifyCertificate(answer.Header, answer.Certificate);
        }

        Assert.Equal(GrpcStatusCode.InvalidArgument, (await Consistency(8)).Status.Code);
        Assert.Equal(GrpcStatusCode.InvalidArgument, (await Consistency(1, to: 3)).Status.Code);
        for (var height = 1; height <= 7; height++)
        {
            var answer = (await Consistency(1, (ulong)height, (ulong)height)).Value!;
            Assert.True(BlockHeader.TryDecode(answer.Header.Span, out var header, out _));
            Assert.Equal((ulong)height, header.Height.Value);
            Hash256[] path = [.. answer.Path.Select(p => new Hash256(p.Span))];
            Assert.Equal(LogProofVerdict.Valid, LogProofs.VerifyConsistency(
                Sha256.Instance, 1, header.LogSize, path, roots[1], header.LogRoot));
            VerifyCertificate(answer.Header, answer.Certificate);
        }

        Assert.Equal(GrpcStatusCode.InvalidArgument, (await Consistency(5, height: 4)).Status.Code);
        Assert.Equal(GrpcStatusCode.NotFound, (await Consistency(1, height: 8)).Status.Code);
    }

    [Fact]
    public async Task State_proofs_verify_presence_and_absence()
    {
        _ledger.Add(Transaction("s"));
        var hash = Sha256.Instance;
        foreach (var (key, present) in new[] { ("s", true), ("absent", false) })
        {
            var answer = (await _chain.GetStateProof(
                new GetStateProofRequest { Namespace = StateNamespaces.Timelines, Key = ByteString.CopyFromUtf8(key) },
                Call())).Value!;

            Assert.Equal(present, answer.Present);
            Assert.True(BlockHeader.TryDecode(answer.Header.Span, out var header, out _));
            VerifyCertificate(answer.Header, answer.Certificate);
            Assert.True(StateProof.TryDecode(answer.Proof.Span, out var proof, out _));
            var path = StateHash.PathOf(hash, StateNamespaces.Timelines, ByteString.CopyFromUtf8(key).Span);
            var verdict = present
                ? proof.VerifyPresence(hash, header.StateRoot, path, StateHash.ValueHashOf(hash, answer.Value.Span))
                : proof.VerifyAbsence(hash, header.StateRoot, path);
            Assert.Equal(StateProofVerdict.Valid, verdict);
        }
    }

    [Theory]
    [InlineData(42, 1024, true)]
    [InlineData(43, 1024, false)]
    [InlineData(42, 1025, false)]
    [InlineData(0, 1, false)]
    public async Task Names_of_the_state_are_bounded_in_bytes(int characters, int keyBytes, bool isTaken)
    {
        _ledger.Add(Transaction("s"));
        // Three bytes each.
        var request = new GetStateProofRequest
        {
            Namespace = new string('账', characters),
            Key = ByteString.CopyFrom(new byte[keyBytes]),
        };

        var status = (await _chain.GetStateProof(request, Call())).Status;

        Assert.Equal(isTaken ? GrpcStatusCode.Ok : GrpcStatusCode.InvalidArgument, status.Code);
    }

    [Fact]
    public async Task A_state_proof_waits_for_the_certificate_of_the_newest_block()
    {
        var block = _ledger.Execute(Transaction("s"));
        var request = new GetStateProofRequest
        {
            Namespace = StateNamespaces.Timelines,
            Key = ByteString.CopyFromUtf8("s"),
        };
        var waiting = _chain.GetStateProof(request, Call()).AsTask();
        Assert.False(waiting.IsCompleted);

        _ledger.Certify(block);

        Assert.True((await waiting.WaitAsync(Limit)).Value!.Present);
    }

    [Fact]
    public async Task What_a_node_has_not_certified_yet_is_asked_of_another_when_a_height_is_demanded()
    {
        _ledger.Add(Transaction("s"));
        _ledger.Execute(Transaction("s"));

        async Task<RpcStatus[]> AskAsync(ulong height)
        {
            var state = new GetStateProofRequest
            {
                Namespace = StateNamespaces.Timelines,
                Key = ByteString.CopyFromUtf8("s"),
                MinHeight = height,
            };
            var query = new QueryEvidenceRequest { Subject = "s", MinHeight = height };
            var receipt = new GetReceiptRequest { LogIndex = 0, MinHeight = height };
            return
            [
                (await _evidence.QueryEvidence(query, Call())).Status,
                (await _evidence.GetReceipt(receipt, Call())).Status,
                height > 1 ? (await _chain.GetStateProof(state, Call())).Status : RpcStatus.Ok,
            ];
        }

        Assert.All(await AskAsync(1), status => Assert.True(status.IsOk));
        Assert.All(
            await AskAsync(2), status => Assert.Equal((GrpcStatusCode.Unavailable, "BEHIND"), (status.Code, status.Reason)));
    }

    [Fact]
    public async Task P23_a_subscription_resumes_by_height_without_loss_or_doubles()
    {
        for (var i = 0; i < 3; i++) _ledger.Add(Transaction($"s-{i}"));

        var seen = new List<ulong>();
        await using (var subscription = new Subscription(_chain, from: 0))
        {
            seen.Add((await subscription.NextAsync()).Height);
            seen.Add((await subscription.NextAsync()).Height);
        }

        await using (var resumed = new Subscription(_chain, seen[^1] + 1))
        {
            seen.Add((await resumed.NextAsync()).Height);
            // Executed alone is not enough.
            var block = _ledger.Execute(Transaction("s-3"));
            var next = resumed.NextAsync();
            Assert.False(next.IsCompleted);
            _ledger.Certify(block);
            var live = await next;
            seen.Add(live.Height);
            Assert.Equal(block.HeaderBytes.ToArray(), live.Header.ToByteArray());
            Assert.Single(live.Transactions);
            Assert.Single(live.Results);
        }

        Assert.Equal([1UL, 2UL, 3UL, 4UL], seen);
    }

    private static GrpcCall Call() => new(new DefaultHttpContext(), Limit, TimeProvider.System);

    private static ByteString Bytes(SignedTransaction transaction) => ByteString.CopyFrom(transaction.Encoded.Span);

    private SignedTransaction Transaction(string subject, string member = "org-a") =>
        Make.Transaction(_ledger.Genesis, subject, member);

    private async Task<RpcResult<TransactionOutcome>> Wait(SignedTransaction transaction) =>
        await _submission.SubmitAndWait(new SubmitAndWaitRequest { Transaction = Bytes(transaction) }, Call());

    private async Task<TransactionOutcome> Outcome(SignedTransaction transaction) => (await _submission.GetTransaction(
        new GetTransactionRequest { TransactionId = ApiBytes.Of(transaction.Id) }, Call())).Value!;

    private async Task<RpcResult<WireBlock>> Block(ulong height) =>
        await _chain.GetBlock(new GetBlockRequest { Height = height }, Call());

    private async Task<RpcResult<GetReceiptResponse>> Receipt(SignedTransaction transaction) => await _evidence.GetReceipt(
        new GetReceiptRequest { Evidence = new EvidenceRef { TransactionId = ApiBytes.Of(transaction.Id) } }, Call());

    private async Task<QueryEvidenceResponse> Query(QueryEvidenceRequest request) =>
        (await _evidence.QueryEvidence(request, Call())).Value!;

    private async Task<RpcResult<GetConsistencyProofResponse>> Consistency(
        ulong from, ulong to = 0, ulong height = 0) => await _chain.GetConsistencyProof(
        new GetConsistencyProofRequest { FromSize = from, ToSize = to, ToHeight = height }, Call());

    private void VerifyCertificate(ByteString header, ByteString encoded)
    {
        Assert.True(QuorumCertificate.TryDecode(encoded.Span, out var certificate, out _));
        Assert.Equal(CertificateFault.None, certificate.Verify(
            BlockHeader.HashOf(header.Span, Sha256.Instance), _ledger.Genesis.Validators, _ledger.Genesis.Suite));
    }

    /// <summary>A running Subscribe call, read message by message.</summary>
    private sealed class Subscription : IAsyncDisposable
    {
        private readonly Pipe _pipe = new();
        private readonly CancellationTokenSource _client = new();
        private readonly GrpcCall _call;
        private readonly Task _running;

        public Subscription(ChainApi chain, ulong from)
        {
            var http = new DefaultHttpContext { RequestAborted = _client.Token };
            http.Response.Body = _pipe.Writer.AsStream();
            _call = new GrpcCall(http, null, TimeProvider.System);
            var writer = new GrpcStreamWriter<WireBlock>(_call, new GrpcServerOptions());
            var request = new SubscribeRequest { FromHeight = from, IncludeTransactions = true };
            _running = chain.Subscribe(request, writer, _call).AsTask();
        }

        public async Task<WireBlock> NextAsync()
        {
            using var limit = new CancellationTokenSource(Limit);
            var stream = _pipe.Reader.AsStream(leaveOpen: true);
            var head = new byte[GrpcFrame.HeaderSize];
            await stream.ReadExactlyAsync(head, limit.Token);
            var message = new byte[System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(1))];
            await stream.ReadExactlyAsync(message, limit.Token);
            return WireBlock.Parser.ParseFrom(message);
        }

        public async ValueTask DisposeAsync()
        {
            await _client.CancelAsync();
            await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _call.Dispose();
            _client.Dispose();
        }
    }
}
