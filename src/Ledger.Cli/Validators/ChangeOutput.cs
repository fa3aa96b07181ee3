using System.Text.Json;
using Ledger.Core.Membership;

namespace Ledger.Cli.Validators;

/// <summary>Shows a change of the validators: what an approver must read before signing it.</summary>
internal static class ChangeOutput
{
    public static void Lines(TextWriter lines, ValidatorChangeBody body, Genesis genesis)
    {
        lines.WriteLine($"change of the validators of {genesis.Consortium}, channel {genesis.ChannelName}");
        lines.WriteLine($"  ends epoch {body.Change.Epoch}");
        foreach (var step in body.Change.Steps) lines.WriteLine($"  {Sentence(step)}");
        var members = ApprovingMembers(body, genesis);
        var needed = new ValidatorChangeRules(genesis).NeededApprovals;
        lines.WriteLine(
            $"  approved by {members.Count} of {genesis.Members.Count} members, {needed} are needed"
            + (members.Count > 0 ? ": " + string.Join(", ", members) : ""));
    }

    /// <summary>What to type next: more approvals, or the submission once there are enough.</summary>
    public static string NextOf(ValidatorChangeBody body, Genesis genesis, string file) =>
        ApprovingMembers(body, genesis).Count < new ValidatorChangeRules(genesis).NeededApprovals
            ? $"Next, each member that agrees: ledger validator approve {file} --identity KEY"
            : $"Next: ledger validator submit {file}";

    public static void Write(Utf8JsonWriter json, ValidatorChangeBody body, Genesis genesis)
    {
        json.WriteNumber("epoch", body.Change.Epoch.Value);
        json.WriteStartArray("steps");
        foreach (var step in body.Change.Steps)
        {
            json.WriteStartObject();
            if (step.Old is { } old) json.WriteString("old_key", Convert.ToHexStringLower(old.Encoded));
            if (step.New is { } next)
            {
                json.WriteString("member", next.Member);
                json.WriteString("key", Convert.ToHexStringLower(next.Key.Encoded));
                json.WriteString("address", next.Address);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("approved_by");
        foreach (var member in ApprovingMembers(body, genesis)) json.WriteStringValue(member);
        json.WriteEndArray();
        json.WriteNumber("approvals_needed", new ValidatorChangeRules(genesis).NeededApprovals);
    }

    /// <summary>Members whose administrators' signatures hold, in ascending order.</summary>
    public static IReadOnlyCollection<string> ApprovingMembers(ValidatorChangeBody body, Genesis genesis) =>
        new ValidatorChangeRules(genesis).ApprovingMembers(body);

    private static string Sentence(ValidatorStep step) => (step.Old, step.New) switch
    {
        (null, { } added) => $"add      {Describe(added)}",
        ({ } old, null) => $"remove   key {Convert.ToHexStringLower(old.Encoded)}",
        ({ } old, { } added) => $"replace  key {Convert.ToHexStringLower(old.Encoded)} by {Describe(added)}",
        _ => "",
    };

    private static string Describe(Validator validator) =>
        $"{validator.Member} at {validator.Address}, key {Convert.ToHexStringLower(validator.Key.Encoded)}";
}
