using System.Text;
using System.Text.Json;

namespace Ledger.Contracts.Engine;

/// <summary>
/// What the prelude's <c>describe</c> says of an error: a JSON array of name, code, message and stack.
/// </summary>
internal static class ErrorText
{
    private const string EngineError = "InternalError";

    public static ScriptError Parse(string json)
    {
        using var document = JsonDocument.Parse(WellFormed(json));
        var parts = document.RootElement;
        return new ScriptError(
            parts[0].GetString()!,
            parts[1].GetString(),
            Cut(parts[2].GetString()!),
            OwnFrames(parts[3].GetString()) is { } stack ? Cut(stack) : null);
    }

    /// <summary>
    /// An error that the engine raised for lack of memory or stack is what ended the run, unless the script caught it.
    /// Without memory for even an error, the engine throws null.
    /// </summary>
    public static ScriptStatus StatusOf(ScriptError error, bool memoryRanOut) => error switch
    {
        { Name: EngineError } when memoryRanOut && error.Message.StartsWith("out of memory", StringComparison.Ordinal) =>
            ScriptStatus.OutOfMemory,
        { Name: "null" } when memoryRanOut => ScriptStatus.OutOfMemory,
        { Name: EngineError, Message: "stack overflow" } => ScriptStatus.TooDeep,
        _ => ScriptStatus.Thrown,
    };

    // JSON.stringify writes half of a surrogate pair as an escape, and nothing else of that range so: a text that the
    // prelude cut may end in one, and the reader of JSON does not take it.
    private static string WellFormed(string json)
    {
        if (!json.Contains("\\ud", StringComparison.Ordinal)) return json;
        var text = new StringBuilder(json.Length);
        for (var i = 0; i < json.Length; i++)
        {
            text.Append(json[i]);
            if (json[i] != '\\' || ++i == json.Length) continue;
            var isHalf = json[i] == 'u' && i + 4 < json.Length && json[i + 1] == 'd' && json[i + 2] is >= '8' and <= 'f';
            if (isHalf) text.Append("ufffd");
            else text.Append(json[i]);
            if (isHalf) i += 4;
        }

        return text.ToString();
    }

    /// <summary>At most <see cref="ScriptError.MaxMessageBytes"/>, cut between characters.</summary>
    private static string Cut(string text)
    {
        if (text.Length * 3 <= ScriptError.MaxMessageBytes) return text;
        var bytes = 0;
        var units = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (bytes + rune.Utf8SequenceLength > ScriptError.MaxMessageBytes) break;
            bytes += rune.Utf8SequenceLength;
            units += rune.Utf16SequenceLength;
        }

        return text[..units];
    }

    // The author's lines: without those of the prelude and the bootstrap beneath them.
    private static string? OwnFrames(string? stack)
    {
        if (stack is null) return null;
        var kept = new StringBuilder();
        foreach (var line in stack.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Contains("(prelude.js:", StringComparison.Ordinal)) continue;
            if (line.Contains("(bootstrap.js:", StringComparison.Ordinal)) continue;
            kept.Append(line).Append('\n');
        }

        return kept.ToString();
    }
}
