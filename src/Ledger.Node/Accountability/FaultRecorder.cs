using Ledger.Consensus.Faults;
using Ledger.Consensus.Messages;
using Ledger.Core.Accountability;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Node.Execution;
using Ledger.Node.Observability;
using Ledger.Storage;

namespace Ledger.Node.Accountability;

/// <summary>
/// Keeps proofs of faults, whoever found them. Nothing is kept that does not verify: an honest validator is never
/// accused, not even by an error of this program.
/// </summary>
/// <remarks>Safe for concurrent use. What is new waits for the disk; what is known does not.</remarks>
internal sealed partial class FaultRecorder(
    LedgerStore store,
    Func<Epoch, ValidatorSet?> sets,
    EpochEnds ends,
    NodeMetrics metrics,
    ILogger<FaultRecorder> logger)
{
    /// <summary>Keeps what a replica found.</summary>
    public void Record(FaultEvidence evidence, ValidatorSet validators)
    {
        var member = validators[evidence.Culprit].Member;
        var kind = FaultProofJson.NameOf(evidence.Kind);
        if (evidence.TryProve(store.Genesis.Channel, validators, hash => HeaderBytes(evidence, hash), out var proof))
        {
            Keep(proof);
            return;
        }

        metrics.FaultFound(kind, proven: false);
        LogUnproven(evidence.Culprit.Value, member, kind);
    }

    /// <summary>Keeps a proof if it holds; the verdict says whether it does.</summary>
    public FaultVerdict Keep(FaultProof proof)
    {
        if (proof.Channel != store.Genesis.Channel)
            return FaultContext.Refuse(FaultRefusal.WrongChannel, "the proof is of another channel");
        // Of an epoch whose beginning is certified here, so that the proof can be given the way to it.
        var newest = store.Live.Blocks.Header(store.Live.Certified ?? default)!.Header.NextEpoch;
        if (proof.Epoch.Value > newest.Value)
            return FaultContext.Refuse(FaultRefusal.EpochsInvalid, $"epoch {proof.Epoch} has not begun here");
        var verdict = FaultContext.Open(proof, store.Genesis.Suite, sets, out var context)
            ?? FaultVerifier.Verify(context!, store.Genesis.Parameters);
        if (!verdict.IsProven) return verdict;
        var content = verdict.Content;
        var whole = proof with { EpochChanges = ends.Before(proof.Epoch) };
        if (!store.Faults.TryAdd(whole, content.Height, content.View)) return verdict;
        metrics.FaultFound(FaultProofJson.NameOf(proof.Kind), proven: true);
        LogProven(verdict.Detail);
        return verdict;
    }

    // Of the two headers that contradicting checkpoints are over, at most one is on this disk.
    private ReadOnlyMemory<byte>? HeaderBytes(FaultEvidence evidence, Hash256 hash)
    {
        if (evidence.First is not Checkpoint checkpoint) return null;
        return store.Live.Blocks.Header(checkpoint.Height) is { } header && header.Hash == hash ? header.Bytes : null;
    }

    [LoggerMessage(
        4130, LogLevel.Error, "Fault proven: {Fault}. `ledger audit faults` exports the proof.")]
    private partial void LogProven(string fault);

    [LoggerMessage(
        4131, LogLevel.Warning,
        "Validator {Validator} of {Member} contradicted itself ({Kind}), which cannot be proven without both headers.")]
    private partial void LogUnproven(int validator, string member, string kind);
}
