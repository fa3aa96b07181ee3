namespace Ledger.Core.Evidence.Catalogue;

/// <summary>Shorthand in which the tables of the catalogue are written.</summary>
internal static class AttributeRules
{
    public static AttributeRule Text(string key, string meaning) => new(key, AttributeKind.Text, meaning);

    public static AttributeRule Choice(string key, string meaning, params IReadOnlyList<string> values) =>
        new(key, AttributeKind.Text, meaning) { Values = values };

    public static AttributeRule Count(string key, string meaning) =>
        new(key, AttributeKind.Integer, meaning) { Form = AttributeForm.NotNegative };

    public static AttributeRule Amount(string key, string meaning) =>
        new(key, AttributeKind.Decimal, meaning) { Form = AttributeForm.NotNegative };

    public static AttributeRule Fraction(string key, string meaning) =>
        new(key, AttributeKind.Decimal, meaning) { Form = AttributeForm.Fraction };

    public static AttributeRule Flag(string key, string meaning) => new(key, AttributeKind.Boolean, meaning);

    public static AttributeRule Time(string key, string meaning) => new(key, AttributeKind.Time, meaning);

    public static AttributeRule Bytes(string key, string meaning) => new(key, AttributeKind.Bytes, meaning);

    public static AttributeRule Currency() =>
        new("currency", AttributeKind.Text, "ISO 4217 code of the amount's currency") { Form = AttributeForm.Currency };

    /// <summary>Makes an attribute required, for the given actions or for all when none is given.</summary>
    public static AttributeRule Required(this AttributeRule rule, params IReadOnlyList<string> actions) =>
        rule with { IsRequired = true, RequiredBy = actions };
}
