using System.CommandLine;
using Ledger.Cli.Output;
using Ledger.Cli.Profiles;
using Ledger.Client;
using Ledger.Client.Import;

namespace Ledger.Cli.Commands;

/// <summary>
/// <c>ledger import</c>: anchors every row of a file, each exactly once, however often it is interrupted.
/// </summary>
internal static class ImportCommand
{
    private static readonly Argument<string> File = new("file") { Description = "The file; gzip is recognised." };

    private static readonly Option<string> Map = new("--map")
    {
        Description = "Mapping file: how a row becomes a record (docs/guide/developer/import.md).",
        Required = true,
        HelpName = "file",
    };

    private static readonly Option<string?> Format = new("--format")
    {
        Description = "xes, csv or jsonl. Left out: what the mapping says.",
        HelpName = "format",
    };

    private static readonly Option<string?> Journal = new("--journal")
    {
        Description = "Where the import keeps what it sent. Left out: in the folder 'imports' beside the profile.",
        HelpName = "file",
    };

    private static readonly Option<int> Batch = new("--batch")
    {
        Description = "Records in one transaction, 1 to 1000.",
        DefaultValueFactory = _ => 100,
        HelpName = "n",
    };

    private static readonly Option<int> InFlight = new("--in-flight")
    {
        Description = "Transactions on their way at a time.",
        DefaultValueFactory = _ => 8,
        HelpName = "n",
    };

    private static readonly Option<bool> AnyOrder = new("--any-order")
    {
        Description = "Do not keep the order of each subject's rows. Faster for files in which subjects are mixed.",
    };

    private static readonly Option<string?> RowKey = new("--row-key-file")
    {
        Description = "File with the key of row digests, for mappings with \"row_digest\": \"keyed\".",
        HelpName = "file",
    };

    private static readonly Option<bool> CheckOnly = new("--check")
    {
        Description = "Only check every row; send nothing.",
    };

    public static Command Create(CliHost host)
    {
        var command = new Command(
            "import", "Anchors every row of a file. Run it again after an interruption: it goes on and doubles "
                + "nothing.")
        {
            File, Map, Format, Journal, Batch, InFlight, AnyOrder, RowKey, CheckOnly,
        };
        command.SetAction((parsed, cancellation) => RunAsync(host, parsed, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(CliHost host, ParseResult parsed, CancellationToken cancellation)
    {
        var session = new Session(host, parsed);
        var map = InputFiles.ReadMap(host.Resolve(parsed.GetRequiredValue(Map)));
        var source = SourceOf(host, parsed, map);
        using var client = session.Connect();
        var options = new ImportOptions
        {
            JournalPath = JournalPath(host, parsed, session, client, source, map),
            RecordsPerTransaction = parsed.GetValue(Batch) is >= 1 and <= 1000 and var batch
                ? batch
                : throw new CliException(ExitCodes.Usage, "--batch must be 1 to 1000"),
            MaxInFlight = parsed.GetValue(InFlight) is >= 1 and <= 256 and var flight
                ? flight
                : throw new CliException(ExitCodes.Usage, "--in-flight must be 1 to 256"),
            KeepSubjectOrder = !parsed.GetValue(AnyOrder),
            RowKey = ReadRowKey(host, parsed, map),
        };
        var importer = new Importer(client, source, map, options);
        var result = new Result(host, parsed);
        if (parsed.GetValue(CheckOnly)) return SayChecked(result, source, importer.Check(cancellation));
        Directory.CreateDirectory(Path.GetDirectoryName(options.JournalPath)!);
        var since = host.Time.GetTimestamp();
        var summary = await ImportProgressView.RunAsync(host, source, p => importer.RunAsync(p, cancellation));
        SaySummary(result, source, summary, host.Time.GetElapsedTime(since), options.JournalPath);
        return summary.IsComplete
            ? ExitCodes.Ok
            : throw new CliException(ExitCodes.Undecided, $"the import stopped: {summary.Problem}");
    }

    private static ImportSource SourceOf(CliHost host, ParseResult parsed, ImportMap map)
    {
        var format = parsed.GetValue(Format) switch
        {
            "xes" => ImportFormat.Xes,
            "csv" => ImportFormat.Csv,
            "jsonl" => ImportFormat.JsonLines,
            null => map.Format
                ?? throw new CliException(ExitCodes.Usage, "neither --format nor the mapping says what the file is"),
            var other =>
                throw new CliException(ExitCodes.Usage, $"there is no format '{other}'; known are xes, csv, jsonl"),
        };
        var path = host.Resolve(parsed.GetRequiredValue(File));
        return System.IO.File.Exists(path)
            ? new ImportSource(path, format, map.Delimiter)
            : throw new CliException(ExitCodes.Input, $"there is no file {path}");
    }

    // The name is made of what the journal belongs to, so that the same import finds it again by itself.
    private static string JournalPath(
        CliHost host, ParseResult parsed, Session session, LedgerClient client, ImportSource source, ImportMap map)
    {
        if (parsed.GetValue(Journal) is { } given) return host.Resolve(given);
        var hash = client.Options.Genesis.Suite.Hash;
        var name = $"{source.Digest(hash).ToString()[..16]}-{map.DigestWith(hash).ToString()[..8]}"
            + $"-{client.Options.Genesis.Channel.ToString()[..8]}.journal";
        return Path.Combine(session.StateFolder, "imports", name);
    }

    private static byte[] ReadRowKey(CliHost host, ParseResult parsed, ImportMap map)
    {
        var path = parsed.GetValue(RowKey);
        if (map.KeyedRowDigest != path is not null)
        {
            throw new CliException(
                ExitCodes.Usage,
                map.KeyedRowDigest
                    ? "the mapping asks for keyed row digests: give --row-key-file; 'head -c 32 /dev/urandom > FILE' "
                        + "makes a key"
                    : "--row-key-file is given, but the mapping does not say \"row_digest\": \"keyed\"");
        }

        if (path is null) return [];
        var key = InputFiles.Read(host.Resolve(path), 4096, "row key");
        return key.Length >= 16
            ? key
            : throw new CliException(ExitCodes.Input, $"{path} is too short; a row key has at least 16 bytes");
    }

    private static int SayChecked(Result result, ImportSource source, long rows)
    {
        result.Say(
            lines => lines.WriteLine($"{rows} rows of {source.Path} are in order; nothing was sent"),
            json =>
            {
                json.WriteNumber("rows", rows);
                json.WriteBoolean("sent", false);
            });
        return ExitCodes.Ok;
    }

    private static void SaySummary(
        Result result, ImportSource source, ImportSummary summary, TimeSpan took, string journal)
    {
        var now = summary.RecordedRows - summary.RecordedBefore;
        result.Say(
            lines =>
            {
                lines.WriteLine(
                    $"{summary.RecordedRows} of {summary.TotalRows} rows of {source.Path} are on the chain");
                if (summary.RecordedBefore > 0) lines.WriteLine($"  {summary.RecordedBefore} were there before");
                lines.WriteLine(
                    $"  {now} now, in {took.TotalSeconds:0.0} s; {summary.Transactions} transactions in all");
                lines.WriteLine($"  journal   {journal}");
            },
            json =>
            {
                json.WriteNumber("rows", summary.TotalRows);
                json.WriteNumber("recorded", summary.RecordedRows);
                json.WriteNumber("recorded_before", summary.RecordedBefore);
                json.WriteNumber("transactions", summary.Transactions);
                json.WriteNumber("seconds", Math.Round(took.TotalSeconds, 3));
                json.WriteBoolean("complete", summary.IsComplete);
                json.WriteString("journal", journal);
            });
    }
}
