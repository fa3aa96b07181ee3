using System.Globalization;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Core.Receipts;

namespace Ledger.Core.Accountability;

/// <summary>
/// The steps that fault proofs of every kind share: the channel, the way from genesis to the epoch's validators, and
/// the culprit's place among them. Verifiers of the kinds go on from here. Immutable.
/// </summary>
public sealed class FaultContext
{
    private readonly Func<Epoch, ValidatorSet?> _sets;

    private FaultContext(
        FaultProof proof, CryptoSuite suite, ValidatorSet validators, ValidatorIndex culprit,
        Func<Epoch, ValidatorSet?> sets)
    {
        Proof = proof;
        Suite = suite;
        Validators = validators;
        Culprit = culprit;
        _sets = sets;
    }

    /// <summary>The proof.</summary>
    public FaultProof Proof { get; }

    /// <summary>The channel's suite.</summary>
    public CryptoSuite Suite { get; }

    /// <summary>The validators of the proof's epoch.</summary>
    public ValidatorSet Validators { get; }

    /// <summary>The culprit's index among them.</summary>
    public ValidatorIndex Culprit { get; }

    /// <summary>
    /// The last block before the proof's epoch: what is stable for everybody in it. Of the proof's own epoch changes, and
    /// genesis when it has none.
    /// </summary>
    public BlockHeight EpochBase => Proof.EpochChanges.Count > 0
        && BlockHeader.TryDecode(Proof.EpochChanges[^1].HeaderBytes.Span, out var last, out _)
            ? last.Height
            : default;

    /// <summary>Takes the shared steps with nothing but the genesis document to trust.</summary>
    /// <returns>The refusal; null when the steps hold and <paramref name="context"/> is set.</returns>
    public static FaultVerdict? Open(FaultProof proof, Genesis genesis, out FaultContext? context)
    {
        context = null;
        if (proof.Channel != genesis.Channel)
        {
            return Refuse(
                FaultRefusal.WrongChannel,
                $"the proof is of channel {proof.Channel}, and the genesis document is of channel {genesis.Channel}; "
                + "use the genesis document of the proof's channel");
        }

        var ends = new List<EpochEnd>();
        if (ReceiptVerifier.FollowEpochs(proof.EpochChanges, proof.Epoch, genesis, ends) is { } fault)
            return Refuse(FaultRefusal.EpochsInvalid, $"{fault.Fault}: {fault.Detail}");
        return Open(
            proof,
            genesis.Suite,
            epoch => epoch.Value == 0 ? genesis.Validators
                : epoch.Value <= (ulong)ends.Count ? ends[(int)epoch.Value - 1].Next : null,
            out context);
    }

    /// <summary>
    /// Takes the shared steps with validator sets that the caller knows to be the channel's; epoch changes in the
    /// proof are not looked at.
    /// </summary>
    /// <returns>The refusal; null when the steps hold and <paramref name="context"/> is set.</returns>
    public static FaultVerdict? Open(
        FaultProof proof, CryptoSuite suite, Func<Epoch, ValidatorSet?> sets, out FaultContext? context)
    {
        context = null;
        if (sets(proof.Epoch) is not { } validators)
            return Refuse(FaultRefusal.EpochsInvalid, $"the validators of epoch {proof.Epoch} are not known");
        if (!suite.TryParsePublicKey(proof.Culprit.Span, out var key) || validators.IndexOf(key.Id) is not { } index)
        {
            return Refuse(
                FaultRefusal.CulpritUnknown,
                $"the key {Convert.ToHexStringLower(proof.Culprit.Span)} is no validator's of epoch {proof.Epoch}");
        }

        context = new FaultContext(proof, suite, validators, index, sets);
        return null;
    }

    /// <summary>Checks the signatures under both statements, given the bytes that each is over.</summary>
    /// <returns>The refusal; null when both are the culprit's.</returns>
    public FaultVerdict? CheckSignatures(
        DomainTag firstTag, ReadOnlySpan<byte> firstSigned, DomainTag secondTag, ReadOnlySpan<byte> secondSigned)
    {
        var key = Validators[Culprit].Key;
        if (!Suite.Verify(key, firstTag, firstSigned, Proof.First.Signature.Span)) return BadSignature(1);
        return Suite.Verify(key, secondTag, secondSigned, Proof.Second.Signature.Span) ? null : BadSignature(2);
    }

    /// <summary>Checks that the statements differ and stand in byte order.</summary>
    /// <returns>The refusal; null when they do.</returns>
    public FaultVerdict? CheckOrder()
    {
        var order = Proof.First.Statement.Span.SequenceCompareTo(Proof.Second.Statement.Span);
        if (order == 0)
        {
            return Refuse(
                FaultRefusal.SameStatement, "both statements are the same: saying a thing twice is no contradiction");
        }

        return order < 0
            ? null
            : Refuse(FaultRefusal.OutOfOrder, "the first statement must be the lesser in byte order");
    }

    /// <summary>The verdict that the fault is proven.</summary>
    public FaultVerdict Prove(BlockHeight height, ulong view, string what)
    {
        var validator = Validators[Culprit];
        var content = new FaultContent(Proof.Kind, validator, Culprit, Proof.Epoch, height, view);
        return new FaultVerdict(
            FaultRefusal.None,
            0,
            string.Create(
                CultureInfo.InvariantCulture,
                $"validator {Culprit.Value} of epoch {Proof.Epoch}, run by '{validator.Member}', {what}"),
            content);
    }

    /// <summary>A verdict that the proof proves nothing.</summary>
    public static FaultVerdict Refuse(FaultRefusal refusal, string detail, int statement = 0) =>
        new(refusal, statement, detail, null);

    /// <summary>The validators of an epoch up to the proof's; null when they are not known.</summary>
    internal ValidatorSet? ValidatorsOf(Epoch epoch) => epoch.Value > Proof.Epoch.Value ? null : _sets(epoch);

    private static FaultVerdict BadSignature(int statement) => Refuse(
        FaultRefusal.SignatureInvalid,
        $"the signature under statement {statement} is not the culprit's",
        statement);
}
