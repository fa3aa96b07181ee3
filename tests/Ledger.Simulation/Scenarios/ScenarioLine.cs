using System.Globalization;

namespace Ledger.Simulation.Scenarios;

/// <summary>A scenario file says something that is not understood, or an expectation that does not hold.</summary>
internal sealed class ScenarioException(int line, string text, string problem)
    : Exception($"line {line}, '{text}': {problem}")
{
    public int Line => line;
}

/// <summary>One command: a verb, words, and options of the form <c>name=value</c>.</summary>
internal sealed class ScenarioLine
{
    private readonly Dictionary<string, string> _options = new(StringComparer.Ordinal);
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    private ScenarioLine(int number, string text)
    {
        Number = number;
        Text = text;
        var words = new List<string>();
        foreach (var token in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = token.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && char.IsLetter(token[0])) _options[token[..equals]] = token[(equals + 1)..];
            else words.Add(token);
        }

        Verb = words[0];
        Words = words[1..];
    }

    public int Number { get; }

    public string Text { get; }

    public string Verb { get; }

    public IReadOnlyList<string> Words { get; }

    /// <summary>The commands of a file. <c>#</c> begins a comment.</summary>
    public static IEnumerable<ScenarioLine> Parse(string file)
    {
        var number = 0;
        foreach (var line in file.Split('\n'))
        {
            number++;
            var text = line.Split('#')[0].Trim();
            if (text.Length > 0) yield return new ScenarioLine(number, text);
        }
    }

    public string Word(int index) => index < Words.Count ? Words[index] : throw Problem($"word {index + 1} is missing");

    public int Node(int index) => ParseNumber(Word(index));

    public int NumberOf(string name, int otherwise) => Option(name) is { } value ? ParseNumber(value) : otherwise;

    public string? Option(string name)
    {
        _used.Add(name);
        return _options.GetValueOrDefault(name);
    }

    public T Choice<T>(string name, T otherwise)
        where T : struct, Enum
    {
        if (Option(name) is not { } value) return otherwise;
        return Enum.TryParse<T>(value, ignoreCase: true, out var found) ? found : throw Problem($"{value} is no {name}");
    }

    public int ParseNumber(string text) => int.TryParse(text, CultureInfo.InvariantCulture, out var value)
        ? value
        : throw Problem($"'{text}' is no number");

    /// <summary>Refuses options that the command does not know.</summary>
    public void RequireUsed()
    {
        foreach (var name in _options.Keys)
        {
            if (!_used.Contains(name)) throw Problem($"'{name}' is not an option of '{Verb}'");
        }
    }

    public ScenarioException Problem(string problem) => new(Number, Text, problem);
}
