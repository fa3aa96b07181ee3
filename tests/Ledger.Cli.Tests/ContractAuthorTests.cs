using System.Text.Json;

namespace Ledger.Cli.Tests;

/// <summary>The author's commands; the tutorial's, in its order, from an empty folder.</summary>
public sealed class ContractAuthorTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("ledger-contract-").FullName;
    private readonly StringWriter _out = new();
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        Directory.Delete(_root, recursive: true);
        _out.Dispose();
        _error.Dispose();
    }

    [Fact]
    public async Task The_tutorial_works_from_an_empty_folder_and_errors_name_lines_of_TypeScript()
    {
        var folder = _root;
        foreach (var command in Tutorial())
        {
            if (command[0] == "cd") folder = Path.Combine(folder, command[1]);
            else Assert.True(await Run(folder, command[1..]) == ExitCodes.Ok,
                $"{string.Join(' ', command)}\n{_out}{_error}");
        }

        Assert.Contains("4 passed, 0 failed", _out.ToString(), StringComparison.Ordinal);
        Assert.Contains("coverage: 5 of 5 functions and queries", _out.ToString(), StringComparison.Ordinal);
        Assert.Contains("0 errors", _out.ToString(), StringComparison.Ordinal);

        // The same text once more is the same file.
        var built = await File.ReadAllBytesAsync(Path.Combine(folder, "dist", "contract.js"));
        Assert.Equal(ExitCodes.Ok, await Run(folder, "contract", "build"));
        Assert.Equal(built, await File.ReadAllBytesAsync(Path.Combine(folder, "dist", "contract.js")));

        await Break(folder, "left < 0n", "left < -5n");
        Assert.Equal(ExitCodes.ContractFindings, await Run(folder, "contract", "test", "--only", "does not have"));
        Assert.Contains("at test/contract.test.ts:24:", _out.ToString(), StringComparison.Ordinal);

        await Break(folder, "const amount = Money.of(args.amount);", "const amount = nowhere.of(args.amount);");
        Assert.Equal(ExitCodes.ContractFindings, await Run(folder, "contract", "test", "--only", "from one member"));
        Assert.Contains("at src/contract.ts:28:", _out.ToString(), StringComparison.Ordinal);

        await Break(folder, "const amount = nowhere", "const rate = Math.random(); const amount = nowhere");
        Assert.Equal(ExitCodes.ContractFindings, await Run(folder, "contract", "check", "--json"));
        using var report = JsonDocument.Parse(_out.ToString());
        var finding = report.RootElement.GetProperty("findings")[0];
        Assert.Equal(
            ("src/contract.ts", 28, "non-determinism"),
            (finding.GetProperty("file").GetString(), finding.GetProperty("line").GetInt32(), finding.GetProperty(
                "rule").GetString()));
    }

    [Fact]
    public async Task A_project_in_JavaScript_needs_no_packages()
    {
        var folder = Path.Combine(_root, "plain");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "contract.json"),
            """{"name":"plain","source":"contract.js","schema":"schema.json","tests":"contract.test.js"}""");
        await File.WriteAllTextAsync(Path.Combine(folder, "contract.js"),
            "export function init() {}\nexport const extra = 1;\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "schema.json"), """{"functions":{"init":{}}}""");
        await File.WriteAllTextAsync(
            Path.Combine(folder, "contract.test.js"),
            """
            export const tests = {
              "it deploys": (t) => { t.member("a", "operator"); t.deploy("a", "plain", {}); },
            };
            """);

        Assert.Equal(ExitCodes.Ok, await Run(folder, "contract", "test", "--json"));
        using var report = JsonDocument.Parse(_out.ToString());
        Assert.Equal(1, report.RootElement.GetProperty("passed").GetInt32());
        Assert.Equal(ExitCodes.Ok, await Run(folder, "contract", "check"));
        Assert.Contains("'extra' is exported but not in the schema", _out.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Ok, await Run(folder, "contract", "build"));
        Assert.False(Directory.Exists(Path.Combine(folder, "node_modules")));
    }

    [Theory]
    [InlineData("Points")]
    [InlineData("a--b")]
    [InlineData("../x")]
    public async Task A_name_that_no_contract_can_have_is_refused(string name)
    {
        Assert.Equal(ExitCodes.Usage, await Run(_root, "contract", "new", name));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_root));
    }

    [Fact]
    public async Task A_folder_that_is_not_empty_is_left_alone()
    {
        await File.WriteAllTextAsync(Path.Combine(_root, "mine"), "");

        Assert.Equal(ExitCodes.Usage, await Run(_root, "contract", "new", "points", "--out", "."));
        Assert.Single(Directory.EnumerateFileSystemEntries(_root));
    }

    [Fact]
    public async Task A_folder_without_a_project_is_told_how_to_make_one()
    {
        Assert.Equal(ExitCodes.Input, await Run(_root, "contract", "test"));
        Assert.Contains("ledger contract new", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_standard_contract_is_written_to_files_that_can_be_deployed()
    {
        Assert.Equal(ExitCodes.Ok, await Run(_root, "contract", "standard"));
        Assert.Equal("claims\nconsent\nsettlement\ntrade\nusage-control\nwatch\n", _out.ToString());
        Assert.Equal(ExitCodes.Ok, await Run(_root, "contract", "standard", "watch", "--out", "c"));
        Assert.Contains("export function inspect", await File.ReadAllTextAsync(Path.Combine(_root, "c", "watch.js")),
            StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_root, "c", "watch.schema.json")));
        Assert.Equal(ExitCodes.Usage, await Run(_root, "contract", "standard", "nothing"));
    }

    [Fact]
    public async Task Instructed_payments_become_a_message_for_the_bank()
    {
        await File.WriteAllTextAsync(
            Path.Combine(_root, "batch.json"),
            """
            {"value":{"batch":"b-1","time":1772352000000,"payments":[
              {"payment":"net-1-CNY-1","payer":"bank","payee":"city","currency":"CNY","amount":"1850","reason":"x"}
            ]},"height":7}
            """);
        await File.WriteAllTextAsync(
            Path.Combine(_root, "parties.json"),
            """
            {"bank":{"name":"Bank","account":"1"},"city":{"name":"City","account":"2","bic":"COBADEFFXXX"}}
            """);
        string[] command = ["contract", "payments", "--batch", "batch.json", "--initiator", "Platform", "--date",
            "2026-04-02", "--out", "out.xml", "--parties"];

        Assert.Equal(ExitCodes.Ok, await Run(_root, [.. command, "parties.json"]));
        Assert.Contains("<InstdAmt Ccy=\"CNY\">18.50</InstdAmt>", await File.ReadAllTextAsync(Path.Combine(_root,
            "out.xml")), StringComparison.Ordinal);

        await File.WriteAllTextAsync(Path.Combine(_root, "few.json"), """{"bank":{"name":"Bank","account":"1"}}""");
        Assert.Equal(ExitCodes.Input, await Run(_root, [.. command, "few.json"]));
        Assert.Contains("the account of 'city' is not known", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Input, await Run(_root, [.. command, "batch.json"]));
    }

    private static IEnumerable<string[]> Tutorial() =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Docs", "first-contract.md"))
            .Where(l => l.StartsWith("$ ", StringComparison.Ordinal)).Select(l => l[2..].Split(' '));

    private static async Task Break(string folder, string what, string with)
    {
        var path = Path.Combine(folder, "src", "contract.ts");
        var text = await File.ReadAllTextAsync(path);
        Assert.Contains(what, text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(path, text.Replace(what, with, StringComparison.Ordinal));
    }

    private Task<int> Run(string folder, params string[] arguments)
    {
        if (!arguments.Contains("--only")) _error.GetStringBuilder().Clear();
        if (arguments.Contains("--json")) _out.GetStringBuilder().Clear();
        return LedgerCommand.RunAsync(arguments, new CliHost { Out = _out, Error = _error, Folder = folder });
    }
}
