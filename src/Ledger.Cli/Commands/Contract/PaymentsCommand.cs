using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Ledger.Cli.Output;
using Ledger.Client.Payments;

namespace Ledger.Cli.Commands.Contract;

/// <summary><c>ledger contract payments</c>: writes instructed payments as the file that a bank takes.</summary>
internal static class PaymentsCommand
{
    private const int MaxBytes = 8 << 20;
    private const string Newer = "pain.001.001.09";

    public static Command Create(CliHost host)
    {
        var batch = File("--batch", "Answer of: ledger contract query settlement batch '{\"batch\":\"ID\"}' --json.");
        var parties = File("--parties",
            "Names and accounts: {\"MEMBER\":{\"name\":\"…\",\"account\":\"IBAN or number\",\"bic\":\"…\"}}.");
        var initiator = new Option<string>("--initiator")
        {
            Description = "Who sends the message to the bank.",
            Required = true,
            HelpName = "name",
        };
        var date = new Option<string>("--date")
        {
            Description = "The day on which the bank is to pay, such as 2026-04-02.",
            Required = true,
            HelpName = "day",
        };
        var form = new Option<string>("--form")
        {
            Description = "The form that the bank asks for: pain.001.001.09 or pain.001.001.03.",
            DefaultValueFactory = _ => Newer,
            HelpName = "name",
        };
        var output = File("--out", "File to write.");
        var command = new Command("payments",
            "Writes payments that settlement instructed as ISO 20022 pain.001.")
        {
            batch, parties, initiator, date, form, output,
        };
        command.SetAction(parsed =>
        {
            if (!DateOnly.TryParseExact(parsed.GetRequiredValue(date), "yyyy-MM-dd", CultureInfo.InvariantCulture,
                DateTimeStyles.None, out var day))
                throw new CliException(ExitCodes.Usage, "--date is a day such as 2026-04-02");
            var payments = ReadBatch(host.Resolve(parsed.GetRequiredValue(batch)));
            var target = host.Resolve(parsed.GetRequiredValue(output));
            try
            {
                OutputFile.Write(target, PaymentInitiation.Write(
                    payments, parsed.GetRequiredValue(initiator), ReadParties(host.Resolve(parsed.GetRequiredValue(
                        parties))), day, FormOf(parsed.GetRequiredValue(form))));
            }
            catch (ArgumentException e)
            {
                throw new CliException(ExitCodes.Input, $"{e.Message}; add it to the file of --parties", e);
            }

            new Result(host, parsed).Say(
                lines => lines.WriteLine($"{payments.Payments.Count} payments of batch {payments.Id} in {target}"),
                json =>
                {
                    json.WriteString("file", target);
                    json.WriteString("batch", payments.Id);
                    json.WriteNumber("payments", payments.Payments.Count);
                });
            return ExitCodes.Ok;
        });
        return command;
    }

    private static PaymentForm FormOf(string name) => name switch
    {
        Newer => PaymentForm.Pain00100109,
        "pain.001.001.03" => PaymentForm.Pain00100103,
        _ => throw new CliException(ExitCodes.Usage, "--form is pain.001.001.09 or pain.001.001.03"),
    };

    private static Option<string> File(string name, string description) =>
        new(name) { Description = description, Required = true, HelpName = "file" };

    // The command's answer, or the query's own value.
    private static PaymentBatch ReadBatch(string path)
    {
        var bytes = InputFiles.Read(path, MaxBytes, "batch");
        try
        {
            using var document = JsonDocument.Parse(bytes);
            if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("value",
                out var value))
                bytes = JsonSerializer.SerializeToUtf8Bytes(value);
        }
        catch (JsonException e)
        {
            throw new CliException(ExitCodes.Input, $"{path} is not well-formed JSON: {e.Message}", e);
        }

        return PaymentBatch.TryRead(bytes, out var batch, out var fault)
            ? batch
            : throw new CliException(ExitCodes.Input, $"{path}: {fault}");
    }

    private static Dictionary<string, PaymentParty> ReadParties(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(InputFiles.Read(path, MaxBytes, "list of parties"));
            return document.RootElement.EnumerateObject().ToDictionary(
                p => p.Name,
                p => new PaymentParty(
                    p.Value.GetProperty("name").GetString()!, p.Value.GetProperty("account").GetString()!,
                    p.Value.TryGetProperty("bic", out var bic) ? bic.GetString() : null));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new CliException(
                ExitCodes.Input, $"{path} is no list of parties: an object of members, each with name and account", e);
        }
    }
}
