using System.CommandLine;
using System.Globalization;
using Ledger.Cli.Output;
using Ledger.Cli.Profiles;
using Ledger.Client;
using Ledger.Client.Query;
using Ledger.Core.Blocks;

namespace Ledger.Cli.Commands;

/// <summary><c>ledger query</c>: finds evidence.</summary>
internal static class QueryCommand
{
    private const int MaxDigestHex = 128;

    public static Command Create(CliHost host)
    {
        var subject = new Option<string?>("--subject") { Description = "The timeline of a subject.", HelpName = "key" };
        var digest = new Option<string?>("--digest")
        {
            Description = "Evidence that carries this digest (hexadecimal): has it ever been anchored, by whom, when?",
            HelpName = "hex",
        };
        var file = new Option<string?>("--file")
        {
            Description = "Evidence that carries the digest of this file.",
            HelpName = "file",
        };
        var actor = new Option<string?>("--actor") { Description = "What an actor did.", HelpName = "name" };
        var type = new Option<string?>("--type") { Description = "Evidence of a type.", HelpName = "type" };
        var from = new Option<string?>("--from") { Description = "Recorded at this time or later.", HelpName = "time" };
        var to = new Option<string?>("--to") { Description = "Recorded before this time.", HelpName = "time" };
        var covers = new Option<string?>("--covers")
        {
            Description = "With --subject: fingerprints of the data sets whose period (period_start, period_end) covers this "
                + "moment, such as that of an accident.",
            HelpName = "time",
        };
        var limit = new Option<int>("--limit")
        {
            Description = "At most so many entries, oldest first.",
            DefaultValueFactory = _ => 100,
            HelpName = "n",
        };
        var command = new Command("query", "Finds evidence by subject, digest, actor or type, and by time.")
        {
            subject, digest, file, actor, type, from, to, covers, limit,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = new Session(host, parsed).Connect();
            EvidenceQuery?[] asked =
            [
                parsed.GetValue(subject) is { } s ? EvidenceQuery.BySubject(s) : null,
                parsed.GetValue(digest) is { } d ? EvidenceQuery.ByDigest(ParseDigest(d)) : null,
                parsed.GetValue(file) is { } f
                    ? EvidenceQuery.ByDigest(
                        FileDigest.Compute(host.Resolve(f), client.Options.Genesis.Suite.Hash).ToArray())
                    : null,
                parsed.GetValue(actor) is { } a ? EvidenceQuery.ByActor(a) : null,
                parsed.GetValue(type) is { } t ? EvidenceQuery.ByType(t) : null,
            ];
            var given = asked.OfType<EvidenceQuery>().ToArray();
            var hasTime = parsed.GetValue(from) is not null || parsed.GetValue(to) is not null;
            if (given.Length > 1 || (given.Length == 0 && !hasTime))
            {
                throw new CliException(
                    ExitCodes.Usage, "give exactly one of --subject, --digest, --file, --actor, --type; or only "
                        + "--from and --to");
            }

            var query = (given.Length == 1 ? given[0] : EvidenceQuery.ByTime()) with
            {
                From = RecordOptions.ParseTime(parsed.GetValue(from), "--from"),
                To = RecordOptions.ParseTime(parsed.GetValue(to), "--to"),
            };
            var most = parsed.GetValue(limit);
            var entries = parsed.GetValue(covers) is { } moment
                ? Covering(client, query, RecordOptions.ParseTime(moment, "--covers"), cancellation)
                : client.QueryAsync(query, cancellation);
            var found = await entries.Take(most + 1).ToListAsync(cancellation);
            Say(new Result(host, parsed), found, most);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static IAsyncEnumerable<EvidenceEntry> Covering(
        LedgerClient client, EvidenceQuery query, Timestamp moment, CancellationToken cancellation)
    {
        if (query.Subject is not { } vehicle)
            throw new CliException(ExitCodes.Usage, "--covers needs --subject: whose data is it?");
        return client.FindFingerprintsAsync(vehicle, moment, cancellation)
            .Select(found => found.Entry).Distinct().Where(entry => query.FitsTime(entry.Leaf.Time));
    }

    private static void Say(Result result, List<EvidenceEntry> found, int most)
    {
        var shown = found.Take(most).ToArray();
        result.Say(
            lines =>
            {
                foreach (var entry in shown) lines.WriteLine(EvidenceOutput.Line(entry));
                var number = shown.Length.ToString(CultureInfo.InvariantCulture);
                lines.WriteLine(
                    found.Count > most ? $"{number} found, and there are more: raise --limit" : $"{number} found");
            },
            json =>
            {
                json.WriteBoolean("more", found.Count > most);
                json.WriteStartArray("evidence");
                foreach (var entry in shown) EvidenceOutput.Write(json, entry);
                json.WriteEndArray();
            });
    }

    private static byte[] ParseDigest(string text)
    {
        try
        {
            return text.Length is > 0 and <= MaxDigestHex ? Convert.FromHexString(text) : throw new FormatException();
        }
        catch (FormatException e)
        {
            throw new CliException(
                ExitCodes.Usage, $"--digest '{text}' is not a digest of 1 to 64 bytes in hexadecimal", e);
        }
    }
}
