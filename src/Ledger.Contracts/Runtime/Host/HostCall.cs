using System.Globalization;
using Ledger.Contracts.Engine;

namespace Ledger.Contracts.Runtime.Host;

/// <summary>The arguments of one question to the ledger, and its gas.</summary>
internal readonly ref struct HostCall(ReadOnlySpan<string?> arguments, IScriptMeter meter)
{
    private readonly ReadOnlySpan<string?> _arguments = arguments;

    public IScriptMeter Meter { get; } = meter;

    public void Charge(long gas) => Meter.Charge(gas);

    /// <summary>An argument that must be there.</summary>
    public string Text(int index, string name) => Optional(index) ?? throw Invalid($"{name} is missing");

    public string? Optional(int index) => index < _arguments.Length ? _arguments[index] : null;

    /// <summary>A whole number in its range, or what is taken when it is absent.</summary>
    public ulong Number(int index, string name, ulong absent, ulong min, ulong max)
    {
        if (Optional(index) is not { } text) return absent;
        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            && value >= min && value <= max
                ? value
                : throw Invalid(string.Create(CultureInfo.InvariantCulture, $"{name} is a whole number from {min} to {max}"));
    }

    public static ScriptHostException Invalid(string message) => new("INVALID_ARGUMENT", message);
}
