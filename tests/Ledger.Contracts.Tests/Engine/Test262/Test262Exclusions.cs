namespace Ledger.Contracts.Tests.Engine.Test262;

/// <summary>What of test262 is not run, and why. Everything else must pass, but for the list of known failures.</summary>
internal static class Test262Exclusions
{
    /// <summary>Why a test is not run; null when it is.</summary>
    public static string? ReasonFor(string path, string source, Test262Metadata metadata)
    {
        if (metadata.Flags.Contains("module")) return "modules import each other; a contract is one module";
        if (source.Contains("$262", StringComparison.Ordinal)) return "needs realms, agents or detaching, which only a host gives";
        if (metadata.Includes.Contains("detachArrayBuffer.js")) return "needs detaching, which only a host gives";
        if (metadata.Flags.Contains("CanBlockIsFalse")) return "about blocking agents";
        foreach (var (part, reason) in Paths)
        {
            if (path.Contains(part, StringComparison.Ordinal)) return reason;
        }

        foreach (var feature in metadata.Features)
        {
            if (Features.TryGetValue(feature, out var reason)) return reason;
        }

        return null;
    }

    private const string TakenAway = "taken away by the prelude";
    private const string Newer = "newer than the language of contracts";

    private static readonly (string Part, string Reason)[] Paths =
    [
        ("intl402/", "internationalisation, which is locale"),
        ("annexB/built-ins/Function/createdynfn-html", "comments of web pages"),
        ("staging/", "proposals"),
        ("built-ins/Math/random", TakenAway),
        ("toLocale", TakenAway),
        ("localeCompare", TakenAway),
        ("built-ins/BigInt/asUintN/order-of-steps", "the correction of asUintN reads its arguments in another order"),
    ];

    private static readonly Dictionary<string, string> Features = new(StringComparer.Ordinal)
    {
        ["WeakRef"] = TakenAway,
        ["FinalizationRegistry"] = TakenAway,
        ["SharedArrayBuffer"] = TakenAway,
        ["Atomics"] = TakenAway,
        ["Atomics.pause"] = TakenAway,
        ["Atomics.waitAsync"] = TakenAway,
        ["host-gc-required"] = TakenAway,
        ["dynamic-import"] = "a contract imports nothing",
        ["import-attributes"] = "a contract imports nothing",
        ["json-modules"] = "a contract imports nothing",
        ["import-text"] = "a contract imports nothing",
        ["import-bytes"] = "a contract imports nothing",
        ["import-defer"] = "a contract imports nothing",
        ["source-phase-imports"] = "a contract imports nothing",
        ["source-phase-imports-module-source"] = "a contract imports nothing",
        ["cross-realm"] = "one realm",
        ["ShadowRealm"] = "one realm",
        ["IsHTMLDDA"] = "an object that only web pages have",
        ["tail-call-optimization"] = "no engine but one does it",
        ["top-level-await"] = "of modules",
        ["Temporal"] = Newer,
        ["decorators"] = Newer,
        ["explicit-resource-management"] = Newer,
        ["canonical-tz"] = Newer,
        ["immutable-arraybuffer"] = Newer,
        ["nonextensible-applies-to-private"] = Newer,
        ["await-dictionary"] = Newer,
        ["joint-iteration"] = Newer,
        ["iterator-sequencing"] = Newer,
        ["upsert"] = Newer,
        ["Intl.Locale"] = "internationalisation, which is locale",
    };
}
