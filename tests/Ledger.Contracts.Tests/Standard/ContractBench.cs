using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Ledger.Contracts.Engine;
using Ledger.Contracts.Runtime;
using Ledger.Contracts.Runtime.Script;
using Ledger.Contracts.Standard;
using Ledger.Core.Blocks;
using Ledger.Core.Contracts;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Membership;

namespace Ledger.Contracts.Tests.Standard;

/// <summary>Standard contracts in the real engine, on a ledger in memory, driven from C#.</summary>
/// <remarks>Use within <see cref="Run"/>: the engine wants a thread with a large stack.</remarks>
internal sealed class ContractBench : IDisposable
{
    private readonly ScriptEngine _engine = new(new ScriptEngineOptions { Bootstrap = ContractBootstrap.Source });
    private readonly ContractRuntime _runtime;
    private readonly Dictionary<string, Member> _members = [];
    private int _count;

    private ContractBench() => _runtime = new ContractRuntime(_engine, new ContractRuntimeOptions());

    public MemoryLedger Ledger { get; } = new() { Time = new Timestamp(1_772_352_000_000) };

    /// <summary>Gas of all calls that returned.</summary>
    public ulong GasUsed { get; private set; }

    public static void Run(Action<ContractBench> test) => OnContractThread.Run(() =>
    {
        using var bench = new ContractBench();
        test(bench);
    });

    public void Dispose() => _runtime.Dispose();

    public void Member(string id, params string[] roles)
    {
        var member = new Member { Id = id, Name = id, Roles = [.. roles.Order(StringComparer.Ordinal)], Keys = [] };
        _members[id] = member;
        Ledger.Put(member);
    }

    public void Deploy(string owner, string contract, object arguments)
    {
        var standard = StandardContracts.Find(contract)!;
        Returned(Execute(owner, new ContractBody
        {
            Action = ContractAction.Deploy,
            Contract = contract,
            GasLimit = 1_000_000_000,
            Arguments = JsonSerializer.SerializeToUtf8Bytes(arguments),
            Source = Encoding.UTF8.GetBytes(standard.Source),
            Schema = Encoding.UTF8.GetBytes(standard.Schema),
            Engine = _engine.Id,
        }));
    }

    /// <summary>Calls a function that must return, and gives its value.</summary>
    public JsonElement Call(string member, string contract, string function, object arguments) =>
        Value(Returned(Outcome(member, contract, function, arguments)));

    public ContractOutcome Outcome(string member, string contract, string function, object arguments) =>
        Execute(member, new ContractBody
        {
            Action = ContractAction.Call,
            Contract = contract,
            Function = function,
            GasLimit = 1_000_000_000,
            Arguments = JsonSerializer.SerializeToUtf8Bytes(arguments),
        });

    public JsonElement Query(string contract, string query, object arguments) => Value(Returned(_runtime.Query(
        new ContractQuery(contract, query, JsonSerializer.Serialize(arguments), null, null, Ledger.Height,
            Ledger.Time), Ledger)));

    public EvidenceId Anchor(string member, EvidenceRecord record)
    {
        var id = new EvidenceId(NextBlock(), 0);
        Ledger.Append(record.Encode(), id, member, default);
        return id;
    }

    /// <summary>Moves the clock, and makes the scheduled calls that fall due.</summary>
    public int Advance(TimeSpan time)
    {
        var end = Ledger.Time.UnixMilliseconds + (ulong)time.TotalMilliseconds;
        var made = 0;
        while (_runtime.NextDue(Ledger) is { } due && due.UnixMilliseconds <= end)
        {
            Ledger.Height = new BlockHeight(Ledger.Height.Value + 1);
            if (due > Ledger.Time) Ledger.Time = due;
            var scheduled = _runtime.ExecuteDue(Ledger.Height, Ledger.Time, Ledger)!;
            Returned(scheduled.Effects.Outcome);
            Ledger.Apply(scheduled.Effects, scheduled.Id, scheduled.Contract, default);
            made++;
        }

        Ledger.Time = new Timestamp(end);
        return made;
    }

    public static JsonElement Value(ContractOutcome outcome)
    {
        using var document = JsonDocument.Parse(outcome.Value);
        return document.RootElement.Clone();
    }

    private ContractOutcome Execute(string member, ContractBody body)
    {
        var id = NextBlock();
        var request = new ContractRequest(body, id, default, _members[member], Ledger.Height, Ledger.Time);
        var effects = _runtime.Execute(request, Ledger);
        Ledger.Apply(effects, id, member, default);
        GasUsed += effects.Outcome.GasUsed;
        return effects.Outcome;
    }

    private static ContractOutcome Returned(ContractOutcome outcome)
    {
        Assert.True(outcome.Status == ContractStatus.Returned, $"{outcome.Status} {outcome.Code}: {outcome.Message}");
        return outcome;
    }

    private Hash256 NextBlock()
    {
        Ledger.Height = new BlockHeight(Ledger.Height.Value + 1);
        Ledger.Time = new Timestamp(Ledger.Time.UnixMilliseconds + 1000);
        return new Hash256(SHA256.HashData(BitConverter.GetBytes(_count++)));
    }
}
