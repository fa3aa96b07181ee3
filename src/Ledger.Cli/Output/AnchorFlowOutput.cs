using Ledger.Client;
using Ledger.Client.Submit;
using Ledger.Core.Evidence;
using Ledger.Core.Membership;

namespace Ledger.Cli.Output;

/// <summary>What commands that anchor one record have in common.</summary>
internal static class AnchorFlowOutput
{
    /// <summary>The member that the client's identity belongs to.</summary>
    /// <exception cref="CliException">It belongs to none.</exception>
    public static Member MemberOf(LedgerClient client) =>
        client.Options.Genesis.FindKey(client.Options.Identity!.PublicKey.Id)?.Member
        ?? throw new CliException(
            ExitCodes.Refused, "the identity belongs to no member of the channel; use another with --identity");

    /// <summary>Ends the command unless the record is on the chain.</summary>
    public static void ThrowUnlessRecorded(AnchorOutcome outcome)
    {
        switch (outcome.State)
        {
            case AnchorState.Recorded:
                return;
            case AnchorState.Undecided:
                throw new CliException(
                    ExitCodes.Undecided,
                    $"it is not decided whether transaction {outcome.Transaction.Id} is recorded ({outcome.Detail}); "
                        + "before "
                    + $"anchoring again, ask: ledger receipt get {outcome.IdOf(0)}");
            default:
                throw new CliException(ExitCodes.Refused, $"not recorded ({outcome.Reason}): "
                    + $"{outcome.Detail ?? "see docs/spec/reasons.md"}");
        }
    }

    /// <summary>Says what was recorded.</summary>
    public static void Say(Result result, AnchorOutcome outcome, EvidenceRecord record, string? receipt) => result.Say(
        lines =>
        {
            lines.WriteLine($"anchored {outcome.IdOf(0)}");
            lines.WriteLine($"  in block {outcome.Height} at {outcome.Time}, as leaf {outcome.FirstLeaf}");
            EvidenceOutput.Lines(lines, record);
            lines.WriteLine(
                receipt is null ? $"Next: ledger receipt get {outcome.IdOf(0)} -o FILE" : $"  receipt   {receipt}");
        },
        json =>
        {
            json.WriteString("id", outcome.IdOf(0).ToString());
            json.WriteString("transaction", outcome.Transaction.Id.ToString());
            json.WriteNumber("height", outcome.Height.Value);
            json.WriteString("time", outcome.Time.ToString());
            json.WriteNumber("log_index", outcome.FirstLeaf.Value);
            EvidenceOutput.Write(json, "record", record);
            if (receipt is not null) json.WriteString("receipt", receipt);
        });
}
