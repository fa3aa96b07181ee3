using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Ledger.Consensus.Faults;

/// <summary>
/// Checks what can only be false through an error of our own, in every build. A peer's fault is never checked with
/// this.
/// </summary>
internal static class Invariant
{
    public static void Require(
        [DoesNotReturnIf(false)] bool condition,
        [CallerArgumentExpression(nameof(condition))] string expression = "")
    {
        if (!condition) throw new InvariantViolationException(expression);
    }
}
