using System.CommandLine;
using System.Security.Cryptography;
using Ledger.Cli.Output;
using Ledger.Cli.Profiles;
using Ledger.Client.Fingerprints;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Fingerprints;

namespace Ledger.Cli.Commands;

/// <summary><c>ledger fingerprint</c>: fingerprints a data set so that parts of it can be shown later.</summary>
internal static class FingerprintCommand
{
    private static readonly Argument<string> File = new("file") { Description = "The data set." };

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

    private static readonly Option<bool> Anchor = new("--anchor")
    {
        Description = "Also anchor it, as fingerprint.data; needs --subject.",
    };

    public static Command Create(CliHost host)
    {
        var record = new RecordOptions("fingerprint.data", "anchor");
        var command = new Command(
            "fingerprint", "Fingerprints a data set, which stays here: its digest can be anchored, and any range of "
                + "it shown later.")
        {
            File, Rule, Delimiter, ChunkSize, Output, Secret, Anchor,
        };
        record.AddTo(command);
        command.SetAction((parsed, cancellation) => RunAsync(host, parsed, record, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        CliHost host, ParseResult parsed, RecordOptions record, CancellationToken cancellation)
    {
        var anchors = parsed.GetValue(Anchor);
        if (anchors && string.IsNullOrEmpty(record.Subject(parsed)))
            throw new CliException(
                ExitCodes.Usage, "--anchor needs --subject: the vehicle, asset or model that the data is about");
        var path = host.Resolve(parsed.GetRequiredValue(File));
        var target = host.Resolve(parsed.GetValue(Output) ?? path + ".fingerprint.json");
        var secretPath = host.Resolve(parsed.GetValue(Secret) ?? path + ".fingerprint.secret");
        if (System.IO.File.Exists(secretPath))
            throw new CliException(
                ExitCodes.Usage, $"{secretPath} exists already; each data set needs a secret of its own, name another");
        var session = new Session(host, parsed);
        using var client = anchors ? session.Connect() : null;
        var hash = client?.Options.Genesis.Suite.Hash ?? Sha256.Instance;
        var secret = RandomNumberGenerator.GetBytes(FingerprintBuilder.SecretSize);
        var fingerprint = await ComputeAsync(path, hash, Parameters(parsed), secret, cancellation);
        OutputFile.WriteSecret(
            secretPath, System.Text.Encoding.ASCII.GetBytes(Convert.ToHexStringLower(secret) + "\n"));
        OutputFile.Write(target, FingerprintJson.Write(fingerprint));
        if (client is null)
        {
            Say(new Result(host, parsed), fingerprint, fingerprint.Digest(hash), target, secretPath);
            return ExitCodes.Ok;
        }

        var evidence = record.Build(
            parsed,
            AnchorFlowOutput.MemberOf(client),
            client.Options.Identity!,
            [FingerprintDigest.Of(fingerprint, hash)],
            EvidenceAttribute.Integer("records", checked((long)fingerprint.RecordCount)),
            EvidenceAttribute.Text("rule", parsed.GetRequiredValue(Rule)));
        var outcome = await client.AnchorAsync(evidence, cancellation);
        AnchorFlowOutput.ThrowUnlessRecorded(outcome);
        if (!parsed.GetValue(GlobalOptions.Json))
            Say(new Result(host, parsed), fingerprint, fingerprint.Digest(hash), target, secretPath);
        AnchorFlowOutput.Say(new Result(host, parsed), outcome, evidence, null);
        return ExitCodes.Ok;
    }

    private static async Task<Fingerprint> ComputeAsync(
        string path, HashFunction hash, FingerprintParameters parameters, byte[] secret, CancellationToken cancellation)
    {
        try
        {
            return await FileFingerprint.ComputeAsync(path, hash, parameters, secret, cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.Input, e.Message, e);
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

    private static void Say(Result result, Fingerprint fingerprint, Hash256 digest, string target, string secret) =>
        result.Say(
        lines =>
        {
            lines.WriteLine($"fingerprint of {fingerprint.RecordCount} records");
            lines.WriteLine($"  digest    {FingerprintDigest.Algorithm}:{digest}");
            lines.WriteLine($"  file      {target}");
            lines.WriteLine($"  secret    {secret}  keep it, and keep it secret: it is needed to disclose");
        },
        json =>
        {
            json.WriteString("digest", digest.ToString());
            json.WriteString("algorithm", FingerprintDigest.Algorithm);
            json.WriteNumber("records", fingerprint.RecordCount);
            json.WriteString("file", target);
            json.WriteString("secret", secret);
        });
}
