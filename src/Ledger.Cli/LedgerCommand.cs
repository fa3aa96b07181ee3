using System.CommandLine;
using System.CommandLine.Parsing;
using Ledger.Cli.Commands;
using Ledger.Cli.Commands.Audit;
using Ledger.Cli.Commands.Contract;
using Ledger.Cli.Output;
using Ledger.Client;
using Ledger.Client.Contracts;
using Ledger.Client.Identity;
using Ledger.Client.Import;
using Ledger.Client.Submit;

namespace Ledger.Cli;

/// <summary>The <c>ledger</c> command: its tree of commands, and how failures become messages and exit codes.</summary>
internal static class LedgerCommand
{
    /// <summary>Runs one command line.</summary>
    public static async Task<int> RunAsync(string[] arguments, CliHost host, CancellationToken cancellation = default)
    {
        // Colours are a matter of the host, which commands are made with; so this option is looked for beforehand.
        if (arguments.Contains(GlobalOptions.NoColour.Name)) host = host with { NoColour = true };
        // Bars are for people; who wants JSON is a program.
        if (arguments.Contains(GlobalOptions.Json.Name)) host = host with { IsInteractive = false };
        if (Completions.IsAsked(arguments)) return Completions.Answer(host, Create(host), arguments);
        // No response files: '@3' is the fourth leaf here, and a file may be called '@x'.
        var result = Create(host).Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (UnknownOption(result, arguments) is { } unknown)
        {
            return Fail(
                host, result, ExitCodes.Usage, $"there is no option {unknown}. See: {CommandPath(result)} --help. What "
                    + "is no option and begins with '--' goes behind an argument '--'");
        }

        if (result.Errors.Count > 0)
        {
            var message = string.Join("; ", result.Errors.Select(e => e.Message.TrimEnd('.')));
            return Fail(host, result, ExitCodes.Usage, $"{message}. See: {CommandPath(result)} --help");
        }

        try
        {
            var configuration = new InvocationConfiguration
            {
                Output = host.Out,
                Error = host.Error,
                EnableDefaultExceptionHandler = false,
            };
            return await result.InvokeAsync(configuration, cancellation);
        }
        catch (Exception fault) when (ExitCodeOf(fault) is { } code)
        {
            return Fail(host, result, code, fault.Message);
        }
    }

    /// <summary>The tree of commands.</summary>
    public static RootCommand Create(CliHost host)
    {
        var root = new RootCommand(
            "Runs a consortium's evidence ledger, anchors evidence on it, and verifies receipts offline.");
        GlobalOptions.AddTo(root);
        root.Add(InitCommand.Create(host));
        root.Add(UpCommand.Create(host));
        root.Add(DownCommand.Create(host));
        root.Add(StatusCommand.Create(host));
        root.Add(DoctorCommand.Create(host));
        root.Add(AnchorCommand.Create(host));
        root.Add(StatementCommand.Create(host));
        root.Add(CoSignCommand.Create(host));
        root.Add(ImportCommand.Create(host));
        root.Add(ReceiptCommand.Create(host));
        root.Add(VerifyCommand.Create(host));
        root.Add(QueryCommand.Create(host));
        root.Add(TraceCommand.Create(host));
        root.Add(FingerprintCommand.Create(host));
        root.Add(DiscloseCommand.Create(host));
        root.Add(ValidatorCommand.Create(host));
        root.Add(DbCommand.Create(host));
        root.Add(AuditCommand.Create(host));
        root.Add(ContractCommand.Create(host));
        root.Add(TokenCommand.Create(host));
        root.Add(ConsoleCommand.Create(host));
        root.Add(IdentityCommand.Create(host));
        root.Add(ProfileCommand.Create(host));
        root.Add(BenchCommand.Create(host));
        root.Add(CompletionCommand.Create(host));
        return root;
    }

    private static int? ExitCodeOf(Exception fault) => fault switch
    {
        CliException known => known.ExitCode,
        ImportException => ExitCodes.Input,
        IdentityFileException => ExitCodes.Input,
        LedgerUnavailableException => ExitCodes.Unavailable,
        LedgerRefusedException => ExitCodes.Refused,
        LedgerIntegrityException => ExitCodes.Integrity,
        ContractFailedException => ExitCodes.ContractFailed,
        ContractNotExecutedException { Transaction.State: AnchorState.Undecided } => ExitCodes.Undecided,
        ContractNotExecutedException => ExitCodes.Refused,
        OperationCanceledException => ExitCodes.Cancelled,
        IOException or UnauthorizedAccessException => ExitCodes.Failure,
        _ => null,
    };

    // A mistyped option would otherwise be taken for a file, a subject, or whatever argument the command has room for.
    private static string? UnknownOption(ParseResult result, string[] arguments)
    {
        var literal = arguments.SkipWhile(a => a != "--").Skip(1).ToList();
        return result.CommandResult.Children.OfType<ArgumentResult>()
            .SelectMany(a => a.Tokens).Select(t => t.Value).Concat(result.UnmatchedTokens)
            .FirstOrDefault(v => v.Length > 2 && v.StartsWith("--", StringComparison.Ordinal) && !literal.Contains(v));
    }

    private static int Fail(CliHost host, ParseResult result, int code, string message)
    {
        if (result.GetValue(GlobalOptions.Json))
        {
            host.Error.Write(Result.ToJson(json =>
            {
                json.WriteStartObject("error");
                json.WriteNumber("exit_code", code);
                json.WriteString("message", message);
                json.WriteEndObject();
            }));
        }
        else
        {
            host.Error.WriteLine($"ledger: {message}");
        }

        return code;
    }

    private static string CommandPath(ParseResult result)
    {
        var names = new Stack<string>();
        Symbol? symbol = result.CommandResult.Command;
        while (symbol is not (null or RootCommand))
        {
            names.Push(symbol.Name);
            symbol = symbol.Parents.FirstOrDefault();
        }

        return string.Join(' ', names.Prepend("ledger"));
    }
}
