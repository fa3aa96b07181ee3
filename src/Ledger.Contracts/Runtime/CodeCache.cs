using System.Text.Json;
using Ledger.Contracts.Engine;
using Ledger.Contracts.Runtime.Schema;
using Ledger.Core.Blocks;
using Ledger.Core.Contracts;
using Ledger.Core.Crypto;

namespace Ledger.Contracts.Runtime;

/// <summary>
/// Images of contracts, made anew from their sources when they are not in memory. What is in memory is never to be seen
/// in any outcome: making an image costs no gas but the fixed one of a call.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class CodeCache(IScriptEngine engine, long capacity)
{
    // Least recently used last. Bound: capacity, in bytes of the images.
    private readonly Dictionary<Key, LinkedListNode<(Key Key, ContractCode Code)>> _byKey = [];
    private readonly LinkedList<(Key Key, ContractCode Code)> _order = new();
    private long _size;

    /// <summary>Images that were made, for tests that show that this has no effect on outcomes.</summary>
    public int Built { get; private set; }

    /// <summary>The limits that a source is built with. Its gas was paid for once, so it never runs out later.</summary>
    public static ScriptLimits BuildLimits(uint pages, Timestamp time, long gas) =>
        new(gas, (int)pages, ScriptLimits.MaxDepth, time.UnixMilliseconds);

    /// <summary>A contract, ready to run; null with a reason when this engine cannot build what another could.</summary>
    public ContractCode? Get(ContractRecord record, Journal journal, out CallResult failure)
    {
        failure = default;
        var key = new Key(record.SourceHash, record.SchemaHash, record.BuildPages, record.BuiltAt);
        if (_byKey.TryGetValue(key, out var node))
        {
            _order.Remove(node);
            _order.AddFirst(node);
            return node.Value.Code;
        }

        var version = ContractStore.ReadVersion(journal, record);
        var source = JsonRules.TextOf(version.Source.Span)
            ?? throw new InvalidOperationException($"the source of contract '{record.Name}' is not text");
        var schema = ContractSchema.Parse(version.Schema, out var fault)
            ?? throw new InvalidOperationException($"the schema of contract '{record.Name}': {fault}");
        Built++;
        var build = engine.Build(source, BuildLimits(record.BuildPages, record.BuiltAt, long.MaxValue >> 1));
        if (build.Image is null)
        {
            if (record.Engine == engine.Id)
                throw new InvalidOperationException($"contract '{record.Name}' could be built once: {build.Outcome.Status}");
            failure = CallResult.Of(build.Outcome);
            failure = CallResult.Refused(
                "ENGINE_CHANGED", $"the present engine cannot build this contract; upgrade it ({failure.Message})");
            return null;
        }

        if (record.Engine == engine.Id && build.Image.Hash != record.ImageHash)
        {
            // This machine does not do what the others did. Going on would make it disagree with all of them.
            throw new InvalidOperationException(
                $"contract '{record.Name}' version {record.Version} was built to {record.ImageHash} and is now "
                + $"{build.Image.Hash}: this node's engine is at fault");
        }

        var code = new ContractCode(build.Image, schema, ExportsOf(build.Outcome));
        Put(key, code);
        return code;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _byKey.Clear();
        _order.Clear();
        _size = 0;
    }

    /// <summary>The exports' names in a build's outcome, in ascending order.</summary>
    public static IReadOnlyList<string> ExportsOf(ScriptOutcome outcome)
    {
        using var document = JsonDocument.Parse(outcome.Value ?? "[]");
        return [.. document.RootElement.EnumerateArray().Select(e => e.GetString()!).Order(StringComparer.Ordinal)];
    }

    private void Put(Key key, ContractCode code)
    {
        _byKey[key] = _order.AddFirst((key, code));
        _size += code.Image.SizeBytes;
        // The newest stays, however large.
        while (_size > capacity && _order.Count > 1)
        {
            var last = _order.Last!.Value;
            _order.RemoveLast();
            _byKey.Remove(last.Key);
            _size -= last.Code.Image.SizeBytes;
        }
    }

    private readonly record struct Key(Hash256 Source, Hash256 Schema, uint Pages, Timestamp Time);
}
