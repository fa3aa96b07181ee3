using System.Collections;
using System.Reflection;
using Ledger.Simulation.Nodes;
using Ledger.Simulation.World;

namespace Ledger.Simulation.Checks;

/// <summary>
/// Counts what the collections of a node's cores hold, by walking their fields: nothing that others send may make them
/// grow beyond what window, validators and clients' transactions allow.
/// </summary>
internal static class MemoryAudit
{
    private const int MaxObjects = 400_000;

    public static void Check(SimWorld world, SimNode node, NodeLife life)
    {
        var plan = world.Plan;
        // Four times what each collection says of itself: window and phases, validators, transactions; and the constants.
        var transactions = world.Clients.Count + world.Governance.Proposed;
        var bound = (4 * (int)plan.PromisedWindow) + (4 * plan.Machines) + (4 * transactions) + 100;
        var (largest, field) = Largest(life.Cores);
        world.Checks.Require(
            largest <= bound, "bounded-memory", $"node {node.Index}: {field} holds {largest} elements, more than {bound}");
    }

    private static (int Count, string Field) Largest(IEnumerable<object> roots)
    {
        var best = (Count: 0, Field: "");
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var left = new Stack<(object Value, string Name)>(roots.Select(r => (r, r.GetType().Name)));
        while (left.TryPop(out var item) && seen.Count < MaxObjects)
        {
            var (value, name) = item;
            if (!seen.Add(value) || IsOutside(value)) continue;
            var count = CountOf(value);
            if (count > best.Count) best = (count, name);
            var isFrameworks = value.GetType().Namespace!.StartsWith("System", StringComparison.Ordinal);
            if (isFrameworks && value is IEnumerable items and not string)
            {
                foreach (var element in items) Push(left, element, name);
                continue;
            }

            for (var type = value.GetType(); type is not null && type != typeof(object); type = type.BaseType)
            {
                foreach (var field in FieldsOf(type)) Push(left, field.GetValue(value), $"{type.Name}.{field.Name}");
            }
        }

        return best;
    }

    // Of an array, what it holds: rings are as long as their bound from the beginning.
    private static int CountOf(object value) => value switch
    {
        object?[] array => array.Count(element => element is not null),
        Array => 0,
        ICollection collection => collection.Count,
        _ => 0,
    };

    private static FieldInfo[] FieldsOf(Type type) => type.GetFields(
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly);

    private static void Push(Stack<(object, string)> left, object? value, string name)
    {
        if (value is null or string || value.GetType().IsPrimitive || value.GetType().IsEnum) return;
        if (value is byte[] || value.GetType().IsPointer) return;
        left.Push((value, name));
    }

    // The node's disk, the world, and what all nodes share are not the cores' memory.
    private static bool IsOutside(object value) =>
        value is Delegate or Type or MemberInfo or Thread or Lock
        || value.GetType().Namespace is not { } space
        || space.StartsWith("Ledger.Simulation", StringComparison.Ordinal)
        || space.StartsWith("Ledger.Storage", StringComparison.Ordinal)
        || space.StartsWith("Ledger.Core.Membership", StringComparison.Ordinal)
        || space.StartsWith("Ledger.Node.Observability", StringComparison.Ordinal)
        || space.StartsWith("System.Diagnostics", StringComparison.Ordinal)
        || space.StartsWith("System.Threading", StringComparison.Ordinal)
        || space.StartsWith("System.Reflection", StringComparison.Ordinal);
}
