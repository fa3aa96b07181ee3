using System.Text;
using System.Text.RegularExpressions;

namespace Ledger.Client.Import.Mapping;

/// <summary>
/// A text with places for a rule's captures: <c>{1}</c> by number, <c>{name}</c> by name, <c>{{</c> and <c>}}</c> for
/// braces. Immutable.
/// </summary>
internal sealed class Template
{
    private readonly List<(string Text, int Group)> _parts = [];

    private Template()
    {
    }

    /// <summary>Reads a template and checks that the pattern has every capture it names.</summary>
    /// <exception cref="FormatException">It names another one, or its braces do not match.</exception>
    public static Template Parse(string text, Regex pattern)
    {
        var template = new Template();
        var literal = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is '{' or '}' && i + 1 < text.Length && text[i + 1] == c)
            {
                literal.Append(c);
                i++;
            }
            else if (c == '{')
            {
                var end = text.IndexOf('}', i);
                var name = end < 0 ? "" : text[(i + 1)..end];
                var group = pattern.GroupNumberFromName(name);
                if (name.Length == 0 || group < 0)
                    throw new FormatException(
                        $"'{text}' names capture '{name}', which the pattern '{pattern}' does not have");
                template._parts.Add((literal.ToString(), group));
                literal.Clear();
                i = end;
            }
            else if (c == '}')
            {
                throw new FormatException($"'{text}' has a '}}' without '{{'; write '}}}}' for a brace");
            }
            else
            {
                literal.Append(c);
            }
        }

        template._parts.Add((literal.ToString(), -1));
        return template;
    }

    public string Expand(Match match)
    {
        var text = new StringBuilder();
        foreach (var (literal, group) in _parts)
        {
            text.Append(literal);
            if (group >= 0) text.Append(match.Groups[group].ValueSpan);
        }

        return text.ToString();
    }
}
