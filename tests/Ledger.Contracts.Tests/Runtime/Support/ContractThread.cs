using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Ledger.Contracts.Engine;
using Ledger.Contracts.Runtime.Script;
using Ledger.Core.Crypto;

namespace Ledger.Contracts.Tests.Runtime.Support;

/// <summary>One real engine on one thread with the stack that scripts need; the tests that run JavaScript share it.</summary>
public sealed class ContractThread : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;

    public ContractThread()
    {
        _thread = new Thread(
            () =>
            {
                foreach (var work in _work.GetConsumingEnumerable()) work();
            },
            ScriptLimits.ThreadStackBytes) { IsBackground = true };
        _thread.Start();
        Engine = Run(MakeEngine);
    }

    internal IScriptEngine Engine { get; }

    public T Run<T>(Func<T> work)
    {
        using var done = new ManualResetEventSlim();
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        _work.Add(() =>
        {
            try
            {
                result = work();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }

            done.Set();
        });
        done.Wait();
        failure?.Throw();
        return result;
    }

    public void Dispose()
    {
        _work.CompleteAdding();
        _thread.Join();
        Engine.Dispose();
    }

    private static IScriptEngine MakeEngine() =>
        new ScriptEngine(new ScriptEngineOptions { Bootstrap = ContractBootstrap.Source });
}

/// <summary>Tests that share the engine run one after another.</summary>
[CollectionDefinition(Name)]
public sealed class SharedEngineTests : ICollectionFixture<ContractThread>
{
    public const string Name = "contracts";
}

/// <summary>An engine that somebody else disposes.</summary>
internal sealed class SharedEngine(IScriptEngine engine) : IScriptEngine
{
    public Hash256 Id => engine.Id;

    public ScriptBuild Build(string source, ScriptLimits limits) => engine.Build(source, limits);

    public ScriptOutcome Run(
        ScriptImage image, string path, string context, string argument, IScriptHost host, ScriptLimits limits) =>
        engine.Run(image, path, context, argument, host, limits);

    public ScriptOutcome Read(ScriptImage image, string path, ScriptLimits limits) => engine.Read(image, path, limits);

    public ScriptOutcome Evaluate(string script, ScriptLimits limits) => engine.Evaluate(script, limits);

    public void Dispose()
    {
    }
}
