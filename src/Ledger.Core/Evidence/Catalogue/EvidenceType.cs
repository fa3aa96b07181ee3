using Ledger.Core.Encoding;

namespace Ledger.Core.Evidence.Catalogue;

/// <summary>
/// An operation that can be anchored, and what a record of it must hold. Immutable; one row of docs/spec/evidence.md.
/// </summary>
public sealed record EvidenceType
{
    /// <summary>The code that records carry: the stage's prefix, a dot, and a name in kebab-case.</summary>
    public required string Code { get; init; }

    /// <summary>The Chinese name.</summary>
    public required string Chinese { get; init; }

    /// <summary>The English name.</summary>
    public required string English { get; init; }

    /// <summary>The stage.</summary>
    public required EvidenceStage Stage { get; init; }

    /// <summary>When in the business the evidence arises.</summary>
    public required EvidenceLane Lane { get; init; }

    /// <summary>What the subject of such a record is, for people: "the application scene", "the order".</summary>
    public required string SubjectIs { get; init; }

    /// <summary>The actions that a record may name.</summary>
    public required IReadOnlyList<string> Actions { get; init; }

    /// <summary>The role codes in which it may be done.</summary>
    public required IReadOnlyList<string> Roles { get; init; }

    /// <summary>Its own attributes. <see cref="EvidenceCatalogue.CommonAttributes"/> are allowed besides.</summary>
    public IReadOnlyList<AttributeRule> Attributes { get; init; } = [];

    /// <summary>The least number of digests, for the actions of <see cref="DigestsRequiredBy"/>.</summary>
    public int MinimumDigests { get; init; }

    /// <summary>The actions that need the digests; empty means every action.</summary>
    public IReadOnlyList<string> DigestsRequiredBy { get; init; } = [];

    /// <summary>
    /// The least number of links to earlier evidence, for the actions of <see cref="LinksRequiredBy"/>.
    /// </summary>
    public int MinimumLinks { get; init; }

    /// <summary>The actions that need the links; empty means every action.</summary>
    public IReadOnlyList<string> LinksRequiredBy { get; init; } = [];

    /// <summary>The least number of digests that a record with this action must have.</summary>
    public int MinimumDigestsFor(string action) => Applies(DigestsRequiredBy, action) ? MinimumDigests : 0;

    /// <summary>The least number of links that a record with this action must have.</summary>
    public int MinimumLinksFor(string action) => Applies(LinksRequiredBy, action) ? MinimumLinks : 0;

    /// <summary>Finds the rule of one of the type's own attributes; null when it has no such attribute.</summary>
    public AttributeRule? Attribute(string key)
    {
        for (var i = 0; i < Attributes.Count; i++)
        {
            if (Attributes[i].Key == key) return Attributes[i];
        }

        return null;
    }

    private static bool Applies(IReadOnlyList<string> actions, string action) =>
        actions.Count == 0 || OrdinalTexts.Contains(actions, action);
}
