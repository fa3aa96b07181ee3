using System.CommandLine;
using System.Text.Json;
using Ledger.Cli.Output;
using Ledger.Cli.Profiles;
using Ledger.Client;
using Ledger.Client.Submit;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Fingerprints;
using Ledger.Core.Receipts;

namespace Ledger.Cli.Commands;

/// <summary><c>ledger fingerprint</c>: fingerprints data sets so that parts of them can be shown later.</summary>
internal static class FingerprintCommand
{
    // One transaction anchors them all; a day of a vehicle has far fewer.
    private const int MaxFiles = 64;

    private static readonly Argument<string[]> File = new("file")
    {
        Description = "The data set; several when they have all else in common, such as a vehicle's trips of a day.",
        Arity = new ArgumentArity(1, MaxFiles),
    };

    private static readonly Option<string> Rule = new("--rule")
    {
        Description = "What a record is: csv (a row), lines (a line), chunks (a piece of fixed size).",
        Required = true,
        HelpName = "rule",
    };

    private static readonly Option<string> Delimiter = new("--delimiter")
    {
        Description = "What separates fields of csv.",
        DefaultValueFactory = _ => ",",
        HelpName = "char",
    };

    private static readonly Option<int> ChunkSize = new("--chunk-size")
    {
        Description = "Bytes of a chunk.",
        DefaultValueFactory = _ => 65_536,
        HelpName = "bytes",
    };

    private static readonly Option<string?> Output = new("--out", "-o")
    {
        Description = "Where to write the fingerprint. Left out: FILE.fingerprint.json.",
        HelpName = "file",
    };

    private static readonly Option<string?> Secret = new("--secret")
    {
        Description =
            "Where to write the new secret, without which nothing can be disclosed. Left out: FILE.fingerprint.secret.",
        HelpName = "file",
    };

    private static readonly Option<bool> Again = new("--again")
    {
        Description = "Use the secret that exists, for the data set that it was made for: after an anchoring that failed.",
    };

    private static readonly Option<bool> Anchor = new("--anchor")
    {
        Description = "Also anchor it, as fingerprint.data; needs --subject.",
    };

    private static readonly Option<bool> Receipts = new("--receipt")
    {
        Description = "Also fetch the receipt, to FILE.receipt.json; 'ledger disclose' puts it beside what it shows.",
    };

    static FingerprintCommand() => Rule.CompletionSources.Add("csv", "lines", "chunks");

    public static Command Create(CliHost host)
    {
        var record = new RecordOptions("fingerprint.data", "anchor");
        var command = new Command(
            "fingerprint", "Fingerprints data sets, which stay here: the digest can be anchored, and any range of "
                + "records shown later.")
        {
            File, Rule, Delimiter, ChunkSize, Output, Secret, Again, Anchor, Receipts,
        };
        record.AddTo(command);
        command.SetAction((parsed, cancellation) => RunAsync(host, parsed, record, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        CliHost host, ParseResult parsed, RecordOptions record, CancellationToken cancellation)
    {
        var (anchors, names) = (parsed.GetValue(Anchor), parsed.GetRequiredValue(File));
        if (anchors && string.IsNullOrEmpty(record.Subject(parsed)))
            throw new CliException(
                ExitCodes.Usage, "--anchor needs --subject: the vehicle, asset or model that the data is about");
        if (!anchors && parsed.GetValue(Receipts))
            throw new CliException(ExitCodes.Usage, "--receipt needs --anchor: only what is anchored has a receipt");
        if (names.Length > 1 && (parsed.GetValue(Output) ?? parsed.GetValue(Secret)) is not null)
            throw new CliException(ExitCodes.Usage, "--out and --secret are for one file: leave them out");
        using var client = anchors ? new Session(host, parsed).Connect() : null;
        var hash = client?.Options.Genesis.Suite.Hash ?? Sha256.Instance;
        var parameters = Parameters(parsed);
        var made = new List<Made>();
        foreach (var name in names)
        {
            var files = FingerprintFiles.Of(host, name, parsed.GetValue(Output), parsed.GetValue(Secret));
            var whole = await files.MakeAsync(host, hash, parameters, parsed.GetValue(Again), cancellation);
            made.Add(new Made(files, whole, whole.Digest(hash)));
        }

        if (client is null)
        {
            Say(host, parsed, made, null);
            return ExitCodes.Ok;
        }

        var rule = parsed.GetRequiredValue(Rule);
        EvidenceRecord[] records = [.. made.Select(m => record.Build(
            parsed,
            AnchorFlowOutput.MemberOf(client),
            client.Options.Identity!,
            [m.Whole.ToEvidenceDigest(hash)],
            EvidenceAttribute.Integer("records", checked((long)m.Whole.RecordCount)),
            EvidenceAttribute.Text("rule", rule),
            EvidenceAttribute.Integer("size_bytes", m.Files.Size())))];
        var outcome = await client.AnchorAsync(records, cancellation);
        AnchorFlowOutput.ThrowUnlessRecorded(outcome);
        if (parsed.GetValue(Receipts)) await FetchAsync(client, made, outcome, cancellation);
        Say(host, parsed, made, new Anchored(outcome, records, parsed.GetValue(Receipts)));
        return ExitCodes.Ok;
    }

    private static async Task FetchAsync(
        LedgerClient client, List<Made> made, AnchorOutcome outcome, CancellationToken cancellation)
    {
        for (var i = 0; i < made.Count; i++)
        {
            var proof = await client.GetReceiptAsync(outcome.IdOf((uint)i), outcome.Height, cancellation);
            OutputFile.Write(made[i].Files.ReceiptPath, ReceiptJson.Write(proof.Receipt));
        }
    }

    private static FingerprintParameters Parameters(ParseResult parsed)
    {
        try
        {
            var delimiter = parsed.GetRequiredValue(Delimiter);
            return parsed.GetRequiredValue(Rule) switch
            {
                "csv" when delimiter.Length == 1 && delimiter[0] < 128 => FingerprintParameters.Csv((byte)delimiter[0]),
                "csv" => throw new CliException(ExitCodes.Usage, "--delimiter must be one ASCII character"),
                "lines" => FingerprintParameters.Lines(),
                "chunks" => FingerprintParameters.Chunks(parsed.GetValue(ChunkSize)),
                var other => throw new CliException(
                    ExitCodes.Usage, $"there is no rule '{other}'; known are csv, lines, chunks"),
            };
        }
        catch (ArgumentException e)
        {
            throw new CliException(ExitCodes.Usage, e.Message, e);
        }
    }

    private static void Say(CliHost host, ParseResult parsed, List<Made> made, Anchored? anchored) =>
        new Result(host, parsed).Say(
            lines =>
            {
                for (var i = 0; i < made.Count; i++)
                {
                    made[i].WriteTo(lines);
                    anchored?.WriteTo(lines, i, made[i].Files);
                }
            },
            json =>
            {
                // One file makes a flat object; several a list of such.
                if (made.Count > 1) json.WriteStartArray("fingerprints");
                for (var i = 0; i < made.Count; i++)
                {
                    if (made.Count > 1) json.WriteStartObject();
                    made[i].WriteTo(json);
                    anchored?.WriteTo(json, i, made[i].Files);
                    if (made.Count > 1) json.WriteEndObject();
                }

                if (made.Count > 1) json.WriteEndArray();
            });

    private sealed record Made(FingerprintFiles Files, Fingerprint Whole, Hash256 Digest)
    {
        public void WriteTo(TextWriter lines)
        {
            lines.WriteLine($"fingerprint of {Whole.RecordCount} records");
            lines.WriteLine($"  digest    {Fingerprint.DigestAlgorithm}:{Digest}");
            lines.WriteLine($"  file      {Files.Target}");
            lines.WriteLine($"  secret    {Files.SecretPath}  keep it, and keep it secret: it is needed to disclose");
        }

        public void WriteTo(Utf8JsonWriter json)
        {
            json.WriteString("digest", Digest.ToString());
            json.WriteString("algorithm", Fingerprint.DigestAlgorithm);
            json.WriteNumber("records", Whole.RecordCount);
            json.WriteString("file", Files.Target);
            json.WriteString("secret", Files.SecretPath);
        }
    }

    private sealed record Anchored(AnchorOutcome Outcome, EvidenceRecord[] Records, bool HasReceipts)
    {
        public void WriteTo(TextWriter lines, int index, FingerprintFiles files)
        {
            var id = Outcome.IdOf((uint)index);
            lines.WriteLine($"anchored {id}");
            lines.WriteLine(
                $"  in block {Outcome.Height} at {Outcome.Time}, as leaf {Outcome.FirstLeaf.Value + (ulong)index}");
            EvidenceOutput.Lines(lines, Records[index]);
            lines.WriteLine(
                HasReceipts ? $"  receipt   {files.ReceiptPath}" : $"Next: ledger receipt get {id} -o FILE");
        }

        public void WriteTo(Utf8JsonWriter json, int index, FingerprintFiles files)
        {
            json.WriteString("id", Outcome.IdOf((uint)index).ToString());
            json.WriteString("transaction", Outcome.Transaction.Id.ToString());
            json.WriteNumber("height", Outcome.Height.Value);
            json.WriteString("time", Outcome.Time.ToString());
            json.WriteNumber("log_index", Outcome.FirstLeaf.Value + (ulong)index);
            EvidenceOutput.Write(json, "record", Records[index]);
            if (HasReceipts) json.WriteString("receipt", files.ReceiptPath);
        }
    }
}
