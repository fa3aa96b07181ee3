using System.Globalization;
using System.Text;
using System.Text.Json;
using Ledger.Contracts.Engine;
using Ledger.Contracts.Runtime;
using Ledger.Core.Blocks;
using Ledger.Core.Contracts;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;

namespace Ledger.Contracts.Tests.Runtime.Support;

/// <summary>A ledger in memory with a runtime on it, and short ways to use both. Each transaction is a block.</summary>
internal sealed class ContractChain : IDisposable
{
    public const ulong Gas = 40_000_000;

    private readonly Func<Func<ContractEffects>, ContractEffects> _on;
    private ulong _transactions;

    public ContractChain(ContractThread thread, ContractRuntimeOptions? options = null)
        : this(new SharedEngine(thread.Engine), options, thread.Run)
    {
    }

    public ContractChain(
        IScriptEngine engine, ContractRuntimeOptions? options = null,
        Func<Func<ContractEffects>, ContractEffects>? on = null)
    {
        Engine = engine;
        _on = on ?? (work => work());
        Runtime = new ContractRuntime(engine, options ?? new ContractRuntimeOptions());
        Add("ops", "operator", "platform");
        Add("bank", "operator", "treasury");
        Add("alice", "provider");
        Add("bob", "consumer");
    }

    public IScriptEngine Engine { get; }

    public ContractRuntime Runtime { get; set; }

    public MemoryLedger Ledger { get; } = new();

    /// <summary>The effects of all transactions, for comparison.</summary>
    public List<ContractEffects> History { get; } = [];

    public void Dispose() => Runtime.Dispose();

    public Member Add(string id, params string[] roles)
    {
        var key = Secp256k1Suite.Default.CreateSigner(Sha256.Instance.Hash(Encoding.UTF8.GetBytes(id)).ToArray()).PublicKey;
        var member = new Member
        {
            Id = id,
            Name = id.ToUpperInvariant(),
            Roles = [.. roles.Order(StringComparer.Ordinal)],
            Keys = [new MemberKey(key, "client")],
        };
        Ledger.Put(member);
        return member;
    }

    public static ISigner SignerOf(string member) =>
        Secp256k1Suite.Default.CreateSigner(Sha256.Instance.Hash(Encoding.UTF8.GetBytes(member)).ToArray());

    public ContractOutcome Deploy(
        string name, string source, string? schema = null, string arguments = "{}", string by = "ops") =>
        Execute(by, Body(ContractAction.Deploy, name, source, schema, arguments));

    public ContractOutcome Upgrade(
        string name, string source, string? schema = null, string arguments = "{}", string by = "ops") =>
        Execute(by, Body(ContractAction.Upgrade, name, source, schema, arguments));

    public ContractOutcome Call(
        string by, string contract, string function, string arguments = "{}", string spend = "", ulong gas = Gas) =>
        Execute(by, new ContractBody
        {
            Action = ContractAction.Call,
            Contract = contract,
            Function = function,
            Arguments = Encoding.UTF8.GetBytes(arguments),
            GasLimit = gas,
            Spend = spend,
        });

    public ContractOutcome Manage(ContractAction action, string name, string by = "ops") =>
        Execute(by, new ContractBody { Action = action, Contract = name });

    public ContractBody Body(
        ContractAction action, string name, string source, string? schema, string arguments = "{}") => new()
    {
        Action = action,
        Contract = name,
        GasLimit = 10 * Gas,
        Source = Encoding.UTF8.GetBytes(source),
        Schema = Encoding.UTF8.GetBytes(schema ?? SchemaOf(source)),
        Engine = Engine.Id,
        Arguments = Encoding.UTF8.GetBytes(arguments),
    };

    public ContractOutcome Execute(string by, ContractBody body)
    {
        Assert.True(ContractBody.TryDecode(body.Encode(), out _, out var error), error.ToString());
        var member = Ledger.Member(by)!;
        var id = Sha256.Instance.Hash(Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"transaction {++_transactions}")));
        var key = member.Keys[0].Key.Id;
        var request = new ContractRequest(body, id, key, member, Ledger.Height, Ledger.Time);
        return Apply(_on(() => Runtime.Execute(request, Ledger)), id, by, key);
    }

    /// <summary>Executes what is due; null when nothing is.</summary>
    public ContractOutcome? Due()
    {
        ScheduledEffects? due = null;
        var effects = _on(() =>
        {
            due = Runtime.ExecuteDue(Ledger.Height, Ledger.Time, Ledger);
            return due?.Effects!;
        });
        return due is null ? null : Apply(effects, due.Id, "contract/" + due.Contract, default);
    }

    public ContractOutcome Query(string contract, string query, string arguments = "{}", string? by = null)
    {
        var caller = by is null ? null : Ledger.Member(by);
        ContractOutcome? outcome = null;
        _on(() =>
        {
            outcome = Runtime.Query(
                new ContractQuery(
                    contract, query, arguments, caller?.Keys[0].Key.Id, caller, Ledger.Height, Ledger.Time),
                Ledger);
            return new ContractEffects(outcome, []);
        });
        return outcome!;
    }

    /// <summary>A query's or a call's result as text.</summary>
    public static string Value(ContractOutcome outcome)
    {
        Assert.True(outcome.Status == ContractStatus.Returned, $"{outcome.Status} {outcome.Code}: {outcome.Message}");
        return Encoding.UTF8.GetString(outcome.Value.Span);
    }

    /// <summary>The whole state as lines of text.</summary>
    public string[] State() =>
    [
        .. Ledger.State.Select(w => $"{w.Space}|{Convert.ToHexStringLower(w.Key.Span)}|"
            + Convert.ToHexStringLower(w.Value!.Value.Span)),
    ];

    public string? StateOf(string contract, string key) =>
        Ledger.Read("contract/" + contract, Encoding.UTF8.GetBytes(key)) is { } value
            ? Encoding.UTF8.GetString(value.Span)
            : null;

    // A schema that lets everything through, from a source's exports: for tests of other things.
    private static string SchemaOf(string source)
    {
        var functions = new SortedDictionary<string, object>(StringComparer.Ordinal);
        var queries = new SortedDictionary<string, object>(StringComparer.Ordinal);
        foreach (var line in source.Split('\n'))
        {
            var words = line.Trim().Split([' ', '('], StringSplitOptions.RemoveEmptyEntries);
            if (words is ["export", "function", var name, ..] && name is not ("init" or "migrate")) functions[name] = new { };
            if (words is ["export", "const", "queries", ..])
            {
                foreach (var query in line.Split("/*q*/")[1..]) queries[query.Trim().Split([' ', '(', ':'])[0]] = new { };
            }
        }

        return JsonSerializer.Serialize(new { functions, queries, events = new { happened = true } });
    }

    private ContractOutcome Apply(ContractEffects effects, Hash256 id, string by, KeyId key)
    {
        // What goes into the chain has the chain's form, whatever the contract did.
        Assert.True(ContractOutcome.TryDecode(effects.Outcome.Encode(), out var decoded, out var error), error.ToString());
        History.Add(effects);
        Ledger.Apply(effects, id, by, key);
        Ledger.Height = Ledger.Height.Next;
        Ledger.Time = new Timestamp(Ledger.Time.UnixMilliseconds + 1000);
        return decoded;
    }
}
