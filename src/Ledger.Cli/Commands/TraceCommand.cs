using System.CommandLine;
using Ledger.Cli.Output;
using Ledger.Cli.Profiles;
using Ledger.Client.Query;

namespace Ledger.Cli.Commands;

/// <summary><c>ledger trace</c>: the whole timeline of a subject, proven complete.</summary>
internal static class TraceCommand
{
    public static Command Create(CliHost host)
    {
        var subject = new Argument<string>("subject") { Description = "The subject." };
        var command = new Command(
            "trace", "Shows everything about a subject in order, across all stages and parties, and proves that "
                + "nothing is left out.")
        {
            subject,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = new Session(host, parsed).Connect();
            var timeline = await client.GetTimelineAsync(parsed.GetRequiredValue(subject), cancellation: cancellation);
            Say(new Result(host, parsed), timeline);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Say(Result result, Timeline timeline) => result.Say(
        lines =>
        {
            lines.WriteLine(timeline.Subject);
            foreach (var entry in timeline.Entries)
            {
                var record = entry.Record;
                lines.WriteLine($"{entry.Leaf.SubjectSequence,4}  {entry.Leaf.Time}  {record.Type} {record.Action}");
                var occurred = record.OccurredAt.UnixMilliseconds > 0 ? $"  occurred {record.OccurredAt}" : "";
                lines.WriteLine($"      {record.Actor} as {record.Role} of {entry.Leaf.Member}{occurred}");
                foreach (var attribute in record.Attributes)
                    lines.WriteLine($"      {attribute.Key} = {attribute.DisplayValue()}");
                lines.WriteLine($"      {entry.Id}");
            }

            lines.WriteLine(
                $"{timeline.Entries.Count} entries; the chain of their hashes is whole, and its end is certified in "
                    + "block "
                + $"{timeline.ProvenAt.Header.Height} of {timeline.ProvenAt.Header.Time}");
        },
        json =>
        {
            json.WriteString("subject", timeline.Subject);
            json.WriteNumber("proven_at_height", timeline.ProvenAt.Header.Height.Value);
            json.WriteString("proven_at_time", timeline.ProvenAt.Header.Time.ToString());
            json.WriteStartArray("entries");
            foreach (var entry in timeline.Entries) EvidenceOutput.Write(json, entry);
            json.WriteEndArray();
        });
}
