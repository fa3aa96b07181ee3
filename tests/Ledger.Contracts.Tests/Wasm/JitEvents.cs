using System.Diagnostics.Tracing;
using System.Reflection;
using System.Runtime.CompilerServices;
using Ledger.Contracts.Wasm;

namespace Ledger.Contracts.Tests.Wasm;

/// <summary>What the runtime says about the machine code that it made of a guest's functions.</summary>
internal sealed class JitEvents : EventListener
{
    private const EventKeywords JitKeyword = (EventKeywords)0x10;

    // By the method's handle: other tests compile guests at the same time.
    private readonly Dictionary<ulong, Method> _methods = [];

    /// <summary>Machine code.</summary>
    /// <param name="Address">Where it begins.</param>
    /// <param name="Tier">1: without optimisation, 2: with, 3: quick first tier.</param>
    internal sealed record Method(nint Address, int Tier);

    /// <summary>Compiles all functions of a guest, and gives their machine code by their names.</summary>
    public Dictionary<string, Method> CompileAll(WasmCode code)
    {
        var names = code.Statistics.Select(s => $"f{s.Function}").ToHashSet();
        var methods = Methods(code).Where(m => names.Contains(m.Name))
            .ToDictionary(m => m.Name, m => unchecked((ulong)(long)m.MethodHandle.Value));
        foreach (var method in Methods(code)) RuntimeHelpers.PrepareMethod(method.MethodHandle);
        Assert.True(
            SpinWait.SpinUntil(() => IsReported(methods.Values), TimeSpan.FromMinutes(2)),
            $"the runtime did not report all of {methods.Count} methods");
        lock (_methods) return methods.ToDictionary(m => m.Key, m => _methods[m.Value]);
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name != "Microsoft-Windows-DotNETRuntime") return;
        EnableEvents(eventSource, EventLevel.Verbose, JitKeyword);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName?.StartsWith("MethodLoadVerbose", StringComparison.Ordinal) != true) return;
        if (eventData.Payload![6] as string != WasmCompiler.TypeName) return;
        var method = (ulong)eventData.Payload[0]!;
        var flags = (uint)eventData.Payload[5]!;
        var address = unchecked((nint)(ulong)eventData.Payload[2]!);
        lock (_methods) _methods[method] = new Method(address, (int)((flags >> 7) & 7));
    }

    private static MethodInfo[] Methods(WasmCode code) =>
        code.Guest.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly);

    private bool IsReported(IEnumerable<ulong> methods)
    {
        lock (_methods) return methods.All(_methods.ContainsKey);
    }
}
