namespace Ledger.Contracts.Authoring;

/// <summary>
/// JavaScript or TypeScript without what is no code: comments and the texts of strings, templates and regular
/// expressions are blanked out, and every other character keeps its line and column. What rules look at.
/// </summary> <remarks>
/// A scanner, not a parser: it tells a regular expression from a division by what stands before it, which is right
/// for all code that people write. Stateless and safe for concurrent use.
/// </remarks>
internal static class CodeText
{
    private static readonly string[] BeforeExpression =
        ["return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "else", "do", "instanceof",
            "yield", "await"];

    public static string Of(string source)
    {
        var text = source.ToCharArray();

        // Where in templates the scanner is: braces that are open within each `${`.
        var templates = new Stack<int>();
        var at = 0;
        while (at < text.Length)
        {
            var c = text[at];
            var next = at + 1 < text.Length ? text[at + 1] : '\0';
            if (c == '/' && next == '/') at = Blank(text, at, EndOfLine(text, at));
            else if (c == '/' && next == '*') at = Blank(text, at, EndOfComment(text, at));
            else if (c is '"' or '\'') at = Blank(text, at + 1, EndOfString(text, at)) + 1;
            else if (c == '`') at = Template(text, at + 1, templates);
            else if (c == '/' && BeginsRegex(text, at)) at = Blank(text, at, EndOfRegex(text, at));
            else if (c == '{' && templates.Count > 0)
            {
                templates.Push(templates.Pop() + 1);
                at++;
            }
            else if (c == '}' && templates.Count > 0)
            {
                var open = templates.Pop();
                if (open == 0) at = Template(text, at + 1, templates);
                else
                {
                    templates.Push(open - 1);
                    at++;
                }
            }
            else at++;
        }

        return new string(text);
    }

    private static int Blank(char[] text, int from, int to)
    {
        for (var i = from; i < to && i < text.Length; i++)
        {
            if (text[i] != '\n') text[i] = ' ';
        }

        return Math.Min(to, text.Length);
    }

    // The text of a template up to its end, or up to an expression in it, which is code.
    private static int Template(char[] text, int from, Stack<int> templates)
    {
        var at = from;
        while (at < text.Length && text[at] != '`')
        {
            if (text[at] == '$' && at + 1 < text.Length && text[at + 1] == '{')
            {
                Blank(text, from, at);
                templates.Push(0);
                return at + 2;
            }

            at += text[at] == '\\' ? 2 : 1;
        }

        return Blank(text, from, at) + 1;
    }

    private static int EndOfLine(char[] text, int at)
    {
        while (at < text.Length && text[at] != '\n') at++;
        return at;
    }

    private static int EndOfComment(char[] text, int at)
    {
        for (at += 2; at + 1 < text.Length; at++)
        {
            if (text[at] == '*' && text[at + 1] == '/') return at + 2;
        }

        return text.Length;
    }

    private static int EndOfString(char[] text, int at)
    {
        var quote = text[at++];
        while (at < text.Length && text[at] != quote && text[at] != '\n') at += text[at] == '\\' ? 2 : 1;
        return at;
    }

    private static int EndOfRegex(char[] text, int at)
    {
        var inClass = false;
        for (at++; at < text.Length && text[at] != '\n'; at++)
        {
            if (text[at] == '\\') at++;
            else if (text[at] == '[') inClass = true;
            else if (text[at] == ']') inClass = false;
            else if (text[at] == '/' && !inClass) return at + 1;
        }

        return at;
    }

    // A slash divides after a value, and begins a regular expression anywhere else.
    private static bool BeginsRegex(char[] text, int at)
    {
        var before = at - 1;
        while (before >= 0 && char.IsWhiteSpace(text[before])) before--;
        if (before < 0) return true;
        if (text[before] is ')' or ']' or '}' or '"' or '\'' or '`') return false;
        if (!IsWord(text[before])) return true;
        var start = before;
        while (start > 0 && IsWord(text[start - 1])) start--;
        return BeforeExpression.Contains(new string(text, start, before - start + 1));
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c is '_' or '$';
}
