using System.Runtime.CompilerServices;
using Google.Protobuf;
using Ledger.Client.Transport;
using Ledger.Core.Api.V1;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Grpc;
using Ledger.Core.Merkle;
using Ledger.Core.Portable;
using Ledger.Core.Receipts;
using Ledger.Core.Transactions;
using Block = Ledger.Core.Api.V1.Block;

namespace Ledger.Client.Tests.Fakes;

/// <summary>A node over a <see cref="FakeChain"/> that can be told to fail before or after it did its work.</summary>
internal sealed partial class FakeNode(FakeChain chain, TestChannel channel, string name = "fake") : INodeApi
{
    private int _calls;

    public string Name => name;

    public int Calls => _calls;

    /// <summary>The bytes of each transaction handed in, in order.</summary>
    public List<byte[]> Submitted { get; } = [];

    /// <summary>Called with the method and the number of the call, from 1, before the node does anything.</summary>
    public Action<string, int> Before { get; set; } = (_, _) => { };

    /// <summary>Called likewise when the work is done and the answer is about to be sent.</summary>
    public Action<string, int> After { get; set; } = (_, _) => { };

    /// <summary>Whether a transaction is refused before the node does anything with it.</summary>
    public Func<SignedTransaction, RpcException?> Refuses { get; set; } = _ => null;

    /// <summary>Whether the node refuses what has lapsed by its clock, as real ones do, not only by the chain's.</summary>
    public bool UsesClock { get; set; }

    /// <summary>Whether transactions stay pending instead of being executed.</summary>
    public bool Holds { get; set; }

    /// <summary>How far this node says that it is, when a request asks for a height; it always answers with all.</summary>
    public ulong Certified { get; set; } = ulong.MaxValue;

    /// <summary>Alters what subscribers get.</summary>
    public Func<Block, Block> Tamper { get; set; } = block => block;

    /// <summary>Alters receipts.</summary>
    public Func<Receipt, Receipt> TamperReceipt { get; set; } = receipt => receipt;

    /// <summary>Alters receipts of results.</summary>
    public Func<ResultReceipt, ResultReceipt> TamperResult { get; set; } = receipt => receipt;

    /// <summary>Alters events.</summary>
    public Action<ContractEvents> TamperEvents { get; set; } = _ => { };

    /// <summary>What queries of contracts answer.</summary>
    public QueryContractResponse QueryAnswer { get; set; } = new();

    /// <summary>Alters answers to queries.</summary>
    public Action<QueryEvidenceResponse> TamperQuery { get; set; } = _ => { };

    /// <summary>Alters what the node says of itself.</summary>
    public Action<NodeStatus> TamperStatus { get; set; } = _ => { };

    public static RpcException Fault(GrpcStatusCode code, string? reason = null, TimeSpan? retry = null) =>
        new(new RpcStatus(code, "told to fail", reason, retry));

    public Task<SubmitResponse> SubmitAsync(SubmitRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        Answer("Submit", () =>
        {
            var transaction = Admit(request.Transaction);
            return new SubmitResponse { TransactionId = Bytes(transaction.Id) };
        });

    public Task<TransactionOutcome> SubmitAndWaitAsync(
        SubmitAndWaitRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        Answer("SubmitAndWait", () => Outcome(Admit(request.Transaction).Id, pending: true));

    public Task<TransactionOutcome> GetTransactionAsync(
        GetTransactionRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        Answer("GetTransaction", () =>
        {
            var outcome = Outcome(new Hash256(request.TransactionId.Span), pending: false);
            TamperOutcome(outcome);
            return outcome;
        });

    public Task<GetReceiptResponse> GetReceiptAsync(
        GetReceiptRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        Answer("GetReceipt", () =>
        {
            RequireHeight(request.MinHeight);
            var index = request.WhichCase == GetReceiptRequest.WhichOneofCase.LogIndex
                ? (int)request.LogIndex
                : chain.Leaves.FindIndex(l =>
                    l.Leaf.Id.TransactionId == new Hash256(request.Evidence.TransactionId.Span)
                    && l.Leaf.Id.RecordIndex == request.Evidence.RecordIndex);
            if (index < 0) throw Fault(GrpcStatusCode.NotFound, "NOT_FOUND");
            var receipt = TamperReceipt(chain.Receipt(index));
            return new GetReceiptResponse { Receipt = ByteString.CopyFrom(receipt.Encode()) };
        });

    /// <summary>The validator that this node is, when it attests headers.</summary>
    public ISigner? Validator { get; set; }

    public Task<AttestResponse> AttestAsync(
        AttestRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        Answer("Attest", () =>
        {
            if (Validator is null) throw Fault(GrpcStatusCode.FailedPrecondition, "NOT_VALIDATOR");
            var block = chain.Blocks[(int)request.Height - 1];
            var form = request.Form == AttestRequest.Types.Form.Cose ? AttestationForm.Cose : AttestationForm.Note;
            var key = Validator.PublicKey.Id;
            var digest = AttestationDigest.Of(form, key, block.Header, block.Bytes);
            return new AttestResponse
            {
                Header = ByteString.CopyFrom(block.Bytes),
                KeyId = Bytes(key.Value),
                Signature = ByteString.CopyFrom(((IDigestSigner)Validator).SignDigest(digest.AsSpan())),
            };
        });

    public Task<QueryEvidenceResponse> QueryEvidenceAsync(
        QueryEvidenceRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        Answer("QueryEvidence", () =>
        {
            RequireHeight(request.MinHeight);
            var from = request.Cursor.IsEmpty ? 0 : int.Parse(request.Cursor.ToStringUtf8());
            var size = request.PageSize == 0 ? 100 : (int)request.PageSize;
            var found = chain.Leaves.Select((l, i) => (l, i)).Where(x => Fits(request, x.l.Record)).ToArray();
            var page = new QueryEvidenceResponse();
            page.Evidence.AddRange(found.Skip(from).Take(size).Select(x => new Evidence
            {
                LogIndex = (ulong)x.i,
                Leaf = ByteString.CopyFrom(x.l.Bytes),
                Height = x.l.Height,
            }));
            if (from + size < found.Length) page.NextCursor = ByteString.CopyFromUtf8($"{from + size}");
            TamperQuery(page);
            return page;
        });

    public Task<Block> GetBlockAsync(GetBlockRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        Answer("GetBlock", () =>
        {
            var block = ToBlock(chain.Blocks[(int)request.Height - 1], request.IncludeTransactions);
            TamperBlock(block);
            return block;
        });

    public async IAsyncEnumerable<Block> SubscribeAsync(
        SubscribeRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var i = (int)Math.Max(1, request.FromHeight) - 1; i < chain.Blocks.Count; i++)
        {
            var block = await Answer("Subscribe", () => ToBlock(chain.Blocks[i], request.IncludeTransactions));
            yield return Tamper(block);
        }
    }

    /// <summary>Alters pages of transactions.</summary>
    public Action<ListTransactionsResponse> TamperPage { get; set; } = _ => { };

    // One item a page, though a block here has one and then nothing.
    public Task<ListTransactionsResponse> ListTransactionsAsync(
        ListTransactionsRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        Answer("ListTransactions", () =>
        {
            var block = ToBlock(chain.Blocks[(int)request.Height - 1], withTransactions: true);
            var page = new ListTransactionsResponse { Height = request.Height, FirstPosition = request.FirstPosition };
            page.Items.Add(new ListTransactionsResponse.Types.Item
            {
                Transaction = block.Transactions[0],
                Result = block.Results[0],
            });
            TamperPage(page);
            return page;
        });

    public Task<QueryContractResponse> QueryContractAsync(
        QueryContractRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        Answer("QueryContract", () => QueryAnswer);

    public Task<GetContractResponse> GetContractAsync(
        GetContractRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        Answer<GetContractResponse>("GetContract", () => throw Fault(GrpcStatusCode.NotFound, "NOT_FOUND"));

    public Task<ListContractsResponse> ListContractsAsync(
        ListContractsRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        Answer("ListContracts", () => new ListContractsResponse());

    public Task<GetResultReceiptResponse> GetResultReceiptAsync(
        GetResultReceiptRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        Answer("GetResultReceipt", () => new GetResultReceiptResponse
        {
            Receipt = ByteString.CopyFrom(TamperResult(chain.ResultReceipt(new Hash256(request.Id.Span))).Encode()),
        });

    public async IAsyncEnumerable<ContractEvents> SubscribeEventsAsync(
        SubscribeEventsRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var i = (int)Math.Max(1, request.FromHeight) - 1; i < chain.Blocks.Count; i++)
        {
            var events = await Answer("SubscribeEvents", () => ToEvents(chain.Blocks[i]));
            TamperEvents(events);
            yield return events;
        }
    }

    public Task<GetConsistencyProofResponse> GetConsistencyProofAsync(
        GetConsistencyProofRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        Answer("GetConsistencyProof", () =>
        {
            var head = request.ToHeight == 0 ? chain.Blocks[^1] : chain.Blocks[(int)request.ToHeight - 1];
            var path = LogProofs.Consistency(channel.Suite.Hash, request.FromSize, head.Header.LogSize, chain);
            var answer = new GetConsistencyProofResponse
            {
                FromSize = request.FromSize,
                ToSize = head.Header.LogSize,
                Header = ByteString.CopyFrom(head.Bytes),
                Certificate = ByteString.CopyFrom(head.Certificate.Encode()),
            };
            answer.Path.AddRange(path.Select(Bytes));
            TamperConsistency(answer);
            return answer;
        });

    public Task<GetStateProofResponse> GetStateProofAsync(
        GetStateProofRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        Answer("GetStateProof", () =>
        {
            RequireHeight(request.MinHeight);
            var (proof, value) = chain.Prove(request.Namespace, request.Key.Span);
            return new GetStateProofResponse
            {
                Proof = ByteString.CopyFrom(proof.ToArray()),
                Present = value is not null,
                Value = ByteString.CopyFrom(value ?? []),
                Header = ByteString.CopyFrom(chain.Blocks[^1].Bytes),
                Certificate = ByteString.CopyFrom(chain.Blocks[^1].Certificate.Encode()),
            };
        });

    public Task<GetEpochChangesResponse> GetEpochChangesAsync(
        GetEpochChangesRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        Answer("GetEpochChanges", () => new GetEpochChangesResponse());

    public Task<NodeStatus> GetStatusAsync(
        GetStatusRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        Answer("GetStatus", () =>
        {
            var status = new NodeStatus
            {
                Height = (ulong)chain.Blocks.Count,
                CertifiedHeight = (ulong)chain.Blocks.Count,
                CertifiedTimeMs = chain.HeadTime.UnixMilliseconds,
                Ready = true,
            };
            TamperStatus(status);
            return status;
        });

    public void Dispose()
    {
    }

    private static bool Fits(QueryEvidenceRequest request, Core.Evidence.EvidenceRecord record) => request.ByCase switch
    {
        QueryEvidenceRequest.ByOneofCase.Subject => record.Subject == request.Subject,
        QueryEvidenceRequest.ByOneofCase.Actor => record.Actor == request.Actor,
        QueryEvidenceRequest.ByOneofCase.Type => record.Type == request.Type,
        _ => record.Digests.Any(d => d.Value.Span.SequenceEqual(request.Digest.Span)),
    };

    private static ByteString Bytes(Hash256 hash) => ByteString.CopyFrom(hash.AsSpan());

    private static ContractEvents ToEvents(FakeBlock block)
    {
        var events = new ContractEvents
        {
            Height = block.Header.Height.Value,
            Header = ByteString.CopyFrom(block.Bytes),
            Certificate = ByteString.CopyFrom(block.Certificate.Encode()),
            ResultCount = 1,
        };
        events.Results.Add(new ContractEvents.Types.Result { Result_ = ByteString.CopyFrom(block.Result.Encode()) });
        return events;
    }

    private static Block ToBlock(FakeBlock block, bool withTransactions)
    {
        var answer = new Block
        {
            Height = block.Header.Height.Value,
            Header = ByteString.CopyFrom(block.Bytes),
            Certificate = ByteString.CopyFrom(block.Certificate.Encode()),
        };
        if (!withTransactions) return answer;
        answer.Transactions.Add(ByteString.CopyFrom(block.Transaction.Encoded.Span));
        answer.Results.Add(ByteString.CopyFrom(block.Result.Encode()));
        return answer;
    }

    private void RequireHeight(ulong asked)
    {
        if (asked > Certified) throw Fault(GrpcStatusCode.Unavailable, "BEHIND");
    }

    private async Task<T> Answer<T>(string method, Func<T> work)
    {
        await Task.Yield();
        var call = Interlocked.Increment(ref _calls);
        Before(method, call);
        T answer;
        lock (chain) answer = work();
        After(method, call);
        return answer;
    }

    private SignedTransaction Admit(ByteString encoded)
    {
        lock (Submitted) Submitted.Add(encoded.ToByteArray());
        Assert.True(SignedTransaction.TryDecode(encoded.ToByteArray(), channel.Suite.Hash, out var transaction, out _));
        Assert.True(transaction.IsSignedBy(channel.Client.PublicKey, channel.Suite));
        if (chain.Find(transaction.Id) is not null) return transaction;
        if (Refuses(transaction) is { } refusal) throw refusal;
        var now = UsesClock ? chain.Now : chain.HeadTime;
        if (now > transaction.Content.ValidUntil) throw Fault(GrpcStatusCode.FailedPrecondition, "EXPIRED");
        if (!Holds) chain.Execute(transaction);
        return transaction;
    }

    private TransactionOutcome Outcome(Hash256 id, bool pending)
    {
        var outcome = new TransactionOutcome { TransactionId = Bytes(id) };
        if (chain.Find(id) is not { } found)
        {
            outcome.State = pending ? TransactionOutcome.Types.State.Pending : TransactionOutcome.Types.State.Unknown;
            return outcome;
        }

        outcome.State = found.Result.Succeeded
            ? TransactionOutcome.Types.State.Committed
            : TransactionOutcome.Types.State.Failed;
        outcome.Height = found.Block.Header.Height.Value;
        outcome.TimeMs = found.Block.Header.Time.UnixMilliseconds;
        outcome.FirstLeaf = found.Result.FirstLeaf.Value;
        outcome.LeafCount = found.Result.LeafCount;
        outcome.ContractOutcome = ByteString.CopyFrom(found.Result.ContractOutcome.Span);
        if (!found.Result.Succeeded) outcome.Reason = found.Result.Refusal.WireName();
        return outcome;
    }
}
