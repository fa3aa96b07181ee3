using System.Globalization;
using System.Text;

namespace Ledger.Contracts.Runtime.Schema;

/// <summary>Where in a JSON document one is, written as a JSON pointer (RFC 6901); the document itself is <c>/</c>.</summary>
/// <remarks>Not thread-safe. Written out only when there is a fault to tell of.</remarks>
internal sealed class JsonPath
{
    // A pointer in a message is for people: a longer one says less.
    private const int MaxLength = 200;

    // Bound: JsonRules.MaxDepth.
    private readonly List<(string? Name, int Index)> _steps = [];

    public void Push(string name) => _steps.Add((name, 0));

    public void Push(int index) => _steps.Add((null, index));

    public void Pop() => _steps.RemoveAt(_steps.Count - 1);

    public override string ToString()
    {
        if (_steps.Count == 0) return "/";
        var text = new StringBuilder();
        foreach (var (name, index) in _steps)
        {
            text.Append('/');
            if (name is null) text.Append(index.ToString(CultureInfo.InvariantCulture));
            else text.Append(name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal));
        }

        return text.Length <= MaxLength ? text.ToString() : text.ToString(0, MaxLength) + "…";
    }
}
