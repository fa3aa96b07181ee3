using System.CommandLine;
using System.Text;
using Ledger.Cli.Contracts;
using Ledger.Cli.Output;
using Ledger.Contracts.Authoring;
using Ledger.Contracts.Engine;
using Ledger.Core.Contracts;

namespace Ledger.Cli.Commands.Contract;

/// <summary><c>ledger contract check</c>: rules over the source, and everything twice to see that it comes out the
/// same.</summary>
internal static class CheckCommand
{
    private static readonly ScriptLimits Limits = new(1_000_000_000, 256, ScriptLimits.MaxDepth, 0);

    public static Command Create(CliHost host)
    {
        var folder = FolderArgument.Create();
        var command = new Command(
            "check",
            "Looks for what could go wrong on a chain: rules over the source, then contract and tests twice.")
        {
            folder,
        };
        command.SetAction(parsed =>
        {
            var project = ContractProject.Open(host.Resolve(parsed.GetRequiredValue(folder)));
            var findings = Sources(project).SelectMany(f => ContractLinter.Check(f.Name, f.Text)).ToList();
            var tests = new ProjectTests(project, host);
            findings.AddRange(Interface(tests));
            findings.AddRange(Repetition(tests));
            var errors = findings.Count(f => f.IsError);
            new Result(host, parsed).Say(
                lines =>
                {
                    foreach (var finding in findings)
                    {
                        lines.WriteLine(
                            $"{finding.File}:{finding.Line}:{finding.Column}: {(finding.IsError ? "error" : "warning")} "
                            + $"{finding.Rule}: {finding.Message}");
                    }

                    lines.WriteLine($"{errors} errors, {findings.Count - errors} warnings");
                },
                json =>
                {
                    json.WriteStartArray("findings");
                    foreach (var finding in findings)
                    {
                        json.WriteStartObject();
                        json.WriteString("file", finding.File);
                        json.WriteNumber("line", finding.Line);
                        json.WriteNumber("column", finding.Column);
                        json.WriteString("rule", finding.Rule);
                        json.WriteBoolean("error", finding.IsError);
                        json.WriteString("message", finding.Message);
                        json.WriteEndObject();
                    }

                    json.WriteEndArray();
                    json.WriteNumber("errors", errors);
                });
            return errors == 0 ? ExitCodes.Ok : ExitCodes.ContractFindings;
        });
        return command;
    }

    // The files beside the contract's own: what it can import of the author's.
    private static IEnumerable<(string Name, string Text)> Sources(ContractProject project)
    {
        var folder = Path.GetDirectoryName(project.PathOf(project.Source))!;
        var extension = project.IsTypeScript ? "*.ts" : "*.js";
        return Directory.EnumerateFiles(folder, extension, SearchOption.AllDirectories)
            .Where(f => !f.Contains("node_modules", StringComparison.Ordinal) && !f.EndsWith(".d.ts",
                StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(f => (
                Path.GetRelativePath(project.Folder, f).Replace('\\', '/'),
                Encoding.UTF8.GetString(InputFiles.Read(f, ContractLimits.SourceBytes, "source"))));
    }

    // What is exported and not in the schema cannot be called; two builds must leave the same memory.
    private static List<LintFinding> Interface(ProjectTests tests) => ContractThread.Run(() =>
    {
        var findings = new List<LintFinding>();
        using var engine = ProjectTests.NewEngine();
        using var other = ProjectTests.NewEngine();
        var build = engine.Build(tests.Text.Source, Limits);
        if (build.Image is null)
        {
            var error = build.Outcome.Error!;
            var place = tests.Contract.Stacks.First(error.Stack) ?? new SourcePlace(tests.Text.Name, 1, 1);
            findings.Add(new LintFinding(place.File, place.Line, place.Column, "load", true,
                $"{error.Name}: {error.Message}"));
            return findings;
        }

        if (other.Build(tests.Text.Source, Limits).Image?.Hash != build.Image.Hash)
            findings.Add(new LintFinding(tests.Text.Name, 1, 1, "repetition", true,
                "two builds leave different memory"));
        foreach (var export in ContractInterface.Unreachable(tests.Text.Schema, build.Outcome.Value!))
        {
            findings.Add(new LintFinding(
                tests.Text.Name, 1, 1, "unreachable", false,
                    $"'{export}' is exported but not in the schema: nobody can call it"));
        }

        return findings;
    });

    // State, evidence and gas of each test must be the same on two engines.
    private static List<LintFinding> Repetition(ProjectTests tests)
    {
        var (first, second) = (tests.Run(null), tests.Run(null));
        var findings = new List<LintFinding>();
        foreach (var (a, b) in first.Results.Zip(second.Results))
        {
            if (a.StateDigest != b.StateDigest || a.GasUsed != b.GasUsed)
                findings.Add(new LintFinding(tests.Text.Name, 1, 1, "repetition", true,
                    $"'{a.Name}' came out differently the second time"));
            if (!a.Passed) findings.Add(new LintFinding(tests.Text.Name, 1, 1, "test", true,
                $"'{a.Name}' fails: {a.Failure}"));
        }

        return findings;
    }
}
