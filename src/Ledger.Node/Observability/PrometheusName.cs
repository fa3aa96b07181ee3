using System.Diagnostics.Metrics;
using System.Text;

namespace Ledger.Node.Observability;

/// <summary>Turns names of instruments and tags into names of metrics and labels.</summary>
/// <remarks>Prometheus "Metric and label naming", as <c>promtool check metrics</c> enforces it.</remarks>
internal static class PrometheusName
{
    // These endings belong to the parts of other metric types.
    private static readonly string[] ReservedSuffixes = ["_total", "_count", "_sum", "_bucket"];

    /// <summary>The metric's name: snake case, unit at the end, and <c>_total</c> behind it for counters.</summary>
    public static string OfMetric(Instrument instrument, MetricKind kind)
    {
        var name = Sanitize(instrument.Name);
        foreach (var suffix in ReservedSuffixes)
        {
            if (name.Length > suffix.Length && name.EndsWith(suffix, StringComparison.Ordinal))
                name = name[..^suffix.Length];
        }

        var unit = OfUnit(instrument.Unit);
        if (unit.Length > 0 && !name.EndsWith("_" + unit, StringComparison.Ordinal)) name += "_" + unit;
        return kind == MetricKind.Counter ? name + "_total" : name;
    }

    /// <summary>
    /// The label's name. <c>le</c> is the histogram's own and names beginning with two underscores are Prometheus's.
    /// </summary>
    public static string OfLabel(string key)
    {
        var name = Sanitize(key);
        if (name == "le") return "label_le";
        return name.StartsWith("__", StringComparison.Ordinal) ? "label" + name : name;
    }

    // UCUM units as our instruments use them; {annotations} count things and are no units.
    private static string OfUnit(string? unit) => unit switch
    {
        null or "" or "1" or ['{', ..] => "",
        "s" => "seconds",
        "ms" => "milliseconds",
        "By" => "bytes",
        "%" => "percent",
        _ => Sanitize(unit),
    };

    private static string Sanitize(string name)
    {
        var text = new StringBuilder(name.Length + 1);
        if (name.Length == 0 || char.IsAsciiDigit(name[0])) text.Append('_');
        foreach (var c in name) text.Append(char.IsAsciiLetterOrDigit(c) ? c : '_');
        return text.ToString();
    }
}
