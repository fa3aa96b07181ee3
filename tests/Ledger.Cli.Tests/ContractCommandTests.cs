using Ledger.Client.Tests.Fakes;
using Ledger.Core.Api.V1;
using Ledger.Core.Contracts;
using Ledger.Core.Grpc;
using Ledger.Core.Transactions;

namespace Ledger.Cli.Tests;

public sealed class ContractCommandTests
{
    private readonly CliFixture _cli = new();

    public ContractCommandTests() => _cli.Chain.Contract = Execute;

    [Fact]
    public async Task A_deployment_carries_source_schema_and_argument()
    {
        File.WriteAllText(_cli.PathOf("shop.js"), "export function init() {}");
        File.WriteAllText(_cli.PathOf("shop.json"), "{}");

        var code = await _cli.RunAsync(
            "contract", "deploy", "shop", "--source", "shop.js", "--schema", "shop.json", "--args", "[1]", "--json");

        Assert.Equal((ExitCodes.Ok, ""), (code, _cli.Error));
        Assert.True(ContractBody.TryDecode(_cli.Chain.Blocks[0].Transaction.Content.Body, out var body, out _));
        Assert.Equal(ContractAction.Deploy, body.Action);
        Assert.Equal("export function init() {}"u8.ToArray(), body.Source.ToArray());
        Assert.Equal("[1]"u8.ToArray(), body.Arguments.ToArray());
        Assert.Equal(1UL, _cli.Json.GetProperty("height").GetUInt64());
    }

    [Fact]
    public async Task A_call_says_value_event_and_gas()
    {
        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync("contract", "call", "shop", "sell", """{"count":3}"""));

        Assert.Contains("""returned      {"count":3}""", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("""shop.sold {"count":3}""", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("gas           1,234", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_contract_that_fails_has_its_own_exit_code_and_message()
    {
        Assert.Equal(ExitCodes.ContractFailed, await _cli.RunAsync("contract", "call", "shop", "fail"));

        Assert.Contains("SOLD_OUT: nothing is left", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_transaction_that_is_refused_is_no_failure_of_the_contract()
    {
        _cli.Node.Before = (_, _) => throw FakeNode.Fault(GrpcStatusCode.InvalidArgument, "INVALID_FIELD");

        Assert.Equal(ExitCodes.Refused, await _cli.RunAsync("contract", "call", "shop", "sell"));
    }

    [Fact]
    public async Task An_argument_that_is_no_json_is_refused_before_anything_is_sent()
    {
        Assert.Equal(ExitCodes.Usage, await _cli.RunAsync("contract", "call", "shop", "sell", "{count:3}"));

        Assert.Empty(_cli.Chain.Blocks);
    }

    [Theory]
    [InlineData("freeze", ContractAction.Freeze)]
    [InlineData("unfreeze", ContractAction.Unfreeze)]
    [InlineData("retire", ContractAction.Retire)]
    public async Task Whether_it_can_be_called_changes_by_a_transaction(string verb, ContractAction action)
    {
        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync("contract", verb, "shop"));

        Assert.True(ContractBody.TryDecode(_cli.Chain.Blocks[0].Transaction.Content.Body, out var body, out _));
        Assert.Equal(action, body.Action);
    }

    [Fact]
    public async Task A_query_says_what_it_returned_and_as_of_when()
    {
        var outcome = new ContractOutcome { Status = ContractStatus.Returned, Value = "42"u8.ToArray() };
        _cli.Node.QueryAnswer = new QueryContractResponse
        {
            Outcome = Google.Protobuf.ByteString.CopyFrom(outcome.Encode()), Height = 9, TimeMs = 1000,
        };

        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync("contract", "query", "shop", "left", "--json"));

        Assert.Equal(42, _cli.Json.GetProperty("value").GetInt32());
        Assert.Equal(9UL, _cli.Json.GetProperty("height").GetUInt64());
    }

    [Fact]
    public async Task Events_are_shown_until_the_limit()
    {
        for (var i = 0; i < 3; i++) await _cli.RunAsync("contract", "call", "shop", "sell", $"{i}");

        Assert.Equal(
            ExitCodes.Ok,
            await _cli.RunAsync("contract", "events", "shop", "--from", "2", "--limit", "1", "--json"));

        Assert.Equal((2UL, 1), (_cli.Json.GetProperty("height").GetUInt64(), _cli.Json.GetProperty("payload").GetInt32()));
    }

    [Fact]
    public async Task A_contract_that_is_not_there_is_proven_not_to_be()
    {
        await _cli.RunAsync("contract", "call", "other", "sell");

        Assert.Equal(ExitCodes.Refused, await _cli.RunAsync("contract", "show", "shop"));

        Assert.Contains("there is no contract 'shop', proven at block 1", _cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_receipt_of_a_result_is_written_and_verified_in_both_forms(bool binary)
    {
        await _cli.RunAsync("contract", "call", "shop", "sell", "7");
        var id = _cli.Chain.Blocks[0].Transaction.Id.ToString();
        string[] get = ["receipt", "get", id, "--result", "-o", "sold.receipt"];

        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync(binary ? [.. get, "--binary"] : get));
        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync("verify", "--receipt", "sold.receipt"));

        Assert.Contains("VALID", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("event: shop.sold 7", _cli.Out, StringComparison.Ordinal);
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

        var value = body.Arguments.IsEmpty ? "null"u8.ToArray() : body.Arguments;
        return new ContractOutcome
        {
            Status = ContractStatus.Returned,
            Value = value,
            GasUsed = 1234,
            Events = body.Action == ContractAction.Call ? [new ContractEvent(body.Contract, "sold", value)] : [],
        };
    }
}
