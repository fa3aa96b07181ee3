using System.Text;
using System.Text.Json;

namespace Ledger.Contracts.Runtime.Schema;

/// <summary>
/// What JSON may say where it crosses the border of a contract: every name once, text that is Unicode, and numbers that
/// every reader takes for the same, which are the integers up to 2^53 - 1 in their one spelling.
/// </summary>
/// <remarks>Stateless and safe for concurrent use. Never throws for hostile input.</remarks>
internal static class JsonRules
{
    /// <summary>The largest integer that JSON may carry as a number.</summary>
    public const long MaxInteger = (1L << 53) - 1;

    /// <summary>Deepest nesting.</summary>
    public const int MaxDepth = 64;

    private static readonly JsonDocumentOptions Options = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = false,
        CommentHandling = JsonCommentHandling.Disallow,
        MaxDepth = MaxDepth,
    };

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>UTF-8 of a text; null when it has half of a surrogate pair.</summary>
    public static byte[]? Utf8Of(string text)
    {
        try
        {
            return Strict.GetBytes(text);
        }
        catch (EncoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>The text of UTF-8 bytes; null when they are none.</summary>
    public static string? TextOf(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return Strict.GetString(utf8);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>
    /// Parses a text. Null, with a fault that begins with a JSON pointer, when it breaks a rule. Dispose the result.
    /// </summary>
    public static JsonDocument? Parse(ReadOnlyMemory<byte> utf8, out string fault)
    {
        fault = "";
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(utf8, Options);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The second is for a name that is not Unicode, met when names are compared. The framework's message quotes the
            // input and may change between its versions; outcomes may not.
            fault = "/: not well-formed JSON, nested too deeply, or a name appears twice";
            return null;
        }

        var path = new JsonPath();
        try
        {
            fault = Check(document.RootElement, path) ?? "";
        }
        catch (InvalidOperationException)
        {
            // A string's Unicode is checked when it is read.
            fault = $"{path}: a text is not well-formed Unicode";
        }

        if (fault.Length == 0) return document;
        document.Dispose();
        return null;
    }

    private static string? Check(JsonElement element, JsonPath path)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    path.Push(property.Name);
                    if (Check(property.Value, path) is { } fault) return fault;
                    path.Pop();
                }

                return null;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in element.EnumerateArray())
                {
                    path.Push(index++);
                    if (Check(item, path) is { } fault) return fault;
                    path.Pop();
                }

                return null;
            case JsonValueKind.String:
                _ = element.GetString();
                return null;
            case JsonValueKind.Number:
                return IsInteger(element.GetRawText(), out _)
                    ? null
                    : $"{path}: a number is an integer of at most 2^53 - 1; write others as decimal strings";
            default:
                return null;
        }
    }

    /// <summary>Whether a number's text is a safe integer in its one spelling.</summary>
    public static bool IsInteger(ReadOnlySpan<char> text, out long value)
    {
        value = 0;
        var digits = text.StartsWith('-') ? text[1..] : text;
        if (digits.Length is 0 or > 16 || digits.ContainsAnyExceptInRange('0', '9')) return false;
        if (digits[0] == '0' && text.Length > 1) return false;
        foreach (var digit in digits) value = (value * 10) + (digit - '0');
        if (value > MaxInteger) return false;
        if (text.Length > digits.Length) value = -value;
        return true;
    }
}
