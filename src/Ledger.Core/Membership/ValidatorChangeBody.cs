using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;

namespace Ledger.Core.Membership;

/// <summary>
/// The body of a transaction that changes the validators (<c>ledger.core.v1.ValidatorChangeBody</c>): the change and
/// the approvals of it. Immutable. Whether they hold is for <see cref="ValidatorChangeRules"/> to say.
/// </summary>
public sealed class ValidatorChangeBody
{
    /// <summary>Most approvals: members may have several administrators.</summary>
    public const int MaxApprovals = Genesis.MaxMembers;

    // A key id and a signature, with their tags and lengths.
    private const int ApprovalBytes = Hash256.Size + CryptoSuite.SignatureSize + 4;

    /// <summary>Creates a body; approvals are put in their order, and of one key's the first counts.</summary>
    /// <exception cref="ArgumentException">There are too many approvals.</exception>
    public ValidatorChangeBody(ValidatorChange change, IEnumerable<ChangeApproval> approvals)
    {
        Change = change;
        Approvals = [.. approvals.DistinctBy(a => a.Key).OrderBy(a => a.Key.Value)];
        if (Approvals.Count > MaxApprovals)
            throw new ArgumentException($"a change has at most {MaxApprovals} approvals", nameof(approvals));
    }

    /// <summary>The change.</summary>
    public ValidatorChange Change { get; }

    /// <summary>The approvals, in ascending order of their keys' ids, each key once.</summary>
    public IReadOnlyList<ChangeApproval> Approvals { get; }

    /// <summary>The canonical encoding.</summary>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter(1024);
        writer.Bytes(1, Change.Encoded.Span);
        foreach (var approval in Approvals)
        {
            var start = writer.BeginMessage(2);
            writer.Hash(1, approval.Key.Value);
            writer.Bytes(2, approval.Signature.Span);
            writer.EndMessage(start);
        }

        return writer.ToArray();
    }

    /// <summary>Decodes a body; keys are parsed with <paramref name="suite"/>.</summary>
    public static bool TryDecode(
        ReadOnlySpan<byte> bytes,
        CryptoSuite suite,
        [NotNullWhen(true)] out ValidatorChangeBody? body,
        out DecodeError error)
    {
        body = null;
        var approvals = new List<ChangeApproval>();
        var reader = new CanonicalReader(bytes);
        var changeBytes = reader.RequiredBytes(1, ValidatorChange.MaxBytes);
        while (reader.IsNext(2))
        {
            var inner = new CanonicalReader(reader.Message(2, ApprovalBytes));
            var key = new KeyId(inner.Hash(1));
            var signature = inner.FixedBytes(2, CryptoSuite.SignatureSize).ToArray();
            if (!inner.End()) reader.Fail(inner.Error.Kind, 2);
            else if (approvals.Count == MaxApprovals) reader.Fail(DecodeErrorKind.TooLarge, 2);
            else if (approvals.Count > 0 && approvals[^1].Key.Value >= key.Value)
                reader.Fail(DecodeErrorKind.BadValue, 2);
            else approvals.Add(new ChangeApproval(key, signature));
        }

        var ok = reader.End();
        error = reader.Error;
        if (!ok || !ValidatorChange.TryDecode(changeBytes, suite, out var change, out error)) return false;
        body = new ValidatorChangeBody(change, approvals);
        return true;
    }
}
