using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Ledger.Contracts.Authoring;

/// <summary>Rules over the text of a contract: what cannot work, or should not, on many machines at once.</summary>
/// <remarks>
/// Stateless and safe for concurrent use. The rules help an author early; what protects the chain is the engine,
/// which has none of what they warn of.
/// </remarks>
public static partial class ContractLinter
{
    private static readonly FrozenDictionary<string, string[]> Context = new Dictionary<string, string[]>
    {
        ["caller"] = [], ["origin"] = [], ["txId"] = [], ["height"] = [], ["time"] = [], ["contract"] = [],
        ["version"] = [],
        ["upgrade"] = [], ["gasLeft"] = [], ["fail"] = [], ["emit"] = [], ["call"] = [], ["query"] = [],
        ["state"] = ["get", "put", "delete", "scan"],
        ["evidence"] = ["get", "byDigest", "timeline", "append"],
        ["fingerprint"] = ["verify"],
        ["members"] = ["get", "role"],
        ["accounts"] = ["balance", "transfer", "issue", "burn"],
        ["schedule"] = ["at", "cancel"],
        ["crypto"] = ["sha256", "verify"],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What the rules find in a file, in the order of its lines.</summary>
    public static IReadOnlyList<LintFinding> Check(string file, string source)
    {
        var findings = new List<LintFinding>();
        var lines = CodeText.Of(source.ReplaceLineEndings("\n")).Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i];
            foreach (Match match in Absent().Matches(line))
                Add(i, match, "non-determinism", true,
                    $"'{match.Value.TrimEnd('(', '.')}' is not in the engine: {Instead(match.Value)}");
            CheckContext(line, i);
            CheckMoney(line, i);
            if (ModuleVariable().Match(line) is { Success: true } variable)
            {
                Add(i, variable, "module-variable", false,
                    "a module's variables start anew with each call: what must last belongs into ctx.state");
            }
        }

        return findings;

        void Add(int line, Match match, string rule, bool isError, string message) =>
            findings.Add(new LintFinding(file, line + 1, match.Index + 1, rule, isError, message));

        void CheckContext(string line, int number)
        {
            foreach (Match match in ContextUse().Matches(line))
            {
                var part = match.Groups["part"].Value;
                if (!Context.TryGetValue(part, out var members))
                {
                    Add(number, match, "unknown-ctx", true,
                        $"there is no ctx.{part}; there are {string.Join(", ", Context.Keys.Order(StringComparer.Ordinal))}");
                }
                else if (members.Length > 0 && match.Groups["member"] is { Success: true } member
                    && !members.Contains(member.Value))
                {
                    Add(number, match, "unknown-ctx", true,
                        $"there is no ctx.{part}.{member.Value}; there are {string.Join(", ", members)}");
                }
            }
        }

        void CheckMoney(string line, int number)
        {
            if (Fraction().Match(line) is { Success: true } fraction)
            {
                Add(number, fraction, "float-near-money", MoneyWord().IsMatch(line),
                    "a number with a fraction: amounts are BigInt in minor units, ratios two whole numbers");
            }

            if (!MoneyWord().IsMatch(line)) return;
            if (FloatFunction().Match(line) is { Success: true } function)
            {
                Add(number, function, "float-near-money", true,
                    $"'{function.Value.TrimEnd('(')}' makes a floating-point number of money: use BigInt and Money");
            }
        }
    }

    private static string Instead(string name) => name switch
    {
        _ when name.StartsWith("Math.random", StringComparison.Ordinal)
            || name.StartsWith("crypto", StringComparison.Ordinal) =>
            "no two nodes would agree; derive what must be unforeseeable from what members commit to",
        _ when name.Contains("ocale", StringComparison.Ordinal) || name.StartsWith("Intl", StringComparison.Ordinal) =>
            "it depends on the machine; compare and write texts as they are",
        _ when name.StartsWith("set", StringComparison.Ordinal) => "use ctx.schedule or export const schedule",
        _ when name.StartsWith("performance", StringComparison.Ordinal) => "the time of a call is ctx.time",
        _ => "a contract sees its arguments and ctx, and nothing of the machine",
    };

    [GeneratedRegex(
        @"\bMath\.random\b|\bcrypto\.(getRandomValues|randomUUID|subtle)\b|\bperformance\.|\bIntl\."
        + @"|\.toLocale\w*|\.localeCompare\b"
        + @"|\b(WeakRef|FinalizationRegistry|SharedArrayBuffer|Atomics|XMLHttpRequest|WebSocket)\b"
        + @"|\b(setTimeout|setInterval|setImmediate|queueMicrotask|requestAnimationFrame)\(|(?<![.\w])(fetch|require)\("
        + @"|\bprocess\.|\bimport\(",
        RegexOptions.CultureInvariant)]
    private static partial Regex Absent();

    [GeneratedRegex(@"(?<![.\w$])ctx\??\.(?<part>\w+)(\??\.(?<member>\w+))?", RegexOptions.CultureInvariant)]
    private static partial Regex ContextUse();

    [GeneratedRegex(@"(?<![\w.])\d+\.\d+(?![\w.])|(?<![\w.])\.\d+\b|\b\d+e-\d+\b", RegexOptions.CultureInvariant)]
    private static partial Regex Fraction();

    [GeneratedRegex(
        @"\b\w*(amount|price|balance|money|payout|payment|fee|deductible|salary|cost|cents?)s?\b",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex MoneyWord();

    [GeneratedRegex(@"\bparseFloat\(|\bNumber\(|\.toFixed\(|\bMath\.(round|floor|ceil|trunc|pow|sqrt)\(",
        RegexOptions.CultureInvariant)]
    private static partial Regex FloatFunction();

    [GeneratedRegex(@"^(export\s+)?(let|var)\s", RegexOptions.CultureInvariant)]
    private static partial Regex ModuleVariable();
}
