using System.CommandLine;
using System.Globalization;
using Ledger.Cli.Output;
using Ledger.Cli.Profiles;
using Ledger.Client.CoSigning;
using Ledger.Core.Membership;

namespace Ledger.Cli.Commands;

/// <summary>
/// <c>ledger cosign</c>: a record that several members sign. One writes a draft, the others sign it one after the other,
/// each with its own key and without a network, and the last submits it.
/// </summary>
internal static class CoSignCommand
{
    public static Command Create(CliHost host) => new("cosign", "Anchors a record that several members sign together.")
    {
        New(host),
        Show(host),
        Sign(host),
        Submit(host),
    };

    private static Command New(CliHost host)
    {
        var draft = DraftArgument();
        var files = RecordOptions.FilesArgument();
        var parties = new Option<string[]>("--party")
        {
            Description = "Member that must sign; give it once for each, two at least.",
            Required = true,
            HelpName = "member",
        };
        var hours = new Option<double>("--valid-hours")
        {
            Description = "Hours until which all must have signed and the last submitted. "
                + "The channel allows no more than its longest lifetime of transactions before that.",
            DefaultValueFactory = _ => 20,
            HelpName = "hours",
        };
        var record = new RecordOptions();
        var command = new Command("new", "Writes a draft for the parties to sign. Needs no node.")
        {
            draft, files, parties, hours,
        };
        record.AddTo(command);
        command.SetAction(parsed =>
        {
            var session = new Session(host, parsed);
            var genesis = session.Genesis;
            var signer = session.Identity();
            var member = genesis.FindKey(signer.PublicKey.Id)?.Member
                ?? throw new CliException(
                    ExitCodes.Refused, "the identity belongs to no member of the channel; use another with --identity");
            var evidence = record.Build(
                parsed, member, signer, RecordOptions.DigestsOf(host, parsed.GetValue(files), genesis));
            var until = host.Time.GetUtcNow() + TimeSpan.FromHours(Math.Clamp(parsed.GetValue(hours), 0.01, 24 * 30));
            CoSignDraft made;
            try
            {
                made = CoSignDraft.New(genesis, [evidence], parsed.GetRequiredValue(parties), until);
            }
            catch (ArgumentException fault)
            {
                throw new CliException(ExitCodes.Usage, fault.Message, fault);
            }

            var file = parsed.GetRequiredValue(draft);
            Write(host, parsed, draft, made, made.Senders.Count == made.Parties.Count
                ? $"Next: each party: ledger cosign sign {file}"
                : $"Next: {string.Join(", ", made.Parties.Except(made.Senders))}: ledger cosign sign {file}; the last is "
                    + $"{string.Join(" or ", made.Senders)}, for the record's role: ledger cosign submit {file}");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Show(CliHost host)
    {
        var draft = DraftArgument();
        var command = new Command("show", "Shows what a draft says and who has signed it. Needs no node.") { draft };
        command.SetAction(parsed =>
        {
            Say(host, parsed, Read(host, parsed, draft, new Session(host, parsed).Genesis), null);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Sign(CliHost host)
    {
        var draft = DraftArgument();
        var command = new Command(
            "sign", "Signs a draft with your identity. Read it first, with 'ledger cosign show'. Needs no node.")
        {
            draft,
        };
        command.SetAction(parsed =>
        {
            var session = new Session(host, parsed);
            var before = Read(host, parsed, draft, session.Genesis);
            var after = Try(() => before.Sign(session.Identity()));
            Write(host, parsed, draft, after, $"Next: {string.Join(", ", after.Missing)}: ledger cosign "
                + $"{(after.Missing.Count == 1 ? "submit" : "sign")} {parsed.GetRequiredValue(draft)}");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Submit(CliHost host)
    {
        var draft = DraftArgument();
        var command = new Command("submit", "Signs as the last party and anchors the record.") { draft };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = new Session(host, parsed).Connect();
            var read = Read(host, parsed, draft, client.Options.Genesis);
            var transaction = Try(() => read.ToTransaction(client.Options.Identity!));
            var outcome = await client.AnchorAsync(transaction, cancellation);
            AnchorFlowOutput.ThrowUnlessRecorded(outcome);
            AnchorFlowOutput.Say(new Result(host, parsed), outcome, read.Records[0], null);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Argument<string> DraftArgument() => new("draft") { Description = "File of the draft." };

    private static CoSignDraft Read(CliHost host, ParseResult parsed, Argument<string> argument, Genesis genesis)
    {
        var path = host.Resolve(parsed.GetRequiredValue(argument));
        var bytes = InputFiles.Read(path, 8 << 20, "draft");
        return CoSignDraft.TryParse(bytes, genesis, out var draft, out var fault)
            ? draft
            : throw new CliException(ExitCodes.Input, $"{path}: {fault}");
    }

    private static T Try<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception fault) when (fault is ArgumentException or InvalidOperationException)
        {
            throw new CliException(ExitCodes.Refused, fault.Message, fault);
        }
    }

    private static void Write(
        CliHost host, ParseResult parsed, Argument<string> argument, CoSignDraft draft, string next)
    {
        OutputFile.Write(host.Resolve(parsed.GetRequiredValue(argument)), draft.ToJson());
        Say(host, parsed, draft, next);
    }

    private static void Say(CliHost host, ParseResult parsed, CoSignDraft draft, string? next) =>
        new Result(host, parsed).Say(
            lines =>
            {
                lines.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"draft of {draft.Records.Count} records, valid until {draft.ValidUntil}"));
                foreach (var record in draft.Records) EvidenceOutput.Lines(lines, record);
                foreach (var party in draft.Parties)
                    lines.WriteLine($"  {(draft.Missing.Contains(party) ? "to sign" : "signed ")}   {party}");
                if (next is not null) lines.WriteLine(next);
            },
            json =>
            {
                json.WriteString("valid_until", draft.ValidUntil.ToString());
                json.WriteStartArray("parties");
                foreach (var party in draft.Parties) json.WriteStringValue(party);
                json.WriteEndArray();
                json.WriteStartArray("missing");
                foreach (var party in draft.Missing) json.WriteStringValue(party);
                json.WriteEndArray();
                json.WriteStartArray("senders");
                foreach (var party in draft.Senders) json.WriteStringValue(party);
                json.WriteEndArray();
                json.WriteStartArray("records");
                foreach (var record in draft.Records)
                {
                    json.WriteStartObject();
                    EvidenceOutput.Write(json, "record", record);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            });
}
