using Ledger.Contracts.Authoring;
using Ledger.Contracts.Engine;
using Ledger.Contracts.Runtime;
using Ledger.Contracts.Runtime.Script;
using Ledger.Contracts.Standard;

namespace Ledger.Cli.Contracts;

/// <summary>The contract and the tests of a project, built and ready to run in the real engine.</summary>
internal sealed class ProjectTests
{
    private const int MaxFileBytes = 4 << 20;

    private readonly ContractProject _project;
    private readonly BuiltModule _tests;

    public ProjectTests(ContractProject project, CliHost host)
    {
        _project = project;
        Contract = project.Build(project.Source, host);
        Esbuild.RequireSize(Contract);
        _tests = project.Build(project.Tests, host);
        Text = new ContractText(project.Name, Contract.Text, project.ReadSchema());
    }

    public BuiltModule Contract { get; }

    public ContractText Text { get; }

    public static ScriptEngine NewEngine() => new(new ScriptEngineOptions { Bootstrap = ContractBootstrap.Source });

    /// <summary>Runs the tests whose names hold a text, in order, on a new engine.</summary>
    public TestReport Run(string? filter) => ContractThread.Run(() =>
    {
        using var engine = NewEngine();
        using var runner = new ContractTestRunner(
            engine, new ContractRuntimeOptions(),
            [Text, .. StandardContracts.All.Where(c => c.Name != Text.Name).Select(c => new ContractText(c.Name,
                c.Source, c.Schema))],
            ReadFile);
        if (runner.Load(_tests.Text) is { } error)
            throw new CliException(ExitCodes.Input, Located(_tests.Stacks, error.Stack,
                $"{error.Name}: {error.Message}"));
        var results = runner.Names()
            .Where(n => filter is null || n.Contains(filter, StringComparison.OrdinalIgnoreCase)).Select(runner.Run)
                .ToList();
        return new TestReport(results, runner.Calls, ContractCoverage.Of(Text, runner.Calls, runner.Codes));
    });

    /// <summary>Where a failure comes from: the contract's line when the contract broke, then the test's.</summary>
    public IEnumerable<string> PlacesOf(TestResult result)
    {
        if (Contract.Stacks.First(result.ContractStack) is { } inContract) yield return Written(inContract);
        if (_tests.Stacks.First(Own(result.TestStack)) is { } inTest) yield return Written(inTest);
    }

    public static string Written(SourcePlace place) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"{Tidy(place.File)}:{place.Line}:{place.Column}");

    public static string Located(StackMapper stacks, string? stack, string message) =>
        stacks.First(stack) is { } place ? $"{Written(place)}: {message}" : message;

    // Bundles lie in dist/, and maps name their sources from there.
    private static string Tidy(string file) => file.StartsWith("../", StringComparison.Ordinal) ? file[3..] : file;

    // The kit stands behind the tests; its frames are nobody's affair.
    private string? Own(string? stack)
    {
        if (stack is null) return null;
        var last = _tests.Text.Count(c => c == '\n') + 1;
        return string.Join('\n', stack.Split('\n').Where(l => LineOf(l) is not { } line || line <= last));
    }

    private static int? LineOf(string frame)
    {
        var match = System.Text.RegularExpressions.Regex.Match(frame, @"\.js:([0-9]{1,7})");
        return match.Success ? int.Parse(match.Groups[1].ValueSpan,
            System.Globalization.CultureInfo.InvariantCulture) : null;
    }

    private string? ReadFile(string name)
    {
        var folder = Path.GetDirectoryName(_project.PathOf(_project.Tests))!;
        var path = Path.GetFullPath(name, folder);
        return path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal) && File.Exists(path)
            ? System.Text.Encoding.UTF8.GetString(InputFiles.Read(path, MaxFileBytes, "test file"))
            : null;
    }
}

/// <summary>What the tests of a project did.</summary>
internal sealed record TestReport(
    IReadOnlyList<TestResult> Results, IReadOnlyDictionary<string, CallStatistics> Calls, ContractCoverage Coverage)
{
    public int Failed => Results.Count(r => !r.Passed);
}
