using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Evidence.Catalogue;
using Ledger.Core.Membership;
using Ledger.Core.Transactions;
using Rules = Ledger.Core.Evidence.CoSigning;

namespace Ledger.Client.CoSigning;

/// <summary>
/// Records that several members sign together, on their way from one to the next. Each signs where its key is, without a
/// network; the last makes the transaction of it (docs/spec/co-signing.md).
/// </summary>
/// <remarks>Immutable: signing gives another draft. A draft that was read has only signatures that verify.</remarks>
/// <example>
/// <code>
/// var draft = CoSignDraft.New(genesis, [record], ["hospital", "insurer"], until);
/// draft = draft.Sign(hospitalKey);                                // at the hospital
/// var outcome = await ledger.AnchorAsync(draft.ToTransaction(insurerKey));   // at the insurer, the last
/// </code>
/// </example>
public sealed class CoSignDraft
{
    private readonly Genesis _genesis;
    private readonly byte[][] _recordBytes;

    internal CoSignDraft(
        Genesis genesis, Timestamp validUntil, byte[][] recordBytes, IReadOnlyList<EvidenceRecord> records,
        IReadOnlyList<string> parties, IReadOnlyList<CoSignature> signatures)
    {
        _genesis = genesis;
        _recordBytes = recordBytes;
        (ValidUntil, Records, Parties, Signatures) = (validUntil, records, parties, signatures);
    }

    /// <summary>The channel.</summary>
    public ChannelId Channel => _genesis.Channel;

    /// <summary>The last moment at which the records may enter a block; fixed, because everybody signs it.</summary>
    public Timestamp ValidUntil { get; }

    /// <summary>The records, in order.</summary>
    public IReadOnlyList<EvidenceRecord> Records { get; }

    /// <summary>The members that must sign, in ascending ordinal order.</summary>
    public IReadOnlyList<string> Parties { get; }

    /// <summary>The signatures so far, each of which verifies.</summary>
    public IReadOnlyList<CoSignature> Signatures { get; }

    /// <summary>The parties that have not signed. When it is one, that one sends.</summary>
    public IReadOnlyList<string> Missing =>
        [.. Parties.Where(p => !Signatures.Any(s => s.Member == p))];

    /// <summary>
    /// The parties that may be the last, which sends: by the genesis document they hold the roles that the records claim.
    /// </summary>
    public IReadOnlyList<string> Senders => [.. Parties.Where(MaySend)];

    internal IReadOnlyList<byte[]> RecordBytes => _recordBytes;

    private string RolesText =>
        string.Join(" and ", Records.Select(r => $"'{r.Role}'").Distinct(StringComparer.Ordinal));

    private IEnumerable<ReadOnlyMemory<byte>> RecordViews => _recordBytes.Select(b => (ReadOnlyMemory<byte>)b);

    private byte[] Content => Rules.Content(Channel, ValidUntil, RecordViews, Parties, _genesis.Suite.Hash);

    /// <summary>Begins a draft that nobody has signed.</summary>
    /// <param name="genesis">The channel.</param>
    /// <param name="records">1 to 1000 records.</param>
    /// <param name="parties">The members that must sign, two at least.</param>
    /// <param name="validUntil">
    /// The last moment. The last party must send no earlier than the channel's longest lifetime of transactions before it.
    /// </param>
    /// <exception cref="ArgumentException">A record breaks its type's rules, a party is no member, or none of them holds
    /// the roles of the records.</exception>
    public static CoSignDraft New(
        Genesis genesis, IReadOnlyCollection<EvidenceRecord> records, IEnumerable<string> parties,
        DateTimeOffset validUntil)
    {
        ArgumentNullException.ThrowIfNull(genesis);
        var draft = new CoSignDraft(
            genesis, new Timestamp((ulong)validUntil.ToUnixTimeMilliseconds()), [.. records.Select(r => r.Encode())],
            [.. records], [.. parties.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)], []);
        return draft.FindFault() is { } fault ? throw new ArgumentException(fault, nameof(records)) : draft;
    }

    /// <summary>Adds a party's signature. Read the records first: it is a signature over exactly them.</summary>
    /// <exception cref="ArgumentException">The key is no party's, or that party has signed.</exception>
    /// <exception cref="InvalidOperationException">The key's party is the last: it sends the transaction
    /// (<see cref="ToTransaction"/>), which is its signature. Or it has to be: none of the others that have yet to sign
    /// may send (<see cref="Senders"/>).</exception>
    public CoSignDraft Sign(ISigner signer)
    {
        var party = PartyOf(signer);
        if (Missing.Count == 1)
        {
            throw new InvalidOperationException(
                $"all others have signed; '{party}' is the last, and signs by sending the transaction");
        }

        return Missing.Any(m => m != party && MaySend(m))
            ? With(Rules.Sign(party, signer, Content))
            : throw new InvalidOperationException(
                $"'{party}' must be the last, who sends: {string.Join(", ", Missing.Where(m => m != party))} may not, for "
                + $"want of the role {RolesText}");
    }

    /// <summary>Makes the transaction, which is the last party's signature; anchor it with
    /// <see cref="LedgerClient"/>.</summary>
    /// <exception cref="ArgumentException">The key is no party's, that party has signed, or it does not hold the role of a
    /// record.</exception>
    /// <exception cref="InvalidOperationException">Another party has yet to sign.</exception>
    public SignedTransaction ToTransaction(ISigner sender)
    {
        var party = PartyOf(sender);
        if (Missing.Count > 1)
        {
            throw new InvalidOperationException(
                $"{string.Join(", ", Missing.Where(m => m != party))} must sign before '{party}' can send it");
        }

        var member = _genesis.Members.First(m => m.Id == party);
        foreach (var record in Records)
        {
            var verdict = EvidenceCatalogue.Check(record, member);
            if (!verdict.IsAccepted) throw new ArgumentException(verdict.Detail, nameof(sender));
        }

        var transaction = SignedTransaction.Create(
            new Transaction(
                Channel, sender.PublicKey.Id, TransactionKind.Evidence, ValidUntil,
                EvidenceBody.Encode(RecordViews, Signatures)),
            sender, _genesis.Suite);
        return transaction.Encoded.Length <= _genesis.Parameters.MaxTransactionBytes
            ? transaction
            : throw new ArgumentException("the transaction exceeds the channel's limit; use fewer records", nameof(sender));
    }

    /// <summary>The draft as a file that the next party reads.</summary>
    public byte[] ToJson() => CoSignJson.Write(this);

    /// <summary>
    /// Reads a draft of this channel. Every signature in it is verified, and the records' rules are checked.
    /// </summary>
    public static bool TryParse(
        ReadOnlySpan<byte> json, Genesis genesis, [NotNullWhen(true)] out CoSignDraft? draft,
        out string? fault)
    {
        draft = CoSignJson.Read(json, genesis, out var unread);
        fault = draft is null ? unread ?? "not a draft" : draft.FindFault() ?? draft.FindSignatureFault();
        if (fault is not null) draft = null;
        return draft is not null;
    }

    private CoSignDraft With(CoSignature signature) => new(
        _genesis, ValidUntil, _recordBytes, Records, Parties,
        [.. Signatures.Append(signature).OrderBy(s => s.Member, StringComparer.Ordinal)]);

    private string PartyOf(ISigner signer)
    {
        ArgumentNullException.ThrowIfNull(signer);
        if (_genesis.FindKey(signer.PublicKey.Id)?.Member.Id is not { } party || !Parties.Contains(party))
            throw new ArgumentException("the key is none of a party's", nameof(signer));
        return Signatures.Any(s => s.Member == party)
            ? throw new ArgumentException($"'{party}' has signed already", nameof(signer))
            : party;
    }

    private string? FindFault()
    {
        if (Records.Count is 0 or > EvidenceLimits.RecordsPerTransaction)
            return $"a draft holds 1 to {EvidenceLimits.RecordsPerTransaction} records";
        if (Parties.Count is < 2 or > Rules.MaxParties) return $"a draft has 2 to {Rules.MaxParties} parties";
        foreach (var party in Parties)
        {
            if (_genesis.Members.All(m => m.Id != party)) return $"'{party}' is no member of the channel";
        }

        for (var i = 0; i < Records.Count; i++)
        {
            var verdict = EvidenceCatalogue.Check(Records[i]);
            if (!verdict.IsAccepted) return $"record {i}: {verdict.Detail}";
        }

        if (Senders.Count == 0)
            return $"none of the parties holds the role {RolesText}, as the one that sends must: claim one that it holds";
        return Missing.Any(MaySend)
            ? null
            : $"of the parties only {string.Join(", ", Senders)} may send this, for the role {RolesText}, and has signed "
                + "already: begin a new draft, in which it signs last";
    }

    // Only the sender needs to hold the roles that the records claim (docs/spec/co-signing.md).
    private bool MaySend(string party) => _genesis.Members.FirstOrDefault(m => m.Id == party) is { } member
        && Records.All(r => member.HasRole(r.Role));

    private string? FindSignatureFault()
    {
        var content = Content;
        foreach (var signature in Signatures)
        {
            if (!Parties.Contains(signature.Member)) return $"'{signature.Member}' has signed and is no party";
            if (_genesis.FindKey(signature.Key) is not { } found || found.Member.Id != signature.Member)
                return $"the key that signed for '{signature.Member}' is not one of its keys";
            if (!_genesis.Suite.Verify(found.Key, DomainTag.CoSignature, content, signature.Signature.Span))
                return $"the signature of '{signature.Member}' is not over this draft";
        }

        return null;
    }
}
