using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Evidence;

namespace Ledger.Core.Membership;

/// <summary>A key with which a member's clients sign transactions.</summary>
/// <param name="Key">The public key.</param>
/// <param name="Label">What people call it: <c>admin</c>, <c>client</c>, ….</param>
public sealed record MemberKey(PublicKey Key, string Label);

/// <summary>
/// An organisation of the consortium (<c>ledger.core.v1.Member</c>): its roles and the keys that speak for it.
/// Immutable.
/// </summary>
public sealed record Member
{
    /// <summary>Most keys of one member.</summary>
    public const int MaxKeys = 1024;

    /// <summary>Most roles of one member.</summary>
    public const int MaxRoles = 32;

    /// <summary>Largest encoding in bytes.</summary>
    public const int MaxBytes = 256 << 10;

    /// <summary>Short stable identifier, such as <c>hospital-a</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The name that people read.</summary>
    public required string Name { get; init; }

    /// <summary>Role codes (docs/spec/evidence.md), in ascending ordinal order.</summary>
    public required IReadOnlyList<string> Roles { get; init; }

    /// <summary>Its clients' keys.</summary>
    public required IReadOnlyList<MemberKey> Keys { get; init; }

    /// <summary>Whether it holds a role.</summary>
    public bool HasRole(string role) => OrdinalTexts.Contains(Roles, role);

    /// <summary>The canonical encoding.</summary>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter(256);
        writer.Text(1, Id);
        writer.Text(2, Name);
        foreach (var role in Roles) writer.ExplicitText(3, role);
        foreach (var key in Keys)
        {
            var start = writer.BeginMessage(4);
            writer.Bytes(1, key.Key.Encoded);
            writer.Text(2, key.Label);
            writer.EndMessage(start);
        }

        return writer.ToArray();
    }

    /// <summary>Decodes a member; keys are parsed with <paramref name="suite"/>.</summary>
    public static bool TryDecode(
        ReadOnlySpan<byte> bytes,
        CryptoSuite suite,
        [NotNullWhen(true)] out Member? member,
        out DecodeError error)
    {
        member = null;
        var roles = new List<string>();
        var keys = new List<MemberKey>();
        var reader = new CanonicalReader(bytes);
        var id = reader.RequiredText(1, EvidenceLimits.IdentifierBytes);
        var name = reader.RequiredText(2, EvidenceLimits.IdentifierBytes);
        while (reader.IsNext(3))
        {
            var role = reader.RequiredText(3, EvidenceLimits.NameBytes);
            if (roles.Count == MaxRoles) reader.Fail(DecodeErrorKind.TooLarge, 3);
            else if (roles.Count > 0 && string.CompareOrdinal(roles[^1], role) >= 0)
                reader.Fail(DecodeErrorKind.BadValue, 3);
            else roles.Add(role);
        }

        while (reader.IsNext(4))
        {
            var inner = new CanonicalReader(reader.Message(4, 512));
            var keyBytes = inner.FixedBytes(1, CryptoSuite.PublicKeySize);
            var label = inner.RequiredText(2, EvidenceLimits.NameBytes);
            if (!inner.End()) reader.Fail(inner.Error.Kind, 4);
            else if (!suite.TryParsePublicKey(keyBytes, out var key)) reader.Fail(DecodeErrorKind.BadValue, 4);
            else if (keys.Count == MaxKeys) reader.Fail(DecodeErrorKind.TooLarge, 4);
            else keys.Add(new MemberKey(key, label));
        }

        var ok = reader.End();
        error = reader.Error;
        if (ok) member = new Member { Id = id, Name = name, Roles = roles, Keys = keys };
        return ok;
    }
}
