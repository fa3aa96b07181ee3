using System.Text;
using Ledger.Core.Blocks;
using Ledger.Core.Contracts;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Membership;
using Ledger.Core.Merkle;
using Ledger.Core.State;
using Ledger.Core.Transactions;
using Ledger.Node.Execution;
using Ledger.Node.Tests.Support;
using Ledger.Storage;
using Ledger.Storage.Verify;
using Ledger.Testing.Builders;

namespace Ledger.Node.Tests.Contracts;

public sealed class ContractExecutionTests : IDisposable
{
    private readonly TestLedger _ledger = new(
        A.Genesis(contracts: CounterRuntime.Parameters), contracts: new CounterRuntime());

    private ulong _made;

    private Genesis Genesis => _ledger.Genesis;

    public void Dispose() => _ledger.Dispose();

    [Fact]
    public void A_call_sees_what_the_calls_before_it_in_the_block_did()
    {
        var block = _ledger.Execute(Deploy("shop"), Call("shop", "add", "2"), Call("shop", "add", "3"));

        Assert.Equal(["null", "2", "5"], Outcomes(block).Select(o => Text(o.Value)));
        Assert.Equal("5", State("contract/shop", "count"));
        Assert.Equal(1, block.Commit.StateWrites.Count(w => w.Namespace == "contract/shop"));
        Assert.Equal("5", Text(Outcomes(block)[2].Events[0].Payload));
    }

    [Fact]
    public void A_call_sees_what_blocks_before_did_and_the_state_root_covers_it()
    {
        _ledger.Execute(Deploy("shop"), Call("shop", "add", "2"));
        var block = _ledger.Execute(Call("shop", "add", "40"));

        var hash = Genesis.Suite.Hash;
        var path = StateHash.PathOf(hash, "contract/shop", "count"u8);
        var proof = new StateTree(hash).Prove(block.Commit.Block.Header.StateRoot, _ledger.Store.Live.State, path);
        var value = StateHash.ValueHashOf(hash, "42"u8);
        Assert.Equal(
            StateProofVerdict.Valid, proof.VerifyPresence(hash, block.Commit.Block.Header.StateRoot, path, value));
    }

    [Fact]
    public void What_failed_leaves_its_outcome_and_nothing_else()
    {
        _ledger.Execute(Deploy("shop"));
        var before = _ledger.Executor.Head.StateRoot;

        var block = _ledger.Execute(Call("shop", "fail"), Call("shop", "burn", gas: 77), Call("nowhere", "add", "1"));

        Assert.All(block.Commit.Block.Results, r => Assert.Equal(Refusal.ContractFailed, r.Refusal));
        Assert.Equal(
            [ContractStatus.Failed, ContractStatus.OutOfGas, ContractStatus.Refused],
            Outcomes(block).Select(o => o.Status));
        Assert.Equal([50UL, 77UL, 0UL], Outcomes(block).Select(o => o.GasUsed));
        Assert.Equal("NO_SUCH_CONTRACT", Outcomes(block)[2].Code);
        Assert.Equal(before, block.Commit.Block.Header.StateRoot);
        Assert.Empty(block.Commit.Leaves);
    }

    [Theory]
    [InlineData("huge", "OUTCOME_TOO_LARGE")]
    [InlineData("invalid", "RECORD_INVALID")]
    public void What_breaks_a_rule_of_the_format_takes_no_effect(string function, string code)
    {
        _ledger.Execute(Deploy("shop"), Call("shop", "add", "1"));

        var block = _ledger.Execute(Call("shop", function));

        var outcome = Assert.Single(Outcomes(block));
        Assert.Equal((ContractStatus.Failed, code), (outcome.Status, outcome.Code));
        Assert.Equal("1", State("contract/shop", "count"));
        Assert.Empty(block.Commit.Leaves);
    }

    [Fact]
    public void A_record_that_a_contract_appends_is_a_leaf_of_its_transaction_and_visible_in_the_same_block()
    {
        var anchor = Call("shop", "anchor", "\"order-9\"", member: "org-b");
        var block = _ledger.Execute(
            Deploy("shop"), A.Transaction(Genesis, "org-a", A.Record("order-9")), anchor,
            Call("shop", "find", "\"order-9\""));

        Assert.Equal("[0,1]", Text(Outcomes(block)[2].Value));
        var result = block.Commit.Block.Results[2];
        Assert.Equal((new LogIndex(1), 1U), (result.FirstLeaf, result.LeafCount));
        var leaf = _ledger.Store.Live.Evidence.Leaf(new EvidenceId(anchor.Id, 0))!;
        Assert.Equal(("org-b", 2UL), (leaf.Leaf.Member, leaf.Leaf.SubjectSequence));
        Assert.Equal(A.ClientSigner("org-b").PublicKey.Id, leaf.Leaf.Sender);
        Assert.Equal(block.Commit.Leaves[1].Hash, leaf.Hash);
    }

    [Fact]
    public void What_is_due_runs_before_the_transactions_and_its_result_stands_behind_theirs()
    {
        _ledger.Execute(Deploy("shop"), Call("shop", "at", At(2)));
        Assert.Equal(At(2), _ledger.Executor.NextDue()!.Value.UnixMilliseconds.ToString());

        var block = _ledger.Execute(Call("shop", "add", "1"));

        Assert.Equal(2, block.Commit.Block.Results.Count);
        Assert.Equal(1U, block.Commit.Block.Header.TransactionCount);
        Assert.Equal(["101", "100"], Outcomes(block).Select(o => Text(o.Value)));
        Assert.Null(_ledger.Executor.NextDue());
        var id = block.Commit.Block.Results[1].TransactionId;
        var stored = _ledger.Store.Live.Blocks.Transaction(id)!;
        Assert.Null(stored.Transaction);
        Assert.Equal(block.Commit.Block.Results[1], stored.Result);
        Assert.Equal(block.Commit.Block.Results, _ledger.Store.Live.Blocks.Block(block.Commit.Block.Header.Height)!.Results);
    }

    [Fact]
    public void A_block_runs_a_bounded_number_of_due_calls_and_the_rest_stays_due()
    {
        _ledger.Execute(Deploy("shop"));
        _ledger.Execute([
            .. Enumerable.Range(0, 70).Select(i => Call("shop", "at", $"{A.Start.UnixMilliseconds + (ulong)i}")),
        ]);

        var block = _ledger.Execute();

        Assert.Equal(64, block.Commit.Block.Results.Count);
        Assert.Equal(A.Start.UnixMilliseconds + 64, _ledger.Executor.NextDue()!.Value.UnixMilliseconds);
        Assert.Equal(6, _ledger.Execute().Commit.Block.Results.Count);
        Assert.Null(_ledger.Executor.NextDue());
    }

    [Fact]
    public void Results_that_are_not_transactions_verify_and_are_indexed_again()
    {
        _ledger.Execute(Deploy("shop"), Call("shop", "at", At(2)), Call("shop", "anchor", "\"a\""));
        _ledger.Execute(
            Call("shop", "anchor", "\"a\""), A.Transaction(Genesis, "org-a", A.Record("a")), Call("shop", "fail"));
        var scheduled = _ledger.Store.Live.Blocks.Block(new BlockHeight(2))!.Results[^1].TransactionId;
        var path = _ledger.CloseStore();

        Reindexer.Run(new StorageOptions { Path = path }, Genesis);
        var report = DatabaseVerifier.Verify(new VerifyOptions { Path = path }, Genesis);

        Assert.Empty(report.Findings);
        using var store = LedgerStore.Open(new StorageOptions { Path = path }, Genesis);
        Assert.Equal(3U, store.Live.Blocks.Find(scheduled)!.Value.Position);
        Assert.Equal(3, store.Live.Evidence.Query(new() { Subject = "a" }, new()).Leaves.Count);
    }

    [Fact]
    public void P21_two_executors_make_equal_bytes_of_contract_transactions()
    {
        using var other = new TestLedger(Genesis, contracts: new CounterRuntime());
        SignedTransaction[][] blocks =
        [
            [Deploy("shop"), Deploy("bank"), Call("bank", "add", "5"), Call("shop", "at", At(2))],
            [Call("bank", "add", "-5"), Call("shop", "anchor", "\"x\""), Call("shop", "fail")],
        ];
        foreach (var block in blocks)
        {
            Assert.Equal(_ledger.Execute(block).HeaderBytes.ToArray(), other.Execute(block).HeaderBytes.ToArray());
        }
    }

    [Fact]
    public void P21_an_executor_with_another_contract_differs_in_that_key()
    {
        using var other = new TestLedger(Genesis, contracts: new CounterRuntime { Bias = 1 });
        SignedTransaction[] transactions = [Deploy("shop"), Call("shop", "add", "5")];
        var (honest, wrong) = (_ledger.Execute(transactions), other.Execute(transactions));

        var difference = DivergenceReport.Compare(
            ExecutionRecord.Of(wrong.Commit), ExecutionRecord.Of(honest.Commit), [.. transactions.Select(t => t.Id)]);

        Assert.Contains("transaction 1 (", difference, StringComparison.Ordinal);
        Assert.Contains("key contract/shop/count: own 36, theirs 35", difference, StringComparison.Ordinal);
    }

    [Fact]
    public void A_channel_with_contracts_needs_a_runtime()
    {
        var thrown = Assert.Throws<ArgumentException>(() => new TestLedger(Genesis));

        Assert.Equal("contracts", thrown.ParamName);
    }

    [Fact]
    public void Contract_transactions_are_refused_where_there_are_no_contracts()
    {
        using var plain = new TestLedger();

        var verdict = plain.Rules.TryDecode(
            A.Transaction(plain.Genesis, "org-a", A.Call("shop", "add", "1")).Encoded, out _);

        Assert.Equal(Refusal.UnknownKind, verdict.Refusal);
    }

    [Theory]
    [InlineData(1_000_000_000, Refusal.None)]
    [InlineData(1_000_000_001, Refusal.InvalidField)]
    public void A_call_declares_no_more_gas_than_the_channel_allows(ulong gas, Refusal refusal)
    {
        var verdict = _ledger.Rules.TryDecode(Call("shop", "add", "1", gas).Encoded, out _);

        Assert.Equal(refusal, verdict.Refusal);
    }

    private static string At(ulong height) => (A.Start.UnixMilliseconds + (1000 * height)).ToString();

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    private static List<ContractOutcome> Outcomes(ExecutedBlock block) =>
        [.. block.Commit.Block.Results.Select(r => r.Outcome).Where(o => o is not null).Select(o => o!)];

    private string? State(string space, string key) =>
        _ledger.Store.Live.State.Get(space, Encoding.UTF8.GetBytes(key)) is { } value ? Encoding.UTF8.GetString(value) : null;

    private SignedTransaction Deploy(string contract) =>
        Send(A.Deploy(contract, CounterRuntime.Engine, "counter"), "org-a");

    private SignedTransaction Call(
        string contract, string function, string arguments = "null", ulong gas = 10_000_000, string member = "org-a") =>
        Send(A.Call(contract, function, arguments, gas), member);

    // Each another transaction: the time differs.
    private SignedTransaction Send(ContractBody body, string member) =>
        A.Transaction(Genesis, member, body, new Timestamp(A.Start.UnixMilliseconds + ++_made));
}
