using System.CommandLine;
using Ledger.Cli.Output;
using Ledger.Client.Fingerprints;
using Ledger.Core.Crypto;
using Ledger.Core.Fingerprints;

namespace Ledger.Cli.Commands;

/// <summary><c>ledger disclose</c>: shows a range of a fingerprinted data set's records with its proof.</summary>
internal static class DiscloseCommand
{
    public static Command Create(CliHost host)
    {
        var file = new Argument<string>("file") { Description = "The data set that was fingerprinted." };
        var fingerprint = new Option<string?>("--fingerprint")
        {
            Description = "Its fingerprint. Left out: FILE.fingerprint.json.",
            HelpName = "file",
        };
        var secret = new Option<string?>("--secret")
        {
            Description = "The secret it was made with. Left out: FILE.fingerprint.secret.",
            HelpName = "file",
        };
        var first = new Option<ulong>("--first")
        {
            Description = "The first record to show, counted from 0.",
            Required = true,
            HelpName = "n",
        };
        var count = new Option<int>("--count")
        {
            Description = "Number of records to show.",
            Required = true,
            HelpName = "n",
        };
        var output = new Option<string>("--out", "-o")
        {
            Description = "File to write.",
            Required = true,
            HelpName = "file",
        };
        var command = new Command(
            "disclose", "Shows a range of records of a fingerprinted data set, and proves that they are part of it.")
        {
            file, fingerprint, secret, first, count, output,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var path = host.Resolve(parsed.GetRequiredValue(file));
            var whole = ReadFingerprint(host.Resolve(parsed.GetValue(fingerprint) ?? path + ".fingerprint.json"));
            var key = ReadSecret(host.Resolve(parsed.GetValue(secret) ?? path + ".fingerprint.secret"));
            if (whole.Algorithm != Sha256.Instance.Name)
                throw new CliException(ExitCodes.Input, $"the fingerprint was made with {whole.Algorithm}, which this "
                    + "version does not know");
            var disclosure = await DiscloseAsync(
                path, whole, key, parsed.GetValue(first), parsed.GetValue(count), cancellation);
            var target = parsed.GetRequiredValue(output);
            OutputFile.Write(host.Resolve(target), FingerprintJson.Write(disclosure));
            new Result(host, parsed).Say(
                lines =>
                {
                    lines.WriteLine($"{disclosure.Records.Count} of {whole.RecordCount} records, from record "
                        + $"{disclosure.FirstIndex}, in {target}");
                    lines.WriteLine($"Next: ledger verify --disclosure {target} --receipt RECEIPT --genesis GENESIS");
                },
                json =>
                {
                    json.WriteString("file", target);
                    json.WriteNumber("first", disclosure.FirstIndex);
                    json.WriteNumber("count", disclosure.Records.Count);
                    json.WriteNumber("of", whole.RecordCount);
                });
            return ExitCodes.Ok;
        });
        return command;
    }

    private static async Task<Disclosure> DiscloseAsync(
        string path, Fingerprint whole, byte[] key, ulong first, int count, CancellationToken cancellation)
    {
        if (count is < 1 or > Disclosure.MaxRecords
            || first >= whole.RecordCount
            || whole.RecordCount - first < (ulong)count)
        {
            throw new CliException(
                ExitCodes.Usage,
                $"the data set has records 0 to {whole.RecordCount - Math.Min(1, whole.RecordCount)}, and at most "
                + $"{Disclosure.MaxRecords} can be shown at once; {count} from {first} cannot");
        }

        try
        {
            return await FileFingerprint.DiscloseAsync(path, Sha256.Instance, whole, key, first, count, cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.Input, e.Message, e);
        }
    }

    private static Fingerprint ReadFingerprint(string path) =>
        FingerprintJson.TryRead(
            InputFiles.Read(path, 1 << 16, "fingerprint"), out Fingerprint? fingerprint, out var fault)
            ? fingerprint
            : throw new CliException(ExitCodes.Input, $"{path} is not a fingerprint: {fault}");

    private static byte[] ReadSecret(string path)
    {
        var text = System.Text.Encoding.ASCII.GetString(InputFiles.Read(path, 256, "secret")).Trim();
        return Hash256.TryParse(text, out var secret)
            ? secret.ToArray()
            : throw new CliException(ExitCodes.Input, $"{path} is not a fingerprint's secret: 64 hexadecimal digits");
    }
}
