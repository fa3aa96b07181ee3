using System.Globalization;
using System.Text;

namespace Ledger.Contracts.Runtime;

/// <summary>
/// Writes JSON in one spelling: no spaces, only what must be escaped is. The framework's writer escapes by tables of Unicode
/// that grow with its versions, and gas is charged by length.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class JsonText
{
    private readonly StringBuilder _text = new();
    private bool _needsComma;

    public int Length => _text.Length;

    public JsonText Open(char bracket)
    {
        Separate();
        _text.Append(bracket);
        _needsComma = false;
        return this;
    }

    public JsonText Close(char bracket)
    {
        _text.Append(bracket);
        _needsComma = true;
        return this;
    }

    public JsonText Name(string name)
    {
        Separate();
        Quote(name);
        _text.Append(':');
        _needsComma = false;
        return this;
    }

    public JsonText Text(string? value)
    {
        Separate();
        if (value is null) _text.Append("null");
        else Quote(value);
        _needsComma = true;
        return this;
    }

    public JsonText Number(ulong value) => Raw(value.ToString(CultureInfo.InvariantCulture));

    public JsonText Flag(bool value) => Raw(value ? "true" : "false");

    /// <summary>A value that is JSON already.</summary>
    public JsonText Raw(string json)
    {
        Separate();
        _text.Append(json);
        _needsComma = true;
        return this;
    }

    public override string ToString() => _text.ToString();

    private void Separate()
    {
        if (_needsComma) _text.Append(',');
    }

    private void Quote(string value)
    {
        _text.Append('"');
        foreach (var c in value)
        {
            if (c is '"' or '\\') _text.Append('\\').Append(c);
            else if (c < ' ') _text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            else _text.Append(c);
        }

        _text.Append('"');
    }
}
