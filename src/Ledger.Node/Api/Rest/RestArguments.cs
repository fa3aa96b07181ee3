using Google.Protobuf;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;

namespace Ledger.Node.Api.Rest;

/// <summary>
/// What a caller gave, checked. Nothing is overlooked: a parameter that the route does not know, or one that is given
/// twice, is refused, as a typo must not silently mean a default.
/// </summary>
internal sealed class RestArguments
{
    // Bound: the parameters of the route.
    private readonly Dictionary<string, object> _values;

    private RestArguments(Dictionary<string, object> values) => _values = values;

    /// <summary>Reads the arguments of a request; null with a sentence when something is wrong with them.</summary>
    public static RestArguments? Read(HttpRequest request, IReadOnlyList<RestParameter> parameters, out string? error)
    {
        var values = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var (name, given) in request.Query)
        {
            error = !parameters.Any(p => p.Place == ParameterPlace.Query && p.Name == name)
                ? $"there is no parameter '{Shown(name)}' here"
                : given.Count != 1 ? $"{name} is given {given.Count} times" : null;
            if (error is not null) return null;
        }

        foreach (var parameter in parameters)
        {
            var text = parameter.Place switch
            {
                ParameterPlace.Path => request.RouteValues[parameter.Name] as string,
                ParameterPlace.Query => request.Query.TryGetValue(parameter.Name, out var query) ? query[0] : null,
                _ => request.Headers.TryGetValue(parameter.Name, out var header) ? header.ToString() : null,
            };
            if (text is null) continue;
            if (parameter.Parse(text, out var complaint) is not { } value)
            {
                error = $"{parameter.Name} {complaint}";
                return null;
            }

            values.Add(parameter.Name, value);
        }

        error = null;
        return new RestArguments(values);
    }

    public bool Has(string name) => _values.ContainsKey(name);

    public string Text(string name) => _values.TryGetValue(name, out var value) ? (string)value : "";

    public ulong Number(string name) => _values.TryGetValue(name, out var value) ? (ulong)value : 0;

    public uint Small(string name) => (uint)Number(name);

    public bool Flag(string name) => _values.TryGetValue(name, out var value) && (bool)value;

    public ulong Time(string name) =>
        _values.TryGetValue(name, out var value) ? ((Timestamp)value).UnixMilliseconds : 0;

    public ByteString Hash(string name) => ApiBytes.Of((Hash256)_values[name]);

    public ByteString Bytes(string name) =>
        _values.TryGetValue(name, out var value) ? UnsafeByteOperations.UnsafeWrap((byte[])value) : ByteString.Empty;

    public EvidenceId EvidenceId(string name) => (EvidenceId)_values[name];

    // What a caller sent is shown back only as far as it is plain and short.
    private static string Shown(string name) =>
        new([.. name.Take(40).Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' ? c : '?')]);
}
