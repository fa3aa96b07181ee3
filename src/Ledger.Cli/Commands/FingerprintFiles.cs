using System.Security.Cryptography;
using System.Text;
using Ledger.Cli.Output;
using Ledger.Client.Fingerprints;
using Ledger.Core.Crypto;
using Ledger.Core.Fingerprints;

namespace Ledger.Cli.Commands;

/// <summary>A data set with the files that lie beside it.</summary>
/// <param name="Path">The data set.</param>
/// <param name="Target">Its fingerprint.</param>
/// <param name="SecretPath">The secret that the fingerprint was made with.</param>
internal sealed record FingerprintFiles(string Path, string Target, string SecretPath)
{
    private const int MaxFingerprintBytes = 1 << 16;

    public string ReceiptPath => Path + ".receipt.json";

    /// <summary>The files beside a data set, unless other names are given.</summary>
    public static FingerprintFiles Of(CliHost host, string path, string? target = null, string? secret = null)
    {
        var whole = host.Resolve(path);
        return new FingerprintFiles(
            whole,
            host.Resolve(target ?? whole + ".fingerprint.json"),
            host.Resolve(secret ?? whole + ".fingerprint.secret"));
    }

    /// <summary>
    /// Fingerprints the data set under a bar and writes fingerprint and secret. With <paramref name="again"/>, a secret
    /// that exists is used once more, for the same data only.
    /// </summary>
    public async Task<Fingerprint> MakeAsync(
        CliHost host, HashFunction hash, FingerprintParameters parameters, bool again, CancellationToken cancellation)
    {
        var old = again && File.Exists(SecretPath) ? ReadSecret() : null;
        if (old is null && File.Exists(SecretPath))
        {
            throw new CliException(
                ExitCodes.Usage,
                $"{SecretPath} exists already; each data set needs a secret of its own. Name another with --secret, or, if "
                    + "this is the data set that it was made for, say --again");
        }

        var secret = old ?? RandomNumberGenerator.GetBytes(FingerprintBuilder.SecretSize);
        var fingerprint = await ReadAsync(host, "fingerprinting", progress =>
            FileFingerprint.ComputeAsync(Path, hash, parameters, secret, progress, cancellation));
        if (old is not null && File.Exists(Target) && ReadFingerprint() != fingerprint)
        {
            throw new CliException(
                ExitCodes.Input,
                $"{Path} is not the data set that {Target} was made of: a secret is for one data set only. Take that file "
                    + "and the secret away to fingerprint it anew");
        }

        if (old is null) OutputFile.WriteSecret(SecretPath, Encoding.ASCII.GetBytes(Convert.ToHexStringLower(secret) + "\n"));
        OutputFile.Write(Target, FingerprintJson.Write(fingerprint));
        return fingerprint;
    }

    /// <summary>Reads the data set once more for a disclosure, under a bar.</summary>
    public Task<Disclosure> DiscloseAsync(
        CliHost host, Fingerprint whole, ulong first, int count, CancellationToken cancellation)
    {
        var secret = ReadSecret();
        return ReadAsync(host, "reading", progress => FileFingerprint.DiscloseAsync(
            Path, Sha256.Instance, whole, secret, first, count, progress, cancellation));
    }

    public Fingerprint ReadFingerprint() =>
        FingerprintJson.TryRead(
            InputFiles.Read(Target, MaxFingerprintBytes, "fingerprint"), out Fingerprint? fingerprint, out var fault)
            ? fingerprint
            : throw new CliException(ExitCodes.Input, $"{Target} is not a fingerprint: {fault}");

    public byte[] ReadSecret()
    {
        var text = Encoding.ASCII.GetString(InputFiles.Read(SecretPath, 256, "secret")).Trim();
        return Hash256.TryParse(text, out var secret)
            ? secret.ToArray()
            : throw new CliException(
                ExitCodes.Input, $"{SecretPath} is not a fingerprint's secret: 64 hexadecimal digits");
    }

    public long Size() => new FileInfo(Path).Length;

    private async Task<T> ReadAsync<T>(CliHost host, string what, Func<IProgress<long>?, Task<T>> read)
    {
        try
        {
            return await Progress.RunAsync(host, $"{what} {System.IO.Path.GetFileName(Path)}", Size(), read);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.Input, e.Message, e);
        }
    }
}
