using System.Collections.Frozen;
using Ledger.Core.Encoding;
using Ledger.Core.Membership;
using Ledger.Core.Transactions;
using static Ledger.Core.Evidence.Catalogue.AttributeRules;

namespace Ledger.Core.Evidence.Catalogue;

/// <summary>
/// The operations that can be anchored and the rules their records must meet. Every node comes to the same verdict:
/// the tables belong to version 1 of the rules of execution (<see cref="Blocks.BlockHeader.Version"/>).
/// </summary>
/// <remarks>Stateless and safe for concurrent use. docs/spec/evidence.md is made from these tables.</remarks>
public static class EvidenceCatalogue
{
    /// <summary>
    /// How the keys begin of attributes that senders define for themselves. They may have any kind. Every other key
    /// must be in the type's table, so that a misspelt one is refused instead of lost.
    /// </summary>
    public const string ExtensionPrefix = "x-";

    private static readonly FrozenDictionary<string, AttributeRule> Common;
    private static readonly FrozenDictionary<string, EvidenceType> ByCode;

    static EvidenceCatalogue()
    {
        CommonAttributes =
        [
            Text("title", "what people call the subject"),
            Text("reference", "number of the paper or case in the sender's own system"),
            Text("reason", "why: of a rejection, a change, a withdrawal"),
            Text("step", "step of the sender's own procedure"),
            Flag("final", "whether this decision ends the procedure"),
            Text("unit", "organisational unit that acted"),
            Text("project", "project that it belongs to"),
            Text("source_event", "id of the event in the system that it comes from"),
            Text("note", "anything else that people should know"),
        ];
        All =
        [
            .. AuthorisationTypes.All,
            .. OperationTypes.All,
            .. PreTradeTypes.All,
            .. TradeTypes.All,
            .. PostTradeTypes.All,
            .. PrivacyTypes.All,
            .. FingerprintTypes.All,
        ];
        Common = CommonAttributes.ToFrozenDictionary(a => a.Key, StringComparer.Ordinal);
        ByCode = All.ToFrozenDictionary(t => t.Code, StringComparer.Ordinal);
    }

    /// <summary>All types, in the order of the life of a data set.</summary>
    public static IReadOnlyList<EvidenceType> All { get; }

    /// <summary>Attributes that a record of any type may have.</summary>
    public static IReadOnlyList<AttributeRule> CommonAttributes { get; }

    /// <summary>Finds a type by its code; null when there is none.</summary>
    public static EvidenceType? Find(string code) => ByCode.GetValueOrDefault(code);

    /// <summary>
    /// Finds what an attribute of a type must be; null when the key is neither the type's nor common.
    /// </summary>
    public static AttributeRule? FindAttribute(EvidenceType type, string key) =>
        type.Attribute(key) ?? Common.GetValueOrDefault(key);

    /// <summary>
    /// Checks a well-formed record against its type's rules and against the member that sends it: the member must hold
    /// the role that the record claims.
    /// </summary>
    public static Verdict Check(EvidenceRecord record, Member member)
    {
        var verdict = Check(record);
        if (!verdict.IsAccepted || member.HasRole(record.Role)) return verdict;
        return new Verdict(
            Refusal.NotAuthorised,
            $"{record.Type}: member '{member.Id}' does not hold the role '{record.Role}' "
            + $"(it holds {string.Join(", ", member.Roles)}); send it in one of those, or have the role granted");
    }

    /// <summary>
    /// Checks a well-formed record against its type's rules. The first rule that it breaks, in the order of the
    /// documentation, makes the verdict.
    /// </summary>
    public static Verdict Check(EvidenceRecord record)
    {
        if (Find(record.Type) is not { } type)
        {
            return new Verdict(
                Refusal.UnknownType, $"there is no evidence type '{record.Type}'; docs/spec/evidence.md lists them");
        }

        if (!OrdinalTexts.Contains(type.Actions, record.Action))
            return Invalid(type, "action", record.Action, $"one of {string.Join(", ", type.Actions)}");
        if (!OrdinalTexts.Contains(type.Roles, record.Role))
            return Invalid(type, "role", record.Role, $"one of {string.Join(", ", type.Roles)}");

        // By number and not by enumerator, here and below: a list behind an interface allocates one each time.
        for (var i = 0; i < type.Attributes.Count; i++)
        {
            var rule = type.Attributes[i];
            if (rule.IsRequiredFor(record.Action) && record.Attribute(rule.Key) is null)
            {
                return Missing(
                    type, record.Action, $"the attribute '{rule.Key}' ({rule.Meaning}), {rule.Expectation()}");
            }
        }

        for (var i = 0; i < record.Attributes.Count; i++)
        {
            var verdict = CheckAttribute(type, record.Attributes[i]);
            if (!verdict.IsAccepted) return verdict;
        }

        var digests = type.MinimumDigestsFor(record.Action);
        if (record.Digests.Count < digests)
            return Missing(type, record.Action, Plural(digests, "digest") + " of what it is about");
        var links = type.MinimumLinksFor(record.Action);
        return record.Links.Count < links
            ? Missing(type, record.Action, Plural(links, "link") + " to the earlier evidence that it builds on")
            : Verdict.Accepted;
    }

    private static Verdict CheckAttribute(EvidenceType type, EvidenceAttribute attribute)
    {
        if (FindAttribute(type, attribute.Key) is { } rule)
        {
            return rule.Allows(attribute)
                ? Verdict.Accepted
                : Invalid(type, attribute.Key, attribute.DisplayValue(), rule.Expectation());
        }

        if (attribute.Key.StartsWith(ExtensionPrefix, StringComparison.Ordinal)
            && attribute.Key.Length > ExtensionPrefix.Length)
        {
            return Verdict.Accepted;
        }

        return new Verdict(
            Refusal.InvalidField,
            $"{type.Code} has no attribute '{attribute.Key}'; check the spelling, "
            + $"or name it '{ExtensionPrefix}{attribute.Key}' if it is your own");
    }

    private static Verdict Invalid(EvidenceType type, string field, string value, string expectation) =>
        new(Refusal.InvalidField, $"{type.Code}: {field} is '{value}' and must be {expectation}");

    private static Verdict Missing(EvidenceType type, string action, string what) =>
        new(Refusal.MissingField, $"{type.Code}: action '{action}' needs {what}; add it and submit anew");

    private static string Plural(int count, string noun) =>
        count == 1 ? $"at least 1 {noun}" : $"at least {count} {noun}s";
}
