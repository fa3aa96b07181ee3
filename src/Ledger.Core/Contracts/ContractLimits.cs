namespace Ledger.Core.Contracts;

/// <summary>Bounds of the contract formats, in bytes of UTF-8 and in items.</summary>
public static class ContractLimits
{
    /// <summary>Longest contract name: lower-case letters, digits and hyphens.</summary>
    public const int NameBytes = 64;

    /// <summary>Longest name of a function, an event or an error code.</summary>
    public const int IdentifierBytes = 64;

    /// <summary>Longest source of one contract.</summary>
    public const int SourceBytes = 512 << 10;

    /// <summary>Longest JSON schema of one contract.</summary>
    public const int SchemaBytes = 128 << 10;

    /// <summary>Longest arguments of a call, as JSON.</summary>
    public const int ArgumentBytes = 256 << 10;

    /// <summary>Longest argument of a scheduled call, as JSON.</summary>
    public const int ScheduledArgumentBytes = 4 << 10;

    /// <summary>Longest key of a contract's state.</summary>
    public const int KeyBytes = 256;

    /// <summary>Longest value of a contract's state, as JSON.</summary>
    public const int StateValueBytes = 64 << 10;

    /// <summary>Longest result of a call, as JSON.</summary>
    public const int ValueBytes = 64 << 10;

    /// <summary>Longest message of a failure.</summary>
    public const int MessageBytes = 1024;

    /// <summary>Most events of one transaction.</summary>
    public const int Events = 256;

    /// <summary>Longest payload of one event, as JSON.</summary>
    public const int EventBytes = 16 << 10;

    /// <summary>Most evidence records that one transaction's contracts append.</summary>
    public const int Records = 100;

    /// <summary>
    /// Longest encoded outcome: results and events together. What would be longer takes no effect, with the code
    /// <c>OUTCOME_TOO_LARGE</c>.
    /// </summary>
    public const int OutcomeBytes = 1 << 20;

    /// <summary>Longest encoded outcome of a scheduled call.</summary>
    public const int ScheduledOutcomeBytes = 256 << 10;

    /// <summary>
    /// Longest encoded outcome of a transaction that declares so much gas: a byte for every 200, at least 4,096 and at
    /// most <see cref="OutcomeBytes"/>. So a block's gas bounds the bytes of its results too.
    /// </summary>
    public static int OutcomeBytesOf(ulong gasLimit) => (int)Math.Clamp(gasLimit / 200, 4096, OutcomeBytes);

    /// <summary>Whether a text can be a contract's name: it begins with a letter and holds a-z, 0-9 and single '-'.</summary>
    public static bool IsName(string name)
    {
        if (name.Length is 0 or > NameBytes || !char.IsAsciiLetterLower(name[0]) || name[^1] == '-') return false;
        for (var i = 1; i < name.Length; i++)
        {
            if (name[i] == '-' ? name[i - 1] == '-' : !char.IsAsciiLetterLower(name[i]) && !char.IsAsciiDigit(name[i]))
                return false;
        }

        return true;
    }

    /// <summary>Whether a text can be a function, event or error code: an ASCII identifier of letters, digits, '_'.</summary>
    public static bool IsIdentifier(string name) =>
        name.Length is > 0 and <= IdentifierBytes && !char.IsAsciiDigit(name[0])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
