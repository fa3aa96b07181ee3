using System.CommandLine;
using System.Globalization;
using Ledger.Cli.Output;
using Ledger.Cli.Profiles;
using Ledger.Client.Contracts;
using Ledger.Client.Import;

namespace Ledger.Cli.Commands.Contract;

/// <summary>
/// <c>ledger contract feed</c>: gives the rows of a file to a contract, in batches and in their order. Each batch is one
/// transaction: the contract decides what a row means, and which it has had already.
/// </summary>
internal static class FeedCommand
{
    public static Command Create(CliHost host)
    {
        var name = ContractOptions.Name();
        var function = new Argument<string>("function") { Description = "The function that takes a batch." };
        var file = new Argument<string>("file") { Description = "The file; gzip is recognised." };
        var map = new Option<string>("--map")
        {
            Description = "Mapping file: how a row becomes a record (docs/guide/developer/import.md).",
            HelpName = "file",
            Required = true,
        };
        var each = new Option<string[]>("--each")
        {
            Description = "A field of a row's object, as NAME=WHERE: a part of the mapped record (type, subject, actor, "
                + "action, role, occurred_at), attributes.KEY, or row (its number). Give one for each field.",
            HelpName = "name=where",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        var list = new Option<string>("--list")
        {
            Description = "The argument's property that holds the batch.",
            DefaultValueFactory = _ => "events",
            HelpName = "name",
        };
        var with = new Option<string?>("--with")
        {
            Description = "The argument's other properties, as a JSON object or @FILE.",
            HelpName = "json",
        };
        var batch = new Option<int>("--batch")
        {
            Description = "Rows in one transaction, 1 to 1000.",
            DefaultValueFactory = _ => 250,
            HelpName = "n",
        };
        var single = new Option<bool>("--single")
        {
            Description = "Each row is a call of its own: its fields and those of --with are the argument, without a "
                + "list.",
        };
        var atOnce = new Option<int>("--at-once")
        {
            Description = "Calls under way at the same time, 1 to 64. With more than one, their order is not kept.",
            DefaultValueFactory = _ => 1,
            HelpName = "n",
        };
        var gas = ContractOptions.Gas();
        var command = new Command("feed", "Gives the rows of a file to a contract, in batches, in their order.")
        {
            name, function, file, map, each, list, with, batch, single, atOnce, gas,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var rules = InputFiles.ReadMap(host.Resolve(parsed.GetRequiredValue(map)));
            var path = host.Resolve(parsed.GetRequiredValue(file));
            if (!File.Exists(path)) throw new CliException(ExitCodes.Input, $"there is no file {path}");
            var source = new ImportSource(
                path,
                rules.Format ?? throw new CliException(ExitCodes.Usage, "the mapping does not say what the file is"),
                rules.Delimiter);
            if (rules.KeyedRowDigest) throw new CliException(ExitCodes.Usage, "the mapping asks for keyed row digests");
            var rows = new FeedRows(
                FeedFields.Parse(parsed.GetRequiredValue(each)),
                parsed.GetValue(single) ? null : parsed.GetRequiredValue(list),
                ContractOptions.ReadArguments(host, parsed.GetValue(with) ?? "{}"),
                parsed.GetValue(batch) is >= 1 and <= 1000 and var size
                    ? size
                    : throw new CliException(ExitCodes.Usage, "--batch must be 1 to 1000"));
            var most = parsed.GetValue(atOnce) is >= 1 and <= 64 and var given
                ? given
                : throw new CliException(ExitCodes.Usage, "--at-once must be 1 to 64");
            var options = new ContractCallOptions();
            if (parsed.GetValue(gas) is { } limit) options = options with { GasLimit = limit };
            var totals = new FeedTotals();
            var since = host.Time.GetTimestamp();
            using var client = new Session(host, parsed).Connect();
            var hash = client.Options.Genesis.Suite.Hash;
            // Bound: most.
            var under = new Queue<(int Rows, Task<ContractResult> Call)>();
            try
            {
                foreach (var (argument, count) in rows.Batches(source.Rows().Select(r => (r, rules.Map(r, hash)))))
                {
                    // One after the other, unless it was said that their order does not matter.
                    if (under.Count == most) await TakeAsync(under, totals);
                    under.Enqueue((count, client.CallAsync(
                        parsed.GetRequiredValue(name), parsed.GetRequiredValue(function), argument, options,
                        cancellation)));
                }

                while (under.Count > 0) await TakeAsync(under, totals);
            }
            finally
            {
                // Where one failed, what is on its way with it is not cut off.
                Task rest = Task.WhenAll(under.Select(u => u.Call));
                await rest.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            Say(new Result(host, parsed), parsed.GetRequiredValue(name), totals, host.Time.GetElapsedTime(since));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static async Task TakeAsync(Queue<(int Rows, Task<ContractResult> Call)> under, FeedTotals totals)
    {
        var (rows, call) = under.Dequeue();
        totals.Add(rows, await call);
    }

    private static void Say(Result output, string contract, FeedTotals totals, TimeSpan took) => output.Say(
        lines =>
        {
            lines.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"fed {contract} {totals.Rows:N0} rows in {totals.Calls:N0} transactions, {took.TotalSeconds:N1} s"));
            foreach (var (key, sum) in totals.Sums) lines.WriteLine($"  {key,-13} {sum}");
            foreach (var (text, times) in totals.Texts) lines.WriteLine($"  {text,-13} {times}");
            lines.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {"gas",-13} {totals.Gas:N0}"));
        },
        json =>
        {
            json.WriteNumber("rows", totals.Rows);
            json.WriteNumber("transactions", totals.Calls);
            json.WriteNumber("gas_used", totals.Gas);
            json.WriteStartObject("sums");
            foreach (var (key, sum) in totals.Sums) json.WriteString(key, sum.ToString(CultureInfo.InvariantCulture));
            json.WriteEndObject();
            json.WriteStartObject("texts");
            foreach (var (text, times) in totals.Texts) json.WriteNumber(text, times);
            json.WriteEndObject();
        });
}
