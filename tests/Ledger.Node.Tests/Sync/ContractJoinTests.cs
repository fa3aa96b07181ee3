using Google.Protobuf;
using Ledger.Contracts.Runtime;
using Ledger.Core.Api.V1;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Receipts;
using Ledger.Core.Transactions;
using Ledger.Node.Admission;
using Ledger.Node.Api;
using Ledger.Node.Api.Grpc;
using Ledger.Node.Execution;
using Ledger.Node.Hosting;
using Ledger.Node.Tests.Support;
using Ledger.Storage;
using Ledger.Storage.Verify;
using Ledger.Testing.Builders;
using Microsoft.AspNetCore.Http;

namespace Ledger.Node.Tests.Sync;

/// <summary>
/// On a channel with contracts a node that joined from a snapshot answers what contracts ask, and what clients ask of
/// evidence, as the others do.
/// </summary>
public sealed class ContractJoinTests : IDisposable
{
    private const int Blocks = 30;
    private const int Subjects = 4;

    private readonly TestLedger _source =
        new(A.Genesis(contracts: CounterRuntime.Parameters), contracts: new CounterRuntime());

    private readonly JoinScene _scene;
    private int _made;

    public ContractJoinTests()
    {
        _source.Add(Contract(A.Deploy("shop", CounterRuntime.Engine, "export {};")));
        for (var i = 0; i < Blocks; i++) _source.Add(Evidence(i), Contract(A.Call("shop", "anchor", $"\"order-{i % 3}\"")));
        // On the chain, and without a leaf.
        _source.Add(Contract(A.Call("shop", "fail")));
        _scene = new JoinScene(_source, rangeLeaves: 7);
        _scene.Start();
        _scene.Run(a => _scene.Answer(a, _scene.Honest(a)));
        Assert.True(_scene.IsWhole);
    }

    public void Dispose()
    {
        _scene.Dispose();
        _source.Dispose();
    }

    [Fact]
    public void What_contracts_ask_has_the_answer_that_it_has_where_every_block_was_executed()
    {
        var whole = new StoredContractLedger(_source.Store.Live, _source.Members);
        var joined = new StoredContractLedger(_scene.Store.Live, _source.Members);
        var size = _source.Store.Watermark!.LogSize;
        Assert.Equal(3UL * Blocks, size);

        var digests = new HashSet<string>();
        for (var index = 0UL; index < size; index++)
        {
            var leaf = _source.Store.Live.Evidence.Leaf(new LogIndex(index))!;
            Same(whole.Evidence(leaf.Leaf.Id), joined.Evidence(leaf.Leaf.Id));
            foreach (var digest in leaf.Record.Digests) digests.Add(Convert.ToHexString(digest.Value.Span));
        }

        foreach (var digest in digests.Select(Convert.FromHexString).Append(new byte[32]))
        {
            for (var from = 0UL; from <= size; from += 9)
                Same(whole.EvidenceByDigest(digest, from, 20), joined.EvidenceByDigest(digest, from, 20));
        }

        for (var subject = 0; subject <= Subjects; subject++)
        {
            for (var after = 0UL; after < size; after += 2)
                Same(whole.Timeline($"order-{subject}", after, 5), joined.Timeline($"order-{subject}", after, 5));
        }

        // What is on the chain and has no leaf, what is on no chain, and a place that a transaction does not have.
        foreach (var block in _source.Store.Live.Blocks.Block(new BlockHeight(Blocks + 2))!.Transactions)
            Assert.Null(joined.Evidence(new EvidenceId(block.Id, 0)));
        Assert.Null(joined.Evidence(new EvidenceId(Hash256.Zero, 0)));
        var last = _source.Store.Live.Evidence.Leaf(new LogIndex(1))!.Leaf.Id;
        Assert.Null(joined.Evidence(last with { RecordIndex = 2 }));
    }

    [Fact]
    public void Blocks_after_the_snapshot_whose_calls_read_old_evidence_come_to_the_same_headers()
    {
        var members = new MemberDirectory(_source.Genesis.Members);
        var store = _scene.Store;
        var head = store.Live.Blocks.Header(store.Watermark!.Height)!;
        var executor = new BlockExecutor(
            _source.Genesis, _source.Rules, new StoredState(store, members), head.Header, head.Hash, Recovery.Log(store),
            new CounterRuntime());
        for (var i = 0; i < 4; i++)
        {
            SignedTransaction[] transactions =
            [
                Contract(A.Call("shop", "find", $"\"order-{i}\"")), Evidence(i),
                Contract(A.Call("shop", "anchor", "\"order-1\"")),
            ];
            var expected = _source.Add(transactions);
            var executed = executor.Execute(new ProposedBlock(
                expected.Commit.Block.Header.Height, expected.Commit.Block.Header.Time, executor.Validators.Epoch,
                new ValidatorIndex(0), [.. transactions.Select(_source.Check)]));
            store.Commit(executed.Commit);
            executor.Advance(executed);

            Assert.Equal(expected.Commit.Block.Hash, executed.Commit.Block.Hash);
        }

        _scene.CloseStore();
        var report = DatabaseVerifier.Verify(new VerifyOptions { Path = _scene.Path }, _source.Genesis);
        Assert.Empty(report.Findings);
        Assert.Equal(_source.Store.Watermark!.LogSize, report.Leaves);
    }

    [Fact]
    public async Task Old_evidence_is_shown_and_its_receipts_verify()
    {
        var (store, size) = (_scene.Store, _source.Store.Watermark!.LogSize);
        var view = new ChainView(store, _source.Members, Recovery.CertifiedHead(store), store.Watermark!.Height);
        var evidence = new EvidenceApi(store, view, new EpochEnds(store));
        var chain = new ChainApi(store, view, new EpochEnds(store));
        using var call = new GrpcCall(new DefaultHttpContext(), TestCluster.Limit, TimeProvider.System);

        for (var index = 0UL; index < size; index += 7)
        {
            var answer = await evidence.GetReceipt(new GetReceiptRequest { LogIndex = index }, call);
            Assert.True(answer.Status.IsOk, answer.Status.ToString());
            var verdict = ReceiptVerifier.Verify(answer.Value!.Receipt.ToByteArray(), _source.Genesis);
            Assert.True(verdict.IsValid, verdict.Detail);
            Assert.Equal(store.Base, verdict.Content.Header.Height);
            var id = verdict.Content.Leaf.Id;
            var byId = await evidence.GetEvidence(
                new GetEvidenceRequest
                {
                    Evidence = new EvidenceRef
                    {
                        TransactionId = ByteString.CopyFrom(id.TransactionId.AsSpan()), RecordIndex = id.RecordIndex,
                    },
                },
                call);
            Assert.Equal((index, 0UL), (byId.Value!.LogIndex, byId.Value.Height));
        }

        var timeline = await evidence.QueryEvidence(new QueryEvidenceRequest { Subject = "order-1" }, call);
        var whole = _source.Store.Live.Evidence.Query(
            new Storage.Evidence.EvidenceFilter { Subject = "order-1" }, new Storage.Evidence.LeafRange());
        Assert.Equal(whole.Leaves.Select(l => l.Index.Value), timeline.Value!.Evidence.Select(e => e.LogIndex));
        Assert.True((await chain.GetConsistencyProof(new GetConsistencyProofRequest { FromSize = 5 }, call)).Status.IsOk);
        // Blocks it does not have, and says so.
        Assert.Equal("BEFORE_HISTORY", (await chain.GetBlock(new GetBlockRequest { Height = 3 }, call)).Status.Reason);
    }

    private static void Same(ContractLeaf? expected, ContractLeaf? found)
    {
        Assert.NotNull(expected);
        Same([expected.Value], found is { } leaf ? [leaf] : []);
    }

    private static void Same(IReadOnlyList<ContractLeaf> expected, IReadOnlyList<ContractLeaf> found)
    {
        Assert.Equal(expected.Select(l => l.Index), found.Select(l => l.Index));
        Assert.Equal(
            expected.Select(l => Convert.ToHexString(l.Leaf.Encode())),
            found.Select(l => Convert.ToHexString(l.Leaf.Encode())));
        Assert.Equal(expected.Select(l => l.Record.Subject), found.Select(l => l.Record.Subject));
    }

    private SignedTransaction Evidence(int number)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes($"{number % 5}");
        var own = A.Record($"order-{number % Subjects}") with
        {
            Digests = [new EvidenceDigest("sha-256", Sha256.Instance.Hash(bytes).ToArray())],
            OccurredAt = new Timestamp(A.Start.UnixMilliseconds + (ulong)++_made),
        };
        return A.Transaction(_source.Genesis, "org-b", own, A.Record($"order-{number % 2}"));
    }

    private SignedTransaction Contract(Core.Contracts.ContractBody body) => A.Transaction(
        _source.Genesis, "org-a", body, new Timestamp(A.Start.UnixMilliseconds + (ulong)++_made));
}
