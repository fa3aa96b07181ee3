using System.Globalization;
using Ledger.Contracts.Engine;
using Ledger.Contracts.Runtime.Schedule;
using Ledger.Contracts.Runtime.Schema;
using Ledger.Core.Blocks;
using Ledger.Core.Contracts;
using Ledger.Core.Crypto;

namespace Ledger.Contracts.Runtime;

/// <summary>
/// Executes contract transactions with one engine. Outcomes are a function of the request, the ledger, the options and the
/// engine's id; what is cached has no part in them.
/// </summary>
/// <remarks>
/// One thread at a time, with a stack of <see cref="ScriptLimits.ThreadStackBytes"/>. The engine is disposed with it.
/// docs/spec/contract-runtime.md.
/// </remarks>
public sealed class ContractRuntime : IContractRuntime
{
    private readonly IScriptEngine _engine;
    private readonly ContractRuntimeOptions _options;
    private readonly CodeCache _codes;
    private readonly CallRunner _runner;
    private readonly Lifecycle _lifecycle;

    /// <summary>A runtime over an engine.</summary>
    /// <param name="engine">
    /// The engine, made with <see cref="Script.ContractBootstrap.Source"/> as its bootstrap.
    /// </param>
    /// <param name="options">What the channel's parameters say.</param>
    public ContractRuntime(IScriptEngine engine, ContractRuntimeOptions options)
    {
        _engine = engine;
        _options = options;
        _codes = new CodeCache(engine, options.CacheBytes);
        _runner = new CallRunner(engine, _codes);
        _lifecycle = new Lifecycle(engine, _runner, options);
    }

    /// <summary>Images made so far from sources that were on the chain, for tests.</summary>
    internal int ImagesBuilt => _codes.Built;

    /// <inheritdoc/>
    public ContractEffects Execute(ContractRequest request, IContractLedger ledger)
    {
        var body = request.Body;
        if (body.GasLimit > (ulong)_options.Gas)
        {
            return new ContractEffects(
                CallResult.Refused("GAS_LIMIT_TOO_HIGH", $"a transaction may ask for at most {_options.Gas} gas")
                    .ToOutcome(0, null),
                []);
        }

        var session = new Session
        {
            Ledger = ledger,
            Journal = new Journal(ledger, _options.Writes),
            Options = _options,
            Id = request.TransactionId,
            Height = request.Height,
            Time = request.Time,
            Origin = request.Sender,
            Key = request.Key,
            SpendLeft = body.Spend.Length == 0
                ? 0
                : UInt128.Parse(body.Spend, NumberStyles.None, CultureInfo.InvariantCulture),
        };
        var gas = new GasTank((long)body.GasLimit);
        var result = Guarded(() => body.Action switch
        {
            ContractAction.Deploy => _lifecycle.Deploy(session, body, gas),
            ContractAction.Upgrade => _lifecycle.Upgrade(session, body, gas),
            ContractAction.Freeze => _lifecycle.Freeze(session, body),
            ContractAction.Unfreeze => _lifecycle.Unfreeze(session, body),
            ContractAction.Retire => _lifecycle.Retire(session, body),
            _ => CallOf(session, body, gas),
        });
        return Effects(result, session, gas);
    }

    /// <inheritdoc/>
    public ScheduledEffects? ExecuteDue(BlockHeight height, Timestamp time, IContractLedger ledger)
    {
        if (ScheduleStore.First(ledger) is not { } first || first.Due > time) return null;
        // Room for taking the call off the schedule and putting the next one on, beside what the call may write.
        var journal = new Journal(ledger, _options.Writes + 8);
        var call = ScheduleStore.Read(journal, first.Key)!;
        if (!ScheduleStore.Remove(journal, call.Contract, first.Key))
            throw new InvalidOperationException($"contract '{call.Contract}' does not know of its call on the schedule");
        if (call.Every.Length > 0)
        {
            // Calls that were missed while there was no block are not made up for: the next is the first after now.
            var recurrence = Recurrence.Of(call);
            if (recurrence.Next(time) is { } next
                && !Lifecycle.TryRepeat(journal, call.Contract, call.Function, recurrence, next))
            {
                throw new InvalidOperationException("there is room for a call that was just taken off the schedule");
            }
        }

        var session = new Session
        {
            Ledger = ledger,
            Journal = journal,
            Options = _options,
            Id = _options.Suite.Hash.Hash(DomainTag.ScheduledCall, first.Key),
            Height = height,
            Time = time,
        };
        var start = session.Save();
        var gas = new GasTank(_options.GasOfScheduled);
        var arguments = call.Every.Length > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{{\"due\":{first.Due.UnixMilliseconds}}}")
            : JsonRules.TextOf(call.Arguments.Span)!;
        var result = Guarded(
            () => _runner.Call(session, CallKind.Scheduled, call.Contract, call.Function, arguments, gas));
        if (!result.IsReturned) session.Revert(start);
        return new ScheduledEffects(
            call.Contract, session.Id, new ContractEffects(result.ToOutcome(gas.Used, session), journal.Writes()));
    }

    /// <inheritdoc/>
    public Timestamp? NextDue(IContractLedger ledger) => ScheduleStore.First(ledger)?.Due;

    /// <inheritdoc/>
    public ContractOutcome Query(ContractQuery query, IContractLedger ledger)
    {
        var session = new Session
        {
            Ledger = ledger,
            Journal = new Journal(ledger, 0),
            Options = _options,
            IsQuery = true,
            Id = Hash256.Zero,
            Height = query.Height,
            Time = query.Time,
            Origin = query.Caller,
            Key = query.Key,
        };
        var gas = new GasTank(_options.GasOfQuery);
        if (query.ArgumentsJson.Length > ContractLimits.ArgumentBytes)
            return CallResult.Refused("ARGUMENTS_INVALID", "/: the arguments are too long").ToOutcome(0, null);
        return Guarded(
                () => _runner.Call(session, CallKind.Query, query.Contract, query.Function, query.ArgumentsJson, gas))
            .ToOutcome(gas.Used, session);
    }

    /// <summary>Forgets all images, which has no effect on any outcome.</summary>
    public void ClearCache() => _codes.Clear();

    /// <inheritdoc/>
    public void Dispose() => _engine.Dispose();

    private CallResult CallOf(Session session, ContractBody body, GasTank gas) =>
        JsonRules.TextOf(body.Arguments.Span) is { } arguments
            ? _runner.Call(session, CallKind.Function, body.Contract, body.Function, arguments, gas)
            : CallResult.Refused("ARGUMENTS_INVALID", "/: not UTF-8");

    private static CallResult Guarded(Func<CallResult> execute)
    {
        try
        {
            return execute();
        }
        catch (GasTank.EmptyException)
        {
            return CallResult.OutOfGas;
        }
    }

    private static ContractEffects Effects(CallResult result, Session session, GasTank gas) => new(
        result.ToOutcome(gas.Used, session), result.IsReturned ? session.Journal.Writes() : []);
}
