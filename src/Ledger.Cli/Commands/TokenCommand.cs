using System.CommandLine;
using System.Globalization;
using Ledger.Cli.Output;
using Ledger.Cli.Profiles;
using Ledger.Client.Credentials;
using Ledger.Core.Callers;

namespace Ledger.Cli.Commands;

/// <summary><c>ledger token</c>: a token with which any HTTP or gRPC client shows a node who asks.</summary>
internal static class TokenCommand
{
    private static readonly int LongestSeconds = (int)CallerRules.MaxLifetime.TotalSeconds;

    public static Command Create(CliHost host)
    {
        var audience = new Option<string?>("--audience")
        {
            Description = "Address of the node that the token is for, as its client dials it. Left out: the first "
                + "endpoint.",
            HelpName = "url",
        };
        var lifetime = new Option<int>("--lifetime")
        {
            Description = $"Seconds that the token lives, 60 to {LongestSeconds}.",
            DefaultValueFactory = _ => (int)MemberCredentials.DefaultLifetime.TotalSeconds,
            HelpName = "seconds",
        };
        var command = new Command(
            "token",
            "Makes a token of the identity for one node. Whoever has it reads from that node as this member until it "
                + "ends: send it as 'Authorization: Bearer TOKEN', over TLS where others can listen.")
        {
            audience, lifetime,
        };
        command.SetAction(parsed =>
        {
            var session = new Session(host, parsed);
            var seconds = parsed.GetValue(lifetime);
            if (seconds < 60 || seconds > LongestSeconds)
                throw new CliException(ExitCodes.Usage, $"--lifetime must be 60 to {LongestSeconds}, not {seconds}");
            var origin = CallerAudience.Of(
                parsed.GetValue(audience) is { } given ? Session.ParseEndpoint(given) : session.Endpoints[0]);
            var identity = session.Identity();
            if (session.Genesis.FindKey(identity.PublicKey.Id) is null)
                throw new CliException(ExitCodes.Refused, "the identity is no key of a member of this channel");
            var credentials = new MemberCredentials(
                identity, session.Genesis, TimeSpan.FromSeconds(seconds), host.Time);
            var token = credentials.Describe(origin);
            var signed = token.Sign(identity);
            new Result(host, parsed).Say(
                lines => lines.WriteLine(signed),
                json =>
                {
                    json.WriteString("token", signed);
                    json.WriteString("member", token.Member);
                    json.WriteString("key", token.Key.ToString());
                    json.WriteString("audience", token.Audience);
                    json.WriteString("expires", DateTimeOffset.FromUnixTimeSeconds(token.ExpiresAt)
                        .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
                });
            return ExitCodes.Ok;
        });
        return command;
    }
}
