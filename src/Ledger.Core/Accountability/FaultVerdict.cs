using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Blocks;
using Ledger.Core.Membership;

namespace Ledger.Core.Accountability;

/// <summary>What the verification of a fault proof found.</summary>
/// <param name="Refusal">Why it proves nothing, or <see cref="FaultRefusal.None"/>.</param>
/// <param name="Statement">Which statement is at fault, 1 or 2; 0 when it is both or the proof itself.</param>
/// <param name="Detail">A sentence for people: what is wrong, or what is proven.</param>
/// <param name="Content">What is proven; null unless it holds.</param>
public sealed record FaultVerdict(FaultRefusal Refusal, int Statement, string Detail, FaultContent? Content)
{
    /// <summary>Whether the fault is proven.</summary>
    [MemberNotNullWhen(true, nameof(Content))]
    public bool IsProven => Refusal == FaultRefusal.None && Content is not null;
}

/// <summary>A proven fault.</summary>
/// <param name="Kind">How the culprit contradicted itself.</param>
/// <param name="Culprit">The validator, as its epoch's set has it.</param>
/// <param name="Index">Its index in that set.</param>
/// <param name="Epoch">The epoch.</param>
/// <param name="Height">The height that it is about: of two headers the lower one's; 0 for view-changes.</param>
/// <param name="View">The view that it is about; 0 for headers.</param>
public sealed record FaultContent(
    FaultKind Kind, Validator Culprit, ValidatorIndex Index, Epoch Epoch, BlockHeight Height, ulong View);
