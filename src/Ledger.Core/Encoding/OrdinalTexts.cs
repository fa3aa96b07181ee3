namespace Ledger.Core.Encoding;

/// <summary>Short lists of texts, as rules hold them.</summary>
internal static class OrdinalTexts
{
    /// <summary>
    /// Whether a text is one of several. Allocates nothing, unlike the framework's: rules ask this a dozen times a record.
    /// </summary>
    public static bool Contains(IReadOnlyList<string> texts, string text)
    {
        for (var i = 0; i < texts.Count; i++)
        {
            if (string.Equals(texts[i], text, StringComparison.Ordinal)) return true;
        }

        return false;
    }
}
