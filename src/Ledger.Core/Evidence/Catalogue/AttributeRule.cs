using Ledger.Core.Encoding;

namespace Ledger.Core.Evidence.Catalogue;

/// <summary>What an attribute's value must look like, beyond its kind.</summary>
public enum AttributeForm
{
    /// <summary>Anything of the kind.</summary>
    Any,

    /// <summary>Zero or more (integers and decimals).</summary>
    NotNegative,

    /// <summary>An ISO 4217 currency code: three capital letters.</summary>
    Currency,

    /// <summary>A fraction from 0 to 1 (decimals).</summary>
    Fraction,
}

/// <summary>One attribute of an evidence type. Immutable.</summary>
/// <param name="Key">The attribute's key.</param>
/// <param name="Kind">The kind that its value must have.</param>
/// <param name="Meaning">What it says, for people.</param>
public sealed record AttributeRule(string Key, AttributeKind Kind, string Meaning)
{
    /// <summary>What the value must look like.</summary>
    public AttributeForm Form { get; init; }

    /// <summary>Whether the attribute must be there, for the actions of <see cref="RequiredBy"/>.</summary>
    public bool IsRequired { get; init; }

    /// <summary>
    /// The actions that require the attribute; empty means every action. Ignored when it is not required.
    /// </summary>
    public IReadOnlyList<string> RequiredBy { get; init; } = [];

    /// <summary>The texts that the value may be; empty means any text.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>Whether a record with this action must have the attribute.</summary>
    public bool IsRequiredFor(string action) =>
        IsRequired && (RequiredBy.Count == 0 || OrdinalTexts.Contains(RequiredBy, action));

    /// <summary>What a value must be, as words that complete "must be …".</summary>
    public string Expectation()
    {
        if (Values.Count > 0) return $"one of {string.Join(", ", Values)}";
        var kind = Kind switch
        {
            AttributeKind.Text => "text",
            AttributeKind.Integer => "an integer",
            AttributeKind.Decimal => "a decimal number in shortest form",
            AttributeKind.Boolean => "a boolean",
            AttributeKind.Time => "a time",
            _ => "bytes",
        };
        return Form switch
        {
            AttributeForm.NotNegative => $"{kind} of 0 or more",
            AttributeForm.Currency => "an ISO 4217 currency code (three capital letters)",
            AttributeForm.Fraction => $"{kind} from 0 to 1",
            _ => kind,
        };
    }

    /// <summary>Whether a value is of the right kind and form.</summary>
    public bool Allows(EvidenceAttribute attribute)
    {
        if (attribute.Kind != Kind) return false;
        if (Values.Count > 0 && !Values.Contains(attribute.AsText, StringComparer.Ordinal)) return false;
        return Form switch
        {
            AttributeForm.NotNegative => !IsNegative(attribute),
            AttributeForm.Currency => IsCurrency(attribute.AsText),
            AttributeForm.Fraction => IsFraction(attribute.AsText),
            _ => true,
        };
    }

    private static bool IsNegative(EvidenceAttribute attribute) =>
        attribute.AsInteger < 0 || (attribute.AsText?.StartsWith('-') ?? false);

    private static bool IsCurrency(string? text) => text is { Length: 3 } && text.All(char.IsAsciiLetterUpper);

    // The text is a decimal in shortest form, so these are all the numbers from 0 to 1.
    private static bool IsFraction(string? text) =>
        text is "0" or "1" || (text?.StartsWith("0.", StringComparison.Ordinal) ?? false);
}
