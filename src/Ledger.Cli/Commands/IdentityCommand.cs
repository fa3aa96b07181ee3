using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ledger.Cli.Output;
using Ledger.Cli.Profiles;
using Ledger.Client.Identity;

namespace Ledger.Cli.Commands;

/// <summary><c>ledger identity</c>: what an identity is good for beside signing records.</summary>
internal static class IdentityCommand
{
    public static Command Create(CliHost host) => new("identity", "What an identity is good for beside signing.")
    {
        Certificate(host),
    };

    private static Command Certificate(CliHost host)
    {
        var output = new Option<string>("--out", "-o")
        {
            Description = "PEM file to make, with the certificate and its private key. It must not exist.",
            Required = true,
            HelpName = "file",
        };
        var days = new Option<int?>("--days")
        {
            Description = "Days that it is good for. Left out: as long as the chain knows the identity's key.",
            HelpName = "n",
        };
        var command = new Command(
            "certificate",
            "Makes a TLS client certificate that the identity vouches for, for tools that show certificates in place "
                + "of tokens: curl --cert FILE https://…")
        {
            output, days,
        };
        command.SetAction(parsed =>
        {
            var session = new Session(host, parsed);
            var path = host.Resolve(parsed.GetRequiredValue(output));
            if (File.Exists(path))
                throw new CliException(ExitCodes.Usage, $"{path} exists; name another file with --out");
            if (parsed.GetValue(days) is < 1 or > 36_500)
                throw new CliException(ExitCodes.Usage, "--days must be 1 to 36500");
            var identity = session.Identity();
            if (session.Genesis.FindKey(identity.PublicKey.Id) is not var (member, _))
                throw new CliException(ExitCodes.Refused, "the identity is no key of a member of this channel");
            DateTimeOffset? until = parsed.GetValue(days) is { } n ? host.Time.GetUtcNow().AddDays(n) : null;
            using var certificate = KeyCertificates.CreateForClient(identity, session.Genesis.Channel, until);
            Write(path, certificate);
            new Result(host, parsed).Say(
                lines => lines.WriteLine(
                    $"a client certificate of {member.Id} in {path}; keep it as you keep the identity"),
                json =>
                {
                    json.WriteString("file", path);
                    json.WriteString("member", member.Id);
                    json.WriteString("until", certificate.NotAfter.ToUniversalTime()
                        .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
                });
            return ExitCodes.Ok;
        });
        return command;
    }

    // Readable by its owner only from the first byte on: it has a private key in it.
    private static void Write(string path, X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(path, options);
        writer.WriteLine(certificate.ExportCertificatePem());
        writer.WriteLine(PemEncoding.WriteString("PRIVATE KEY", key.ExportPkcs8PrivateKey()));
    }
}
