using Microsoft.Net.Http.Headers;

namespace Ledger.Node.Api.Rest;

/// <summary>Which of the forms that a route offers a caller takes (RFC 9110, 12.5.1).</summary>
internal static class Negotiation
{
    /// <summary>The best form; null when the caller takes none of them.</summary>
    public static string? Choose(HttpRequest request, IReadOnlyList<RestMedia> offered)
    {
        var accept = request.Headers.Accept;
        if (accept.Count == 0) return offered[0].MediaType;
        if (!MediaTypeHeaderValue.TryParseList(accept, out var ranges)) return null;
        string? best = null;
        var quality = 0.0;
        // Of equals the first: it is what people read.
        foreach (var form in offered)
        {
            var wanted = QualityOf(MediaTypeHeaderValue.Parse(form.MediaType), ranges);
            if (wanted > quality) (best, quality) = (form.MediaType, wanted);
        }

        return best;
    }

    // That of the range that says most about the form.
    private static double QualityOf(MediaTypeHeaderValue form, IList<MediaTypeHeaderValue> ranges)
    {
        var (quality, specific) = (0.0, -1);
        foreach (var range in ranges)
        {
            var says = range.MatchesAllTypes ? 0 : range.MatchesAllSubTypes ? 1 : 2;
            if (says <= specific || !Fits(form, range)) continue;
            (quality, specific) = (range.Quality ?? 1.0, says);
        }

        return quality;
    }

    // Parameters of a range (charset, profile) are not looked at: there is one form of each type.
    private static bool Fits(MediaTypeHeaderValue form, MediaTypeHeaderValue range) =>
        range.MatchesAllTypes
        || (form.Type.Equals(range.Type, StringComparison.OrdinalIgnoreCase)
            && (range.MatchesAllSubTypes || form.SubType.Equals(range.SubType, StringComparison.OrdinalIgnoreCase)));
}
