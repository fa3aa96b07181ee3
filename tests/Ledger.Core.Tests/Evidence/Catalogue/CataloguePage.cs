using System.Globalization;
using System.Text;
using Ledger.Core.Evidence;
using Ledger.Core.Evidence.Catalogue;

namespace Ledger.Core.Tests.Evidence.Catalogue;

/// <summary>Makes docs/spec/evidence.md from the tables of the catalogue.</summary>
internal static class CataloguePage
{
    private const string Head =
        """
        # Evidence

        This page is made from the tables in `src/Ledger.Core/Evidence/Catalogue`. Do not edit it: run the tests of
        Ledger.Core once with `LEDGER_REWRITE=1`.

        An *evidence record* ([encoding](encoding.md), message `EvidenceRecord`) says who did what to which business
        subject. Its `type` is one of the codes below. A record is anchored only if it meets its type's rules. Every
        node checks them in this order, and the first rule broken gives the [reason](reasons.md):

        1. The type is in the catalogue: else `UNKNOWN_TYPE`.
        2. The action is one of the type's actions, then the role one of the type's roles: else `INVALID_FIELD`.
        3. Every attribute that the action requires is there, in the order of the table: else `MISSING_FIELD`.
        4. Every attribute of the record, in the order of the record, is the type's, is common, or has a key that begins
           with `x-`; and its kind and value are allowed: else `INVALID_FIELD`.
        5. There are as many digests, then as many links, as the action requires: else `MISSING_FIELD`.
        6. The member that the sender's key belongs to holds the role: else `NOT_AUTHORISED`.

        Attributes whose keys begin with `x-` are the sender's own and may have any kind. Raw data never enters a
        record: personal names, identity numbers and the data itself stay at home, and the record carries digests.


        """;

    public static string Make()
    {
        var page = new StringBuilder(Head);
        page.Append("## Roles\n\n| code | 中文 | English |\n|---|---|---|\n");
        foreach (var role in EvidenceRoles.All)
            page.Append(CultureInfo.InvariantCulture, $"| `{role.Code}` | {role.Chinese} | {role.English} |\n");
        page.Append("\n## Common attributes\n\nA record of any type may have these.\n\n");
        Attributes(page, EvidenceCatalogue.CommonAttributes);
        foreach (var stage in Enum.GetValues<EvidenceStage>()) Stage(page, stage);
        return page.ToString();
    }

    private static void Stage(StringBuilder page, EvidenceStage stage)
    {
        page.Append(CultureInfo.InvariantCulture, $"\n## {stage.Chinese()} `{stage.Prefix()}`\n");
        foreach (var type in EvidenceCatalogue.All.Where(t => t.Stage == stage))
        {
            page.Append(CultureInfo.InvariantCulture, $"\n### `{type.Code}`\n\n{type.Chinese}. {type.English}.\n\n");
            page.Append(CultureInfo.InvariantCulture, $"- lane: {type.Lane.Chinese()} ({type.Lane.English()})\n");
            page.Append(CultureInfo.InvariantCulture, $"- subject: {type.SubjectIs}\n");
            page.Append(CultureInfo.InvariantCulture, $"- actions: {Codes(type.Actions)}\n");
            page.Append(CultureInfo.InvariantCulture, $"- roles: {Codes(type.Roles)}\n");
            page.Append("- digests: ").Append(Least(type.MinimumDigests, type.DigestsRequiredBy)).Append('\n');
            page.Append("- links: ").Append(Least(type.MinimumLinks, type.LinksRequiredBy)).Append('\n');
            if (type.Attributes.Count == 0) continue;
            page.Append('\n');
            Attributes(page, type.Attributes);
        }
    }

    private static void Attributes(StringBuilder page, IReadOnlyList<AttributeRule> rules)
    {
        page.Append("| attribute | kind | required | must be | meaning |\n|---|---|---|---|---|\n");
        foreach (var rule in rules)
        {
            var required = !rule.IsRequired ? "no" : rule.RequiredBy.Count == 0 ? "always" : Codes(rule.RequiredBy);
            page.Append(
                CultureInfo.InvariantCulture,
                $"| `{rule.Key}` | {KindName(rule.Kind)} | {required} | {Expectation(rule)} | {rule.Meaning} |\n");
        }
    }

    private static string Expectation(AttributeRule rule) =>
        rule.Values.Count > 0 ? "one of " + Codes(rule.Values) : rule.Expectation();

    private static string Least(int count, IReadOnlyList<string> actions) => count == 0
        ? "any number"
        : string.Create(CultureInfo.InvariantCulture, $"at least {count}")
            + (actions.Count == 0 ? "" : $" for {Codes(actions)}");

    private static string Codes(IEnumerable<string> codes) => string.Join(", ", codes.Select(c => $"`{c}`"));

    private static string KindName(AttributeKind kind) => kind.ToString().ToLowerInvariant();
}
