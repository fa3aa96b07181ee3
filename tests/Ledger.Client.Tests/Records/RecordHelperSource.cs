using System.Globalization;
using System.Text;
using Ledger.Core.Evidence;
using Ledger.Core.Evidence.Catalogue;

namespace Ledger.Client.Tests.Records;

/// <summary>
/// Makes the typed helpers of <c>src/Ledger.Client/Records</c> from the catalogue, the one place where types are defined:
/// one class for each type, one method for each action, whose parameters are what the action requires.
/// </summary>
internal static class RecordHelperSource
{
    private static readonly string[] Keywords = ["interface", "object", "operator", "event", "params", "class", "decimal"];

    /// <summary>The file of a type, relative to the folder.</summary>
    public static string FileOf(EvidenceType type) => $"{Pascal(StageOf(type))}/{ClassOf(type)}.cs";

    public static string NamespaceOf(EvidenceType type) => "Ledger.Client.Records." + Pascal(StageOf(type));

    public static string ClassOf(EvidenceType type) => Pascal(type.Code[(type.Code.IndexOf('.') + 1)..]) + "Record";

    public static string Pascal(string name) => string.Concat(name.Split('-', '_', '.').Select(
        part => char.ToUpper(part[0], CultureInfo.InvariantCulture) + part[1..]));

    public static string Make(EvidenceType type)
    {
        var text = new StringBuilder();
        Line(text, "// Made from the catalogue by the tests of Ledger.Client, with LEDGER_REWRITE=1. Do not edit.");
        Line(text, "using Ledger.Core.Evidence;");
        Line(text, "");
        Line(text, $"namespace {NamespaceOf(type)};");
        Line(text, "");
        Line(text, "/// <summary>");
        Line(text, $"/// {type.English} ({type.Chinese}): records of the type <c>{type.Code}</c>.");
        Line(text, "/// </summary>");
        Line(text, $"/// <remarks>In one of the roles {string.Join(", ", type.Roles)}.</remarks>");
        Line(text, $"public static class {ClassOf(type)}");
        Line(text, "{");
        Line(text, "    /// <summary>The type's code.</summary>");
        Line(text, $"    public const string Type = \"{type.Code}\";");
        foreach (var action in type.Actions) Method(text, type, action);
        Line(text, "}");
        return text.ToString();
    }

    private static void Method(StringBuilder text, EvidenceType type, string action)
    {
        var required = type.Attributes.Where(a => a.IsRequiredFor(action)).ToArray();
        var optional = type.Attributes.Except(required).ToArray();
        var needsDigests = type.MinimumDigestsFor(action) > 0;
        var needsLinks = type.MinimumLinksFor(action) > 0;
        Line(text, "");
        Line(text, $"    /// <summary>A record of the action <c>{action}</c>.</summary>");
        Line(text, "    /// <param name=\"by\">Who acted, in which role.</param>");
        Line(text, $"    /// <param name=\"subject\">The business key of {type.SubjectIs}.</param>");
        foreach (var rule in required.Concat(optional))
            Line(text, $"    /// <param name=\"{Camel(rule.Key)}\">{Meaning(rule)}</param>");
        Line(text, "    /// <param name=\"digests\">Digests of what it is about"
            + (needsDigests ? $"; {type.MinimumDigestsFor(action)} at least.</param>" : ".</param>"));
        Line(text, "    /// <param name=\"links\">Earlier evidence that it builds on"
            + (needsLinks ? $"; {type.MinimumLinksFor(action)} at least.</param>" : ".</param>"));
        Line(text, "    /// <param name=\"more\">Common attributes, and the sender's own (<c>x-…</c>).</param>");
        Line(text, "    /// <exception cref=\"ArgumentException\">A value is missing or not allowed.</exception>");
        Line(text, $"    public static EvidenceRecord {Pascal(action)}(");
        Line(text, "        RecordAuthor by,");
        Line(text, "        string subject,");
        foreach (var rule in required) Line(text, $"        {TypeOf(rule)} {Parameter(rule.Key)},");
        if (needsDigests) Line(text, "        IReadOnlyList<EvidenceDigest> digests,");
        if (needsLinks) Line(text, "        IReadOnlyList<EvidenceId> links,");
        foreach (var rule in optional) Line(text, $"        {TypeOf(rule)}? {Parameter(rule.Key)} = null,");
        if (!needsDigests) Line(text, "        IReadOnlyList<EvidenceDigest>? digests = null,");
        if (!needsLinks) Line(text, "        IReadOnlyList<EvidenceId>? links = null,");
        Line(text, "        IReadOnlyList<EvidenceAttribute>? more = null) =>");
        Line(text, $"        new RecordMaker(Type, \"{action}\", by, subject)");
        foreach (var rule in required.Concat(optional))
        {
            var must = rule.Kind == AttributeKind.Text && required.Contains(rule) ? ", required: true" : "";
            Line(text, $"            .{rule.Kind}(\"{rule.Key}\", {Parameter(rule.Key)}{must})");
        }

        Line(text, "            .Make(digests, links, more);");
    }

    private static string Meaning(AttributeRule rule)
    {
        var text = System.Security.SecurityElement.Escape(rule.Meaning);
        text = char.ToUpper(text[0], CultureInfo.InvariantCulture) + text[1..];
        var choice = rule.Values.Count > 0 ? $": {string.Join(", ", rule.Values)}" : "";
        return text + choice + ".";
    }

    private static string TypeOf(AttributeRule rule) => rule.Kind switch
    {
        AttributeKind.Text => "string",
        AttributeKind.Integer => "long",
        AttributeKind.Decimal => "decimal",
        AttributeKind.Boolean => "bool",
        AttributeKind.Time => "DateTimeOffset",
        _ => "ReadOnlyMemory<byte>",
    };

    private static string Parameter(string key) => Keywords.Contains(Camel(key)) ? "@" + Camel(key) : Camel(key);

    public static string Camel(string key)
    {
        var pascal = Pascal(key);
        return char.ToLower(pascal[0], CultureInfo.InvariantCulture) + pascal[1..];
    }

    private static string StageOf(EvidenceType type) => type.Code[..type.Code.IndexOf('.')];

    // Long comments are wrapped as the house does.
    private static void Line(StringBuilder text, string line)
    {
        const int Most = 120;
        while (line.Length > Most && line.Contains("/// ", StringComparison.Ordinal))
        {
            var cut = line.LastIndexOf(' ', Most);
            text.Append(line.AsSpan(0, cut)).Append('\n');
            line = string.Concat(
                line.AsSpan(0, line.IndexOf("/// ", StringComparison.Ordinal)), "/// ", line.AsSpan(cut + 1));
        }

        text.Append(line).Append('\n');
    }
}
