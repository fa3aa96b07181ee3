using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Ledger.Contracts.Runtime;
using Ledger.Core.Blocks;
using Ledger.Core.Contracts;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Membership;
using Ledger.Core.State;
using Ledger.Node.Contracts;
using Ledger.Testing.Builders;

namespace Ledger.Node.Tests.Support;

/// <summary>
/// A runtime without an engine, whose contracts are all the same counter: for tests of what surrounds a runtime. Functions:
/// <c>add</c> (a number), <c>fail</c>, <c>burn</c>, <c>anchor</c> (a subject), <c>find</c> (a subject), <c>at</c> (a time),
/// <c>huge</c>, <c>invalid</c>; scheduled: <c>tick</c>.
/// </summary>
internal sealed class CounterRuntime : IContractRuntime
{
    public static readonly Hash256 Engine = Sha256.Instance.Hash("counter"u8);

    private static readonly byte[] Count = "count"u8.ToArray();

    public static ContractParameters Parameters { get; } = new() { Engine = Engine };

    public static ContractEngines Engines { get; } = Of(() => new CounterRuntime());

    /// <summary>What is added beside what the call says: with another number, another function.</summary>
    public int Bias { get; init; }

    public bool IsDisposed { get; private set; }

    public static ContractEngines Of(Func<CounterRuntime> make) => new(
        new Dictionary<Hash256, Func<Genesis, IContractRuntime>> { [Engine] = _ => make() });

    public ContractEffects Execute(ContractRequest request, IContractLedger ledger)
    {
        var body = request.Body;
        var known = ledger.Read(StateNamespaces.Contracts, Key(body.Contract)) is not null;
        if (body.Action == ContractAction.Deploy)
        {
            return known
                ? Ended(ContractStatus.Refused, "EXISTS", 0)
                : Returned("null", 1000, new ContractWrite(StateNamespaces.Contracts, Key(body.Contract), Key("1")));
        }

        if (!known) return Ended(ContractStatus.Refused, "NO_SUCH_CONTRACT", 0);
        return Run(body.Contract, body.Function, Encoding.UTF8.GetString(body.Arguments.Span), body.GasLimit, ledger);
    }

    public ScheduledEffects? ExecuteDue(BlockHeight height, Timestamp time, IContractLedger ledger)
    {
        if (NextDue(ledger) is not { } due || due > time) return null;
        var entry = ledger.Scan(StateNamespaces.Schedule, default, null, 1)[0];
        var contract = Encoding.UTF8.GetString(entry.Value.Span);
        var effects = Run(contract, "add", "100", 1_000_000, ledger);
        var taken = new ContractWrite(StateNamespaces.Schedule, entry.Key, null);
        var id = Sha256.Instance.Hash([.. entry.Key.Span, .. BitConverter.GetBytes(height.Value)]);
        return new ScheduledEffects(contract, id, effects with { Writes = [.. effects.Writes, taken] });
    }

    public Timestamp? NextDue(IContractLedger ledger)
    {
        var first = ledger.Scan(StateNamespaces.Schedule, default, null, 1);
        return first.Count == 0 ? null : new Timestamp(BinaryPrimitives.ReadUInt64BigEndian(first[0].Key.Span));
    }

    public ContractOutcome Query(ContractQuery query, IContractLedger ledger) =>
        Returned(Value(query.Contract, ledger).ToString(CultureInfo.InvariantCulture), 10).Outcome;

    public void Dispose() => IsDisposed = true;

    private ContractEffects Run(
        string contract, string function, string arguments, ulong gas, IContractLedger ledger)
    {
        switch (function)
        {
            case "add":
                var sum = Value(contract, ledger) + int.Parse(arguments, CultureInfo.InvariantCulture) + Bias;
                var text = sum.ToString(CultureInfo.InvariantCulture);
                var effects = Returned(text, 500, new ContractWrite(StateNamespaces.OfContract(contract), Count, Key(text)));
                var added = new ContractEvent(contract, "added", Key(text));
                return effects with { Outcome = effects.Outcome with { Events = [added] } };
            case "anchor":
                var record = A.Record(arguments.Trim('"')).Encode();
                var anchored = Returned("null", 800, new ContractWrite(
                    StateNamespaces.OfContract(contract), "anchored"u8.ToArray(), "true"u8.ToArray()));
                return anchored with { Outcome = anchored.Outcome with { Records = [record] } };
            case "find":
                var found = ledger.Timeline(arguments.Trim('"'), 0, 10);
                return Returned($"[{string.Join(',', found.Select(l => l.Index))}]", 300);
            case "at":
                var key = new byte[16];
                BinaryPrimitives.WriteUInt64BigEndian(key, ulong.Parse(arguments, CultureInfo.InvariantCulture));
                return Returned("null", 100, new ContractWrite(StateNamespaces.Schedule, key, Key(contract)));
            case "huge":
                var huge = new ContractEvent(contract, "huge", new byte[ContractLimits.EventBytes]);
                var many = Returned("null", 100, new ContractWrite(StateNamespaces.OfContract(contract), Count, Key("7")));
                return many with { Outcome = many.Outcome with { Events = [.. Enumerable.Repeat(huge, 70)] } };
            case "invalid":
                var unknown = (A.Record() with { Type = "no.such.type" }).Encode();
                var wrong = Returned("null", 100, new ContractWrite(StateNamespaces.OfContract(contract), Count, Key("7")));
                return wrong with { Outcome = wrong.Outcome with { Records = [unknown] } };
            case "burn":
                return Ended(ContractStatus.OutOfGas, "", gas);
            default:
                return Ended(ContractStatus.Failed, "ON_PURPOSE", 50);
        }
    }

    private static int Value(string contract, IContractLedger ledger) =>
        ledger.Read(StateNamespaces.OfContract(contract), Count) is { } value
            ? int.Parse(Encoding.UTF8.GetString(value.Span), CultureInfo.InvariantCulture)
            : 0;

    private static byte[] Key(string text) => Encoding.UTF8.GetBytes(text);

    private static ContractEffects Returned(string value, ulong gas, params ContractWrite[] writes) => new(
        new ContractOutcome { Status = ContractStatus.Returned, Value = Key(value), GasUsed = gas }, writes);

    private static ContractEffects Ended(ContractStatus status, string code, ulong gas) => new(
        new ContractOutcome { Status = status, Code = code, Message = "the counter says so", GasUsed = gas }, []);
}
