namespace Ledger.Network;

/// <summary>The name of a protocol as multistream-select negotiates it, such as <c>/ledger/consensus/1</c>.</summary>
public readonly record struct ProtocolId
{
    /// <summary>Longer names would not fit a negotiation line with room to spare.</summary>
    public const int MaxLength = 128;

    private readonly string? _name;

    /// <exception cref="ArgumentException">Not a slash followed by visible ASCII characters, or too long.</exception>
    public ProtocolId(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length is < 2 or > MaxLength || name[0] != '/' || name.Any(c => c is <= ' ' or > '~'))
            throw new ArgumentException("a protocol name is a slash and visible ASCII characters", nameof(name));
        _name = name;
    }

    /// <summary>The name, with its leading slash.</summary>
    public string Name => _name ?? throw new InvalidOperationException("no protocol is named");

    /// <inheritdoc/>
    public override string ToString() => _name ?? string.Empty;
}
