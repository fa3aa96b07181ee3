using System.CommandLine;
using Ledger.Cli.Output;
using Ledger.Cli.Profiles;
using Ledger.Client.Credentials;
using Ledger.Core.Callers;

namespace Ledger.Cli.Commands;

/// <summary><c>ledger console</c>: a link that opens a node's web console, signed in.</summary>
internal static class ConsoleCommand
{
    public static Command Create(CliHost host)
    {
        var address = new Argument<string?>("url")
        {
            Description = "Address of the node's http_listen, as the browser dials it. Left out: that of the first "
                + "node of the consortium folder which the profile is in.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command(
            "console",
            "Prints a link that opens a node's web console as the identity's member. It holds a token that lives an "
                + "hour: whoever has the link reads what the member reads.")
        {
            address,
        };
        command.SetAction(parsed =>
        {
            var session = new Session(host, parsed);
            var origin = parsed.GetValue(address) is { } given
                ? Session.ParseEndpoint(given)
                : FirstNode(session.StateFolder);
            var identity = session.Identity();
            if (session.Genesis.FindKey(identity.PublicKey.Id) is null)
                throw new CliException(ExitCodes.Refused, "the identity is no key of a member of this channel");
            var credentials = new MemberCredentials(identity, session.Genesis, CallerRules.MaxLifetime, host.Time);
            var token = credentials.Describe(CallerAudience.Of(origin));
            var link = $"{origin.GetLeftPart(UriPartial.Authority)}/#token={token.Sign(identity)}";
            new Result(host, parsed).Say(
                lines => lines.WriteLine(link),
                json =>
                {
                    json.WriteString("link", link);
                    json.WriteString("member", token.Member);
                });
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Uri FirstNode(string folder) => Directory.Exists(Path.Combine(folder, "nodes"))
        ? new Uri(ConsortiumFolder.Nodes(folder)[0].Readiness, "/")
        : throw new CliException(
            ExitCodes.Usage, "say which node: ledger console http://HOST:PORT, with its http_listen");
}
