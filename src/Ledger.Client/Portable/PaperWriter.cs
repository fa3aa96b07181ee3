using System.Globalization;
using System.Text;

namespace Ledger.Client.Portable;

/// <summary>
/// Writes HTML that is also well-formed XML. What records say was written by strangers: every text goes through
/// <see cref="Text"/>, which leaves no way to write markup, and shows characters that would hide or reorder others.
/// Not thread-safe.
/// </summary>
internal sealed class PaperWriter(CertificateLanguages languages)
{
    private readonly StringBuilder _html = new(32 << 10);

    // Bound: the depth of the document, which is ours.
    private readonly Stack<string> _open = new();

    private bool HasChinese => languages.HasFlag(CertificateLanguages.Chinese);

    private bool HasEnglish => languages.HasFlag(CertificateLanguages.English);

    /// <summary>The tag <c>lang</c> of the document.</summary>
    public string Language => HasChinese ? "zh-CN" : "en";

    public override string ToString() => _html.ToString();

    /// <summary>Markup of ours, as it is.</summary>
    public PaperWriter Raw(string markup)
    {
        _html.Append(markup);
        return this;
    }

    /// <summary>Opens an element; the class is one of ours.</summary>
    public PaperWriter Open(string element, string? style = null)
    {
        _html.Append('<').Append(element);
        if (style is not null) _html.Append(" class=\"").Append(style).Append('"');
        _html.Append('>');
        _open.Push(element);
        return this;
    }

    /// <summary>Closes the element that was opened last.</summary>
    public PaperWriter Close()
    {
        _html.Append("</").Append(_open.Pop()).Append(">\n");
        return this;
    }

    /// <summary>Text of any origin.</summary>
    public PaperWriter Text(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '<':
                    _html.Append("&lt;");
                    break;
                case '>':
                    _html.Append("&gt;");
                    break;
                case '&':
                    _html.Append("&amp;");
                    break;
                case '"':
                    _html.Append("&quot;");
                    break;
                case '\'':
                    _html.Append("&#39;");
                    break;
                default:
                    if (IsShown(rune)) _html.Append(rune);
                    else _html.Append(CultureInfo.InvariantCulture, $"\u27e8U+{rune.Value:X4}\u27e9");
                    break;
            }
        }

        return this;
    }

    /// <summary>A text of ours, in the languages of the document.</summary>
    public PaperWriter Say(string chinese, string english)
    {
        if (HasChinese) Open("span", "zh").Text(chinese).CloseInline();
        if (HasChinese && HasEnglish) _html.Append(' ');
        if (HasEnglish) Open("span", "en").Text(english).CloseInline();
        return this;
    }

    /// <summary>A heading of ours.</summary>
    public PaperWriter Heading(string chinese, string english) => Open("h2").Say(chinese, english).Close();

    /// <summary>
    /// A row of a table: a label of ours and a value of any origin, kept apart in its direction of writing.
    /// </summary>
    public PaperWriter Row(string chinese, string english, string value, string? style = null) =>
        Open("tr").Open("th").Say(chinese, english).Close()
            .Open("td", style).Open("bdi").Text(value).CloseInline().Close().Close();

    /// <summary>A row with hexadecimal digits in groups of eight.</summary>
    public PaperWriter HexRow(string chinese, string english, string hex) =>
        Row(chinese, english, Grouped(hex), "hex");

    /// <summary>Hexadecimal digits in groups of eight, so that two people can compare them aloud.</summary>
    public static string Grouped(string hex) => string.Join(' ', hex.Chunk(8).Select(c => new string(c)));

    private PaperWriter CloseInline()
    {
        _html.Append("</").Append(_open.Pop()).Append('>');
        return this;
    }

    // Controls, marks that change the direction or are invisible, and what is no character.
    private static bool IsShown(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
            or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
