using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Evidence;

namespace Ledger.Core.Membership;

/// <summary>
/// An audit node: it follows the validators, is served certified blocks, and does not vote
/// (<c>ledger.core.v1.Observer</c>).
/// </summary>
/// <param name="Member">The member that runs it.</param>
/// <param name="Key">Its public key: its identity on the network. It signs nothing on the chain.</param>
/// <param name="Address">Where it can be reached, as <c>host:port</c>; may be empty, for it calls the others.</param>
public sealed record Observer(string Member, PublicKey Key, string Address)
{
    private const int MaxBytes = 1024;

    internal void WriteTo(CanonicalWriter writer, int field)
    {
        var start = writer.BeginMessage(field);
        writer.Text(1, Member);
        writer.Bytes(2, Key.Encoded);
        writer.Text(3, Address);
        writer.EndMessage(start);
    }

    internal static Observer? Read(ref CanonicalReader outer, int field, CryptoSuite suite)
    {
        var reader = new CanonicalReader(outer.Message(field, MaxBytes));
        if (!outer.Ok) return null;
        var member = reader.RequiredText(1, EvidenceLimits.IdentifierBytes);
        var keyBytes = reader.FixedBytes(2, CryptoSuite.PublicKeySize);
        var address = reader.Text(3, EvidenceLimits.IdentifierBytes);
        if (!reader.End())
        {
            outer.Fail(reader.Error.Kind, field);
            return null;
        }

        if (suite.TryParsePublicKey(keyBytes, out var key)) return new Observer(member, key, address);
        outer.Fail(DecodeErrorKind.BadValue, field);
        return null;
    }
}
