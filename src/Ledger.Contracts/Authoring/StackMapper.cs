using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Ledger.Contracts.Authoring;

/// <summary>Turns the engine's stacks into places of the files that an author wrote.</summary>
/// <remarks>Immutable and safe for concurrent use.</remarks>
public sealed partial class StackMapper
{
    private readonly string _file;
    private readonly SourceMap? _map;

    /// <summary>A mapper for the stacks of one module.</summary>
    /// <param name="file">The file that the author knows the module as, when there is no map.</param>
    /// <param name="map">Where its lines come from; null when they are the author's own.</param>
    public StackMapper(string file, SourceMap? map)
    {
        _file = file;
        _map = map;
    }

    /// <summary>The stack with places of the author's files; a frame that is in none of them stays as it is.</summary>
    public string Map(string stack)
    {
        var mapped = new StringBuilder();
        foreach (var line in stack.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            mapped.Append(Place().Replace(line, m => PlaceOf(m) is { } place ? Written(place) : m.Value)).Append('\n');
        return mapped.ToString();
    }

    /// <summary>The author's place that the innermost frame is in; null when the stack names none.</summary>
    public SourcePlace? First(string? stack)
    {
        if (stack is null) return null;
        foreach (var line in stack.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Place().Match(line) is { Success: true } match && PlaceOf(match) is { } place) return place;
        }

        return null;
    }

    private SourcePlace? PlaceOf(Match match)
    {
        var line = int.Parse(match.Groups["line"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
        var column = match.Groups["column"].Success
            ? int.Parse(match.Groups["column"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture)
            : 1;
        return _map is null ? new SourcePlace(_file, line, column) : _map.Find(line, column);
    }

    private static string Written(SourcePlace place) =>
        string.Create(CultureInfo.InvariantCulture, $"{place.File}:{place.Line}:{place.Column}");

    [GeneratedRegex(@"(?<file>[A-Za-z0-9_.<>-]+\.m?js):(?<line>[0-9]{1,7})(:(?<column>[0-9]{1,7}))?",
        RegexOptions.CultureInvariant)]
    private static partial Regex Place();
}
