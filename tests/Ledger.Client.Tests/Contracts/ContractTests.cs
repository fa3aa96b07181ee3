using System.Text;
using Google.Protobuf;
using Ledger.Client.Contracts;
using Ledger.Client.Submit;
using Ledger.Client.Tests.Fakes;
using Ledger.Core.Api.V1;
using Ledger.Core.Blocks;
using Ledger.Core.Contracts;
using Ledger.Core.Crypto;
using Ledger.Core.Grpc;
using Ledger.Core.Membership;
using Ledger.Core.Transactions;

namespace Ledger.Client.Tests.Contracts;

public sealed class ContractTests : IDisposable
{
    private static readonly Hash256 Engine = Sha256.Instance.Hash("engine"u8);

    private readonly TestChannel _channel = new(
        parameters: new ChannelParameters { Contracts = new ContractParameters { Engine = Engine } });

    private readonly FakeChain _chain;
    private readonly FakeNode[] _nodes;
    private readonly LedgerClient _client;

    public ContractTests()
    {
        var time = new ManualTime();
        _chain = new FakeChain(_channel, time) { Contract = Execute };
        _nodes = [new FakeNode(_chain, _channel, "a"), new FakeNode(_chain, _channel, "b")];
        _client = new LedgerClient(_channel.Options(time), _nodes);
    }

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task A_deployment_names_the_channels_engine()
    {
        await _client.DeployAsync("shop", "export function init() {}", "{}");

        Assert.True(ContractBody.TryDecode(_chain.Blocks[0].Transaction.Content.Body, out var body, out _));
        Assert.Equal((ContractAction.Deploy, Engine), (body.Action, body.Engine!.Value));
    }

    [Fact]
    public async Task A_call_gives_what_it_returned()
    {
        var result = await _client.CallAsync("shop", "sell", """{"price":7}""");

        Assert.Equal("""{"price":7}""", result.Value);
        Assert.Equal(1UL, result.Transaction.Height.Value);
        Assert.Equal(33UL, result.Outcome.GasUsed);
    }

    [Fact]
    public async Task A_failed_call_is_an_exception_with_its_code_and_place()
    {
        var failed = await Assert.ThrowsAsync<ContractFailedException>(() => _client.CallAsync("shop", "fail"));

        Assert.Equal("SOLD_OUT", failed.Code);
        Assert.Equal("the contract failed: SOLD_OUT: nothing is left", failed.Message);
        Assert.Equal(AnchorState.Failed, failed.Transaction!.State);
        Assert.Equal(1UL, failed.Transaction.Height.Value);
    }

    [Fact]
    public async Task A_call_that_no_block_took_is_no_failure_of_the_contract()
    {
        foreach (var node in _nodes)
            node.Before = (_, _) => throw FakeNode.Fault(GrpcStatusCode.InvalidArgument, "INVALID_FIELD");

        var refused = await Assert.ThrowsAsync<ContractNotExecutedException>(() => _client.CallAsync("shop", "sell"));

        Assert.Equal(AnchorState.Refused, refused.Transaction.State);
        Assert.Equal("INVALID_FIELD", refused.Transaction.Reason);
    }

    [Fact]
    public void A_body_that_breaks_its_format_is_not_signed()
    {
        var body = new ContractBody { Action = ContractAction.Freeze, Contract = "Not a name" };

        Assert.Throws<ArgumentException>(() => _client.Sign(body));
    }

    [Fact]
    public async Task Freezing_unfreezing_and_retiring_are_transactions()
    {
        await _client.FreezeAsync("shop");
        await _client.UnfreezeAsync("shop");
        await _client.RetireAsync("shop");

        Assert.Equal(
            [ContractAction.Freeze, ContractAction.Unfreeze, ContractAction.Retire],
            _chain.Blocks.Select(
                b => ContractBody.TryDecode(b.Transaction.Content.Body, out var body, out _) ? body.Action : 0));
    }

    [Fact]
    public async Task A_query_gives_value_height_and_time()
    {
        var outcome = new ContractOutcome { Status = ContractStatus.Returned, Value = "42"u8.ToArray() };
        foreach (var node in _nodes)
        {
            node.QueryAnswer = new QueryContractResponse
            {
                Outcome = ByteString.CopyFrom(outcome.Encode()), Height = 9, TimeMs = 1000,
            };
        }

        var answer = await _client.QueryAsync("shop", "left");

        Assert.Equal(("42", 9UL, 1000UL), (answer.Value, answer.Height.Value, answer.Time.UnixMilliseconds));
    }

    [Fact]
    public async Task A_result_receipt_is_verified_and_kept()
    {
        var result = await _client.CallAsync("shop", "sell");

        var receipt = await _client.GetResultReceiptAsync(result.Transaction.Transaction.Id);

        Assert.Equal(result.Outcome.Encode(), receipt.Content.Outcome!.Encode());
        Assert.Equal(1UL, receipt.Content.Header.Height.Value);
    }

    [Fact]
    public async Task A_result_receipt_with_another_result_does_not_hold()
    {
        var result = await _client.CallAsync("shop", "sell");
        var id = result.Transaction.Transaction.Id;
        foreach (var node in _nodes)
        {
            node.TamperResult = receipt => receipt with
            {
                ResultBytes = new TransactionResult(id, Refusal.None, default, 0).Encode(),
            };
        }

        var thrown = await Assert.ThrowsAsync<LedgerIntegrityException>(() => _client.GetResultReceiptAsync(id));

        Assert.Contains("InclusionInvalid", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_result_receipt_of_another_transaction_is_refused()
    {
        var one = await _client.CallAsync("shop", "sell", "1");
        var two = await _client.CallAsync("shop", "sell", "2");
        foreach (var node in _nodes) node.TamperResult = _ => _chain.ResultReceipt(one.Transaction.Transaction.Id);

        var thrown = await Assert.ThrowsAsync<LedgerIntegrityException>(
            () => _client.GetResultReceiptAsync(two.Transaction.Transaction.Id));

        Assert.Contains("another result", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task P23_every_event_comes_once_and_in_order_though_connections_break()
    {
        for (var i = 0; i < 6; i++) await _client.CallAsync("shop", "sell", $"{i}");
        foreach (var node in _nodes)
        {
            node.Before = (_, call) =>
            {
                if (call % 3 == 0) throw FakeNode.Fault(GrpcStatusCode.Unavailable);
            };
        }

        var events = await _client.SubscribeEventsAsync().Take(6).ToListAsync();

        Assert.Equal(["0", "1", "2", "3", "4", "5"], events.Select(e => e.Payload));
        Assert.Equal(Enumerable.Range(1, 6).Select(i => (ulong)i), events.Select(e => e.Block.Header.Height.Value));
    }

    [Fact]
    public async Task Events_resume_at_a_height_and_are_filtered_here_too()
    {
        for (var i = 0; i < 3; i++) await _client.CallAsync(i == 1 ? "bank" : "shop", "sell", $"{i}");

        var shop = await _client.SubscribeEventsAsync(new BlockHeight(2), new ContractEventFilter("shop")).FirstAsync();

        Assert.Equal("2", shop.Payload);
    }

    [Fact]
    public async Task P23_events_that_are_not_part_of_a_certified_block_are_refused()
    {
        var sold = await _client.CallAsync("shop", "sell", "1");
        var forged = sold.Outcome with { Events = [new ContractEvent("shop", "sold", "1000000"u8.ToArray())] };
        foreach (var node in _nodes)
        {
            node.TamperEvents = events => events.Results[0].Result_ = ByteString.CopyFrom(
                new TransactionResult(sold.Transaction.Transaction.Id, Refusal.None, default, 0, forged.Encode()).Encode());
        }

        await Assert.ThrowsAsync<LedgerIntegrityException>(
            async () => await _client.SubscribeEventsAsync().FirstAsync());
    }

    private static ContractOutcome Execute(SignedTransaction transaction)
    {
        Assert.True(ContractBody.TryDecode(transaction.Content.Body, out var body, out _));
        if (body.Function == "fail")
        {
            return new ContractOutcome
            {
                Status = ContractStatus.Failed, Code = "SOLD_OUT", Message = "nothing is left", GasUsed = 5,
            };
        }

        return new ContractOutcome
        {
            Status = ContractStatus.Returned,
            Value = body.Arguments.IsEmpty ? Encoding.UTF8.GetBytes("null") : body.Arguments,
            GasUsed = 33,
            Events = [new ContractEvent(body.Contract, "sold", body.Arguments)],
        };
    }
}
