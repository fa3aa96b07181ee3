using Google.Protobuf;
using Ledger.Core.Contracts;
using Ledger.Core.Crypto;
using Wire = Ledger.Core.Formats.V1;

namespace Ledger.Core.Tests.Contracts;

public class ContractFormatTests
{
    private static readonly ContractBody Deploy = new()
    {
        Action = ContractAction.Deploy,
        Contract = "usage-control",
        GasLimit = 1_000_000,
        Arguments = "{}"u8.ToArray(),
        Source = "export function init() {}"u8.ToArray(),
        Schema = "{\"functions\":{}}"u8.ToArray(),
        Engine = Hash256.Zero,
    };

    private static readonly ContractBody Call = new()
    {
        Action = ContractAction.Call,
        Contract = "settlement",
        GasLimit = 5_000,
        Function = "close_cycle",
        Arguments = "{\"cycle\":\"2026-11\"}"u8.ToArray(),
        Spend = "1000",
    };

    private static readonly ContractBody Freeze = new() { Action = ContractAction.Freeze, Contract = "claims" };

    public static TheoryData<string> Names => ["a", "usage-control", "a1-b2", new string('x', 64)];

    public static TheoryData<string> NoNames => ["", "A", "1a", "a-", "-a", "a--b", "a_b", "a b", "é", new string('x', 65)];

    [Fact]
    public void Bodies_come_back_as_they_were()
    {
        foreach (var body in new[] { Deploy, Call, Freeze })
        {
            Assert.True(ContractBody.TryDecode(body.Encode(), out var decoded, out _));
            Assert.Equal(body.Encode(), decoded.Encode());
            Assert.Equal(body.Action, decoded.Action);
            Assert.True(body.Source.Span.SequenceEqual(decoded.Source.Span));
            Assert.True(body.Arguments.Span.SequenceEqual(decoded.Arguments.Span));
        }
    }

    [Fact]
    public void Protoc_writes_the_same_bytes()
    {
        var call = new Wire.ContractBody
        {
            Action = 2,
            Contract = "settlement",
            GasLimit = 5_000,
            Function = "close_cycle",
            Arguments = ByteString.CopyFromUtf8("{\"cycle\":\"2026-11\"}"),
            Spend = "1000",
        };
        var outcome = new Wire.ContractOutcome { Status = 1, GasUsed = 7, Value = ByteString.CopyFromUtf8("null") };
        outcome.Events.Add(new Wire.ContractEvent
        {
            Contract = "settlement", Name = "closed", Payload = ByteString.CopyFromUtf8("{}"),
        });

        Assert.Equal(call.ToByteArray(), Call.Encode());
        Assert.Equal(outcome.ToByteArray(), Returned.Encode());
    }

    [Fact]
    public void A_body_without_what_its_action_needs_or_with_what_it_has_no_use_for_is_refused()
    {
        var bad = new (ContractBody Body, int Field)[]
        {
            (Call with { Action = ContractAction.None }, 1),
            (Call with { Contract = "Settlement" }, 2),
            (Call with { GasLimit = 0 }, 3),
            (Freeze with { GasLimit = 1 }, 3),
            (Call with { Function = "" }, 4),
            (Call with { Function = "a.b" }, 4),
            (Deploy with { Function = "init" }, 4),
            (Call with { Arguments = default }, 5),
            (Freeze with { Arguments = "1"u8.ToArray() }, 5),
            (Deploy with { Source = default }, 6),
            (Call with { Source = "x"u8.ToArray() }, 6),
            (Deploy with { Schema = default }, 7),
            (Deploy with { Engine = null }, 8),
            (Call with { Engine = Hash256.Zero }, 8),
            (Deploy with { Spend = "1" }, 9),
            (Call with { Spend = "01" }, 9),
            (Call with { Spend = "-1" }, 9),
        };

        Assert.All(bad, b =>
        {
            Assert.False(ContractBody.TryDecode(b.Body.Encode(), out _, out var error));
            Assert.Equal(b.Field, error.Field);
        });
    }

    [Fact]
    public void An_outcome_comes_back_as_it_was_and_a_contradictory_one_is_refused()
    {
        Assert.True(ContractOutcome.TryDecode(Returned.Encode(), out var decoded, out _));
        Assert.Equal(Returned.Encode(), decoded.Encode());
        Assert.Equal("closed", Assert.Single(decoded.Events).Name);

        var failed = Returned with { Status = ContractStatus.Failed };
        Assert.All(
            [
                Returned with { Status = ContractStatus.None },
                Returned with { Value = default },
                failed,
                failed with { Value = default },
            ],
            o => Assert.False(ContractOutcome.TryDecode(o.Encode(), out _, out _)));
        Assert.True(ContractOutcome.TryDecode((failed with { Value = default, Events = [] }).Encode(), out _, out _));
    }

    [Fact]
    public void Records_of_an_outcome_are_bounded()
    {
        var record = "a record"u8.ToArray();
        var most = Returned with
        {
            Records = [.. Enumerable.Repeat((ReadOnlyMemory<byte>)record, ContractLimits.Records)],
        };
        var more = most with { Records = [.. most.Records, record] };

        Assert.True(ContractOutcome.TryDecode(most.Encode(), out _, out _));
        Assert.False(ContractOutcome.TryDecode(more.Encode(), out _, out _));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_name_is_small_letters_digits_and_single_hyphens(string name) => Assert.True(ContractLimits.IsName(name));

    [Theory]
    [MemberData(nameof(NoNames))]
    public void Anything_else_is_no_name(string name) => Assert.False(ContractLimits.IsName(name));

    private static ContractOutcome Returned => new()
    {
        Status = ContractStatus.Returned,
        GasUsed = 7,
        Value = "null"u8.ToArray(),
        Events = [new ContractEvent("settlement", "closed", "{}"u8.ToArray())],
    };
}
