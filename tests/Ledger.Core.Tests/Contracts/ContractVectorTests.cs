using System.Text.Json.Nodes;
using Ledger.Core.Blocks;
using Ledger.Core.Contracts;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Core.Receipts;
using Ledger.Core.Transactions;
using Ledger.Testing.Builders;

namespace Ledger.Core.Tests.Contracts;

/// <summary>docs/spec/vectors/contracts.json: transactions, outcomes, results and their receipts.</summary>
public sealed class ContractVectorTests
{
    private const string File = "contracts.json";

    private static readonly Genesis Genesis = A.Genesis(
        contracts: new ContractParameters { Engine = Sha256.Instance.Hash("engine"u8) });

    [Fact]
    public void The_vectors_are_current() => SpecVectors.AssertUnchanged(File, Generate());

    [Fact]
    public void The_vectors_hold_when_read_back()
    {
        using var document = SpecVectors.Load(File);
        var root = document.RootElement;
        Assert.True(Genesis.TryDecode(Bytes(root.GetProperty("genesis")), out var genesis, out var error), error);
        Assert.Equal(genesis.Channel.ToString(), root.GetProperty("channel").GetString());
        foreach (var item in root.GetProperty("transactions").EnumerateArray())
        {
            Assert.True(SignedTransaction.TryDecode(
                Bytes(item.GetProperty("transaction")), genesis.Suite.Hash, out var transaction, out _));
            Assert.True(ContractBody.TryDecode(transaction.Content.Body, out _, out _));
            Assert.Equal(item.GetProperty("id").GetString(), transaction.Id.ToString());
        }

        foreach (var item in root.GetProperty("receipts").EnumerateArray())
        {
            var verdict = ResultReceiptVerifier.Verify(Bytes(item.GetProperty("receipt")), genesis);
            Assert.Equal(item.GetProperty("fault").GetString(), SpecVectors.Reason(verdict.Fault));
        }
    }

    private static JsonObject Generate()
    {
        SignedTransaction[] transactions =
        [
            A.Transaction(
                Genesis, "org-a",
                A.Deploy("shop", Genesis.Parameters.Contracts!.Engine, "export function init() {}")),
            A.Transaction(Genesis, "org-b", A.Call("shop", "sell", """{"count":3}""")),
            A.Transaction(Genesis, "org-a", new ContractBody { Action = ContractAction.Freeze, Contract = "shop" }),
        ];
        TransactionResult[] results =
        [
            Result(transactions[0].Id, new ContractOutcome
            {
                Status = ContractStatus.Returned, Value = "null"u8.ToArray(), GasUsed = 1000,
            }),
            Result(transactions[1].Id, new ContractOutcome
            {
                Status = ContractStatus.Failed, Code = "SOLD_OUT", Message = "nothing is left", GasUsed = 500,
            }),
            new TransactionResult(transactions[2].Id, Refusal.Expired, default, 0),
            Result(Sha256.Instance.Hash("scheduled"u8), new ContractOutcome
            {
                Status = ContractStatus.Returned,
                Value = "7"u8.ToArray(),
                GasUsed = 300,
                Events = [new ContractEvent("shop", "sold", """{"count":1}"""u8.ToArray())],
            }),
        ];
        return new JsonObject
        {
            ["format"] = "ledger-vectors/1",
            ["genesis"] = Hex(Genesis.Encoded.Span),
            ["channel"] = Genesis.Channel.ToString(),
            ["transactions"] = new JsonArray([.. transactions.Select(t => new JsonObject
            {
                ["transaction"] = Hex(t.Encoded.Span), ["id"] = t.Id.ToString(),
            })]),
            ["receipts"] = new JsonArray([.. Receipts(results)]),
        };
    }

    private static IEnumerable<JsonObject> Receipts(TransactionResult[] results)
    {
        List<ReadOnlyMemory<byte>> encoded = [.. results.Select(r => (ReadOnlyMemory<byte>)r.Encode())];
        var root = BlockRoots.ResultRoot(Genesis.Suite.Hash, encoded);
        var header = (A.Header(Genesis) with { ResultRoot = root, TransactionCount = 3 }).Encode();
        var good = Enumerable.Range(0, encoded.Count).Select(i => new ResultReceipt
        {
            ResultBytes = encoded[i],
            Position = (uint)i,
            Count = (uint)encoded.Count,
            Path = BlockRoots.ResultPath(Genesis.Suite.Hash, encoded, i),
            HeaderBytes = header,
            CertificateBytes = A.Certificate(header, Genesis.Validators).Encode(),
        }).ToList();
        for (var i = 0; i < good.Count; i++) yield return Case($"result {i}", good[i].Encode());
        yield return Case("another result", (good[1] with { ResultBytes = encoded[0] }).Encode());
        yield return Case("another place", (good[1] with { Position = 0 }).Encode());
        yield return Case("a result that contradicts its outcome", (good[1] with
        {
            ResultBytes = (results[1] with { Refusal = Refusal.None }).Encode(),
        }).Encode());
        yield return Case("too few signers", (good[1] with
        {
            CertificateBytes = A.Certificate(header, Genesis.Validators, signers: 2).Encode(),
        }).Encode());
        yield return Case("a byte too many", [.. good[1].Encode(), 0]);
    }

    private static JsonObject Case(string name, byte[] receipt) => new()
    {
        ["name"] = name,
        ["receipt"] = Hex(receipt),
        ["fault"] = SpecVectors.Reason(ResultReceiptVerifier.Verify(receipt, Genesis).Fault),
    };

    private static TransactionResult Result(Hash256 id, ContractOutcome outcome) => new(
        id, outcome.Status == ContractStatus.Returned ? Refusal.None : Refusal.ContractFailed, default, 0, outcome.Encode());

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    private static byte[] Bytes(System.Text.Json.JsonElement text) => Convert.FromHexString(text.GetString()!);
}
