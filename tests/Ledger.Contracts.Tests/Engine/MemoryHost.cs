using Ledger.Contracts.Engine;

namespace Ledger.Contracts.Tests.Engine;

/// <summary>A ledger of texts: operation 1 reads, 2 writes; others are given to it.</summary>
internal sealed class MemoryHost : IScriptHost
{
    public Dictionary<string, string> Values { get; } = [];

    /// <summary>What was asked, in order.</summary>
    public List<(int Operation, string?[] Arguments)> Calls { get; } = [];

    /// <summary>Answers operations from 3.</summary>
    public Func<int, string?[], IScriptMeter, string?>? Other { get; init; }

    public string? Invoke(int operation, ReadOnlySpan<string?> arguments, IScriptMeter meter)
    {
        Calls.Add((operation, arguments.ToArray()));
        switch (operation)
        {
            case 1:
                return Values.GetValueOrDefault(arguments[0]!);
            case 2:
                Values[arguments[0]!] = arguments[1]!;
                return null;
            default:
                return Other is null
                    ? throw new ScriptHostException("NO_OPERATION", $"there is no operation {operation}")
                    : Other(operation, arguments.ToArray(), meter);
        }
    }
}
