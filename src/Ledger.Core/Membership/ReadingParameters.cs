using Ledger.Core.Encoding;
using Ledger.Core.Evidence;

namespace Ledger.Core.Membership;

/// <summary>
/// Who reads everything on a channel (<c>ledger.core.v1.ReadingParameters</c>). The other members read what concerns
/// them.
/// </summary>
/// <remarks>docs/spec/callers.md, "Reading". Immutable.</remarks>
public sealed record ReadingParameters
{
    /// <summary>Most roles.</summary>
    public const int MaxRoles = Member.MaxRoles;

    /// <summary>
    /// Members with one of these roles read everything. Ascending ordinal order, each once, at least one.
    /// </summary>
    public required IReadOnlyList<string> Roles { get; init; }

    /// <summary>Whether a member reads everything.</summary>
    public bool Allows(Member member) => Roles.Any(member.HasRole);

    /// <inheritdoc/>
    public bool Equals(ReadingParameters? other) =>
        other is not null && Roles.SequenceEqual(other.Roles, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => Roles.Count;

    internal void WriteTo(CanonicalWriter writer)
    {
        foreach (var role in Roles) writer.ExplicitText(1, role);
    }

    internal static ReadingParameters Read(ReadOnlySpan<byte> bytes, out DecodeError error)
    {
        var reader = new CanonicalReader(bytes);
        var roles = new List<string>();
        while (reader.IsNext(1))
        {
            var role = reader.RequiredText(1, EvidenceLimits.NameBytes);
            if (roles.Count == MaxRoles) reader.Fail(DecodeErrorKind.TooLarge, 1);
            else roles.Add(role);
            if (!reader.Ok) break;
        }

        reader.End();
        error = reader.Error;
        return new ReadingParameters { Roles = roles };
    }

    /// <summary>What is wrong with it, as a sentence; null when nothing is.</summary>
    public string? FindFault()
    {
        if (Roles.Count is 0 or > MaxRoles) return $"reading.roles must have 1 to {MaxRoles} roles";
        for (var i = 0; i < Roles.Count; i++)
        {
            if (Roles[i].Length == 0 || System.Text.Encoding.UTF8.GetByteCount(Roles[i]) > EvidenceLimits.NameBytes
                || Roles[i].Any(char.IsControl))
            {
                return $"reading.roles must be texts of 1 to {EvidenceLimits.NameBytes} bytes without control characters";
            }

            if (i > 0 && string.CompareOrdinal(Roles[i - 1], Roles[i]) >= 0)
                return "reading.roles must be in ascending order, each once";
        }

        return null;
    }
}
