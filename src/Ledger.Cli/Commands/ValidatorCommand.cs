using System.CommandLine;
using Ledger.Cli.Output;
using Ledger.Cli.Profiles;
using Ledger.Cli.Validators;
using Ledger.Core.Membership;

namespace Ledger.Cli.Commands;

/// <summary>
/// <c>ledger validator</c>: changes of the validators. One member proposes a change into a file, others approve it, any
/// of them submits it.
/// </summary>
internal static class ValidatorCommand
{
    public static Command Create(CliHost host) => new("validator", "Adds, removes and replaces validators.")
    {
        ValidatorNewCommand.Create(host),
        Add(host),
        Remove(host),
        Replace(host),
        Show(host),
        Approve(host),
        Submit(host),
    };

    private static Command Add(CliHost host)
    {
        var claim = ClaimArgument();
        var file = ChangeOption();
        var command = new Command("add", "Proposes to add a validator: writes a change for members to approve.")
        {
            claim, file,
        };
        command.SetAction((parsed, cancellation) => ProposeAsync(
            host,
            parsed,
            parsed.GetRequiredValue(file),
            (genesis, _) =>
            {
                var (validator, signature) = ChangeFile.ReadClaim(host.Resolve(parsed.GetRequiredValue(claim)), genesis);
                return ValidatorStep.Add(validator, signature);
            },
            cancellation));
        return command;
    }

    private static Command Remove(CliHost host)
    {
        var old = OldArgument();
        var file = ChangeOption();
        var command = new Command("remove", "Proposes to remove a validator: writes a change for members to approve.")
        {
            old, file,
        };
        command.SetAction((parsed, cancellation) => ProposeAsync(
            host,
            parsed,
            parsed.GetRequiredValue(file),
            (_, set) => ValidatorStep.Remove(ChangeFile.Find(set, parsed.GetRequiredValue(old)).Key),
            cancellation));
        return command;
    }

    private static Command Replace(CliHost host)
    {
        var old = OldArgument();
        var claim = ClaimArgument();
        var file = ChangeOption();
        var command = new Command(
            "replace",
            "Proposes to put a validator in another's place: another organisation's, the same one's with another key "
                + "(which rotates its key), or one with the same key at another address.")
        {
            old, claim, file,
        };
        command.SetAction((parsed, cancellation) => ProposeAsync(
            host,
            parsed,
            parsed.GetRequiredValue(file),
            (genesis, set) =>
            {
                var (validator, signature) = ChangeFile.ReadClaim(host.Resolve(parsed.GetRequiredValue(claim)), genesis);
                return ValidatorStep.Replace(
                    ChangeFile.Find(set, parsed.GetRequiredValue(old)).Key, validator, signature);
            },
            cancellation));
        return command;
    }

    private static Command Show(CliHost host)
    {
        var file = FileArgument();
        var command = new Command("show", "Shows what a change would do and who approves it. Needs no node.") { file };
        command.SetAction(parsed =>
        {
            var genesis = new Session(host, parsed).Genesis;
            var body = ChangeFile.Read(host.Resolve(parsed.GetRequiredValue(file)), genesis);
            Say(host, parsed, body, genesis, null);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Approve(CliHost host)
    {
        var file = FileArgument();
        var command = new Command(
            "approve",
            "Approves a change with an administrator's identity (--identity): adds the signature to the file. Read it "
                + "first, with 'ledger validator show'.")
        {
            file,
        };
        command.SetAction(parsed =>
        {
            var session = new Session(host, parsed);
            var genesis = session.Genesis;
            var path = host.Resolve(parsed.GetRequiredValue(file));
            var body = ChangeFile.Read(path, genesis);
            var signer = session.Identity();
            if (ChangeFile.ApproverOf(signer.PublicKey.Id, genesis) is null)
            {
                throw new CliException(
                    ExitCodes.Refused,
                    "the identity is no member's key with the label "
                        + $"'{ValidatorChangeRules.AdministratorLabel}'; give one with --identity");
            }

            var approved = new ValidatorChangeBody(body.Change, [.. body.Approvals, body.Change.Approve(signer)]);
            ChangeFile.Write(path, approved);
            Say(host, parsed, approved, genesis, ChangeOutput.NextOf(approved, genesis, parsed.GetRequiredValue(file)));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Submit(CliHost host)
    {
        var files = new Argument<string[]>("change")
        {
            Description = "The change; several files of the same change have their approvals put together.",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new Command(
            "submit", "Submits an approved change, and waits until the block that ends the epoch is certified.")
        {
            files,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = new Session(host, parsed).Connect();
            var genesis = client.Options.Genesis;
            var bodies = parsed.GetRequiredValue(files).Select(f => ChangeFile.Read(host.Resolve(f), genesis)).ToList();
            if (bodies.Any(b => !b.Change.Encoded.Span.SequenceEqual(bodies[0].Change.Encoded.Span)))
                throw new CliException(ExitCodes.Input, "the files are of different changes");
            var body = new ValidatorChangeBody(bodies[0].Change, bodies.SelectMany(b => b.Approvals));
            var present = await client.GetValidatorsAsync(cancellation);
            var verdict = new ValidatorChangeRules(genesis).Check(body, present, out _);
            if (!verdict.IsAccepted)
                throw new CliException(ExitCodes.Refused, $"{verdict.Detail} ({verdict.Refusal})");
            var outcome = await client.AnchorAsync(client.Sign(body), cancellation);
            AnchorFlowOutput.ThrowUnlessRecorded(outcome);
            new Result(host, parsed).Say(
                lines => lines.WriteLine(
                    $"block {outcome.Height} ended epoch {body.Change.Epoch}; the new validators are at work"),
                json =>
                {
                    json.WriteString("transaction", outcome.Transaction.Id.ToString());
                    json.WriteNumber("height", outcome.Height.Value);
                    json.WriteNumber("epoch", body.Change.Epoch.Next.Value);
                });
            return ExitCodes.Ok;
        });
        return command;
    }

    // The step is checked against the present validators before anybody is asked to approve it.
    private static async Task<int> ProposeAsync(
        CliHost host,
        ParseResult parsed,
        string file,
        Func<Genesis, ValidatorSet, ValidatorStep> makeStep,
        CancellationToken cancellation)
    {
        using var client = new Session(host, parsed).Connect();
        var genesis = client.Options.Genesis;
        var present = await client.GetValidatorsAsync(cancellation);
        var change = new ValidatorChange(genesis.Channel, present.Epoch, [makeStep(genesis, present)]);
        var verdict = new ValidatorChangeRules(genesis).CheckSteps(change, present, out _);
        if (!verdict.IsAccepted) throw new CliException(ExitCodes.Refused, $"{verdict.Detail} ({verdict.Refusal})");
        var body = new ValidatorChangeBody(change, []);
        ChangeFile.Write(host.Resolve(file), body);
        Say(host, parsed, body, genesis, ChangeOutput.NextOf(body, genesis, file));
        return ExitCodes.Ok;
    }

    private static void Say(
        CliHost host, ParseResult parsed, ValidatorChangeBody body, Genesis genesis, string? next) =>
        new Result(host, parsed).Say(
            lines =>
            {
                ChangeOutput.Lines(lines, body, genesis);
                if (next is not null) lines.WriteLine(next);
            },
            json => ChangeOutput.Write(json, body, genesis));

    private static Argument<string> ClaimArgument() => new("claim")
    {
        Description = "The newcomer's claim.json, made by 'ledger validator new'.",
    };

    private static Argument<string> OldArgument() => new("validator")
    {
        Description = "The validator that leaves: its member, or its public key.",
    };

    private static Argument<string> FileArgument() => new("change") { Description = "The file of the change." };

    private static Option<string> ChangeOption() => new("--out", "-o")
    {
        Description = "File to write the change to.",
        DefaultValueFactory = _ => "validator-change.json",
        HelpName = "file",
    };
}
