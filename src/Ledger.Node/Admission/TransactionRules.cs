using Ledger.Core.Blocks;
using Ledger.Core.Contracts;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Evidence;
using Ledger.Core.Evidence.Catalogue;
using Ledger.Core.Membership;
using Ledger.Core.Transactions;

namespace Ledger.Node.Admission;

/// <summary>
/// The rules that a transaction must meet. Admission, proposal checks and execution all use these and nothing else, so
/// that what passes admission is always proposable and what is proposed is always acceptable (PITFALLS P26).
/// </summary>
/// <remarks>Immutable and safe for concurrent use. Reads no clock: times are arguments.</remarks>
internal sealed class TransactionRules(Genesis genesis)
{
    private readonly CryptoSuite _suite = genesis.Suite;
    private readonly ValidatorChangeRules _changes = new(genesis);

    /// <summary>The channel's parameters.</summary>
    public ChannelParameters Parameters => genesis.Parameters;

    /// <summary>
    /// Decodes a transaction and checks everything that depends on neither time nor state: size, canonical form,
    /// channel, and that the body is well-formed and meets its types' rules. Cheap checks come first.
    /// </summary>
    public Verdict TryDecode(ReadOnlyMemory<byte> encoded, out CheckedTransaction? transaction)
    {
        transaction = null;
        if (encoded.Length > Parameters.MaxTransactionBytes)
        {
            return new Verdict(
                Refusal.TooLarge, $"a transaction has at most {Parameters.MaxTransactionBytes} bytes on this channel");
        }

        if (!SignedTransaction.TryDecode(encoded, _suite.Hash, out var signed, out var error))
            return new Verdict(Refusal.Malformed, $"not a canonical transaction: {error}");
        if (signed.Content.Channel != genesis.Channel)
        {
            return new Verdict(
                Refusal.WrongChannel, $"this node serves channel {genesis.Channel} ({genesis.ChannelName})");
        }

        if (signed.Content.Kind == TransactionKind.ValidatorChange) return TryDecodeChange(signed, out transaction);
        if (signed.Content.Kind == TransactionKind.Contract) return TryDecodeContract(signed, out transaction);
        if (signed.Content.Kind == TransactionKind.TimeMark) return TryDecodeMark(signed, out transaction);
        if (signed.Content.Kind != TransactionKind.Evidence)
            return new Verdict(Refusal.UnknownKind, $"transaction kind {(int)signed.Content.Kind} is not known");
        if (!EvidenceBody.TryDecode(signed.Content.Body, out var body, out var verdict)) return verdict;
        for (var i = 0; i < body.Items.Count; i++)
        {
            verdict = EvidenceCatalogue.Check(body.Items[i].Record);
            if (!verdict.IsAccepted) return new Verdict(verdict.Refusal, $"record {i}: {verdict.Detail}");
        }

        transaction = new CheckedTransaction(signed, body);
        return Verdict.Accepted;
    }

    /// <summary>
    /// Checks <c>valid_until</c> against a moment: the node's clock at admission, the block's time at execution.
    /// </summary>
    public Verdict CheckTime(SignedTransaction transaction, Timestamp now)
    {
        var validUntil = transaction.Content.ValidUntil;
        if (validUntil < now)
            return new Verdict(Refusal.Expired, $"valid_until {validUntil} has passed; sign it anew");
        var latest = now.UnixMilliseconds
            + Parameters.MaxTransactionLifetimeMilliseconds + Parameters.MaxClockDriftMilliseconds;
        return validUntil.UnixMilliseconds > latest
            ? new Verdict(
                Refusal.LifetimeTooLong,
                $"valid_until may lie at most {Parameters.MaxTransactionLifetimeMilliseconds} ms ahead")
            : Verdict.Accepted;
    }

    /// <summary>
    /// Checks that the sender is a member's key and that the member holds every role that its records claim.
    /// </summary>
    public static Verdict CheckSender(CheckedTransaction transaction, MemberDirectory members)
    {
        if (members.Find(transaction.Signed.Content.Sender) is not { } sender)
        {
            return new Verdict(
                Refusal.UnknownKey, $"key {transaction.Signed.Content.Sender} belongs to no member of this channel");
        }

        foreach (var item in transaction.Items)
        {
            if (!sender.Member.HasRole(item.Record.Role))
            {
                return new Verdict(
                    Refusal.NotAuthorised, $"member '{sender.Member.Id}' does not hold the role '{item.Record.Role}'");
            }
        }

        return Verdict.Accepted;
    }

    /// <summary>
    /// Checks a change of the validators against the present ones: docs/spec/governance.md. Accepts every transaction
    /// that is none, and gives no next validators then. Verifies each approval's and newcomer's signature.
    /// </summary>
    public Verdict CheckChange(CheckedTransaction transaction, ValidatorSet current, out ValidatorSet? next)
    {
        next = null;
        return transaction.Change is { } body ? _changes.Check(body, current, out next) : Verdict.Accepted;
    }

    /// <summary>
    /// Checks the signatures of the other parties over a transaction's records: docs/spec/co-signing.md. Accepts every
    /// transaction that has none, at no cost.
    /// </summary>
    public Verdict CheckCoSignatures(CheckedTransaction transaction, MemberDirectory members)
    {
        if (transaction.Body is not { CoSignatures.Count: > 0 } body) return Verdict.Accepted;
        var sender = members.Find(transaction.Signed.Content.Sender)!.Value.Member.Id;
        return CoSigning.Check(transaction.Signed, body, sender, members.Find, _suite);
    }

    private Verdict TryDecodeChange(SignedTransaction signed, out CheckedTransaction? transaction)
    {
        transaction = null;
        if (!ValidatorChangeBody.TryDecode(signed.Content.Body.Span, _suite, out var body, out var error))
            return new Verdict(Refusal.Malformed, $"not a canonical change of validators: {error}");
        transaction = new CheckedTransaction(signed, null, body);
        return Verdict.Accepted;
    }

    private static Verdict TryDecodeMark(SignedTransaction signed, out CheckedTransaction? transaction)
    {
        transaction = null;
        if (!signed.Content.Body.IsEmpty) return new Verdict(Refusal.Malformed, "a time mark has no body");
        transaction = new CheckedTransaction(signed, null);
        return Verdict.Accepted;
    }

    private Verdict TryDecodeContract(SignedTransaction signed, out CheckedTransaction? transaction)
    {
        transaction = null;
        if (Parameters.Contracts is not { } contracts)
            return new Verdict(Refusal.UnknownKind, "this channel has no contracts: its genesis document names no engine");
        if (!ContractBody.TryDecode(signed.Content.Body, out var body, out var error))
        {
            return new Verdict(
                error.Kind == DecodeErrorKind.TooLarge ? Refusal.TooLarge : Refusal.Malformed,
                $"not a canonical contract transaction: {error}");
        }

        var most = contracts.MaxGasOf(body.Action);
        if (body.GasLimit > most)
        {
            return new Verdict(
                Refusal.InvalidField, $"gas_limit {body.GasLimit} is more than the {most} that this channel allows");
        }

        transaction = new CheckedTransaction(signed, null, Contract: body);
        return Verdict.Accepted;
    }

    /// <summary>Verifies the sender's signature. The one expensive check; last at admission, once per node.</summary>
    public Verdict CheckSignature(SignedTransaction transaction, MemberDirectory members)
    {
        if (members.Find(transaction.Content.Sender) is not { } sender)
            return new Verdict(Refusal.UnknownKey, $"key {transaction.Content.Sender} belongs to no member of this channel");
        return transaction.IsSignedBy(sender.Key, _suite)
            ? Verdict.Accepted
            : new Verdict(Refusal.SignatureInvalid, "the signature is not the sender's over this payload");
    }
}
