using System.CommandLine;
using System.Text;
using Ledger.Cli.Output;
using Ledger.Cli.Profiles;
using Ledger.Client.Contracts;
using Ledger.Core.Blocks;

namespace Ledger.Cli.Commands.Contract;

/// <summary><c>ledger contract events</c>: follows what contracts emit.</summary>
internal static class EventsCommand
{
    public static Command Create(CliHost host)
    {
        var name = new Argument<string?>("name")
        {
            Description = "The contract whose events are wanted. Left out: every contract's.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var @event = new Option<string?>("--event") { Description = "Only events of this name.", HelpName = "name" };
        var from = new Option<ulong>("--from")
        {
            Description = "The first block. To go on after an interruption: the last one shown.",
            HelpName = "height",
        };
        var limit = new Option<int?>("--limit") { Description = "End after so many events.", HelpName = "n" };
        var command = new Command(
            "events", "Shows events of contracts as they are certified, each proven, until it is stopped.")
        {
            name, @event, from, limit,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var most = parsed.GetValue(limit);
            if (most is < 1) throw new CliException(ExitCodes.Usage, "--limit must be 1 or more");
            using var client = new Session(host, parsed).Connect();
            var filter = new ContractEventFilter(parsed.GetValue(name) ?? "", parsed.GetValue(@event) ?? "");
            var events = client.SubscribeEventsAsync(new BlockHeight(parsed.GetValue(from)), filter, cancellation);
            var shown = 0;
            await foreach (var entry in events)
            {
                Show(new Result(host, parsed), entry);
                if (++shown == most) break;
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Show(Result result, ContractEventEntry entry) => result.Say(
        lines => lines.WriteLine(
            $"{entry.Block.Header.Height} {entry.Block.Header.Time} {entry.Event.Contract}.{entry.Event.Name} "
            + Encoding.UTF8.GetString(entry.Event.Payload.Span)),
        json =>
        {
            json.WriteNumber("height", entry.Block.Header.Height.Value);
            json.WriteString("time", entry.Block.Header.Time.ToString());
            json.WriteString("id", entry.Id.ToString());
            json.WriteNumber("index", entry.Index);
            json.WriteString("contract", entry.Event.Contract);
            json.WriteString("event", entry.Event.Name);
            ContractOptions.WriteRaw(json, "payload", entry.Event.Payload);
        });
}
