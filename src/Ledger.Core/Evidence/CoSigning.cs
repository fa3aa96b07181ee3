using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Membership;
using Ledger.Core.Transactions;

namespace Ledger.Core.Evidence;

/// <summary>
/// Evidence that several parties sign together: what each of them signs, and when it is complete
/// (docs/spec/co-signing.md). Stateless and safe for concurrent use.
/// </summary>
public static class CoSigning
{
    /// <summary>Most parties, the sender included.</summary>
    public const int MaxParties = EvidenceLimits.CoSigners + 1;

    /// <summary>
    /// What every party signs, under <see cref="DomainTag.CoSignature"/>: the channel, the last moment, the records, and
    /// who all the parties are. So nothing of it can be used elsewhere, later, for other records, or with a party less.
    /// </summary>
    /// <param name="channel">The channel.</param>
    /// <param name="validUntil">The transaction's <c>valid_until</c>.</param>
    /// <param name="records">The records' exact bytes, in order.</param>
    /// <param name="parties">The members, in any order; each counts once.</param>
    /// <param name="hash">The channel's hash function.</param>
    public static byte[] Content(
        ChannelId channel, Timestamp validUntil, IEnumerable<ReadOnlyMemory<byte>> records, IEnumerable<string> parties,
        HashFunction hash)
    {
        var writer = new CanonicalWriter(1024);
        foreach (var record in records) writer.Message(1, record.Span);
        var digest = hash.Hash(DomainTag.CoSignedRecords, writer.Written);
        writer.Clear();
        writer.Hash(1, channel.Value);
        writer.UInt64(2, validUntil.UnixMilliseconds);
        writer.Hash(3, digest);
        foreach (var party in parties.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            writer.ExplicitText(4, party);
        return writer.ToArray();
    }

    /// <summary>Signs as one of the parties.</summary>
    public static CoSignature Sign(string member, ISigner signer, ReadOnlySpan<byte> content) =>
        new(member, signer.PublicKey.Id, signer.Sign(DomainTag.CoSignature, content));

    /// <summary>
    /// Checks that a transaction's co-signatures are those of all parties that each of them names. A transaction without
    /// any is accepted at no cost.
    /// </summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="body">Its body.</param>
    /// <param name="sender">The member that sends it, the party whose signature is the transaction's own.</param>
    /// <param name="find">Finds the member that a key belongs to.</param>
    /// <param name="suite">The channel's suite.</param>
    public static Verdict Check(
        SignedTransaction transaction, EvidenceBody body, string sender, Func<KeyId, (Member Member, PublicKey Key)?> find,
        CryptoSuite suite)
    {
        if (body.CoSignatures.Count == 0) return Verdict.Accepted;
        foreach (var signature in body.CoSignatures)
        {
            if (signature.Member == sender)
            {
                return new Verdict(
                    Refusal.CoSignerUnknown, $"'{sender}' sends the records; it does not sign them a second time");
            }

            if (find(signature.Key)?.Member.Id != signature.Member)
            {
                return new Verdict(
                    Refusal.CoSignerUnknown, $"key {signature.Key} is not one of the member '{signature.Member}'");
            }
        }

        var content = Content(
            transaction.Content.Channel, transaction.Content.ValidUntil, body.Items.Select(i => i.Bytes),
            body.CoSignatures.Select(s => s.Member).Append(sender), suite.Hash);
        foreach (var signature in body.CoSignatures)
        {
            if (suite.Verify(find(signature.Key)!.Value.Key, DomainTag.CoSignature, content, signature.Signature.Span))
                continue;
            return new Verdict(
                Refusal.CoSignatureInvalid,
                $"the signature of '{signature.Member}' is not over these records, parties and times; is a party missing?");
        }

        return Verdict.Accepted;
    }
}
