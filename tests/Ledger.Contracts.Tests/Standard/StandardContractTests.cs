using Ledger.Contracts.Authoring;
using Ledger.Contracts.Engine;
using Ledger.Contracts.Runtime;
using Ledger.Contracts.Runtime.Script;
using Ledger.Contracts.Standard;
using Xunit.Abstractions;

namespace Ledger.Contracts.Tests.Standard;

/// <summary>The standard contracts' own tests, in the real engine.</summary>
public class StandardContractTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names => [.. StandardContracts.All.Select(c => c.Name)];

    [Fact]
    public void There_are_the_six_contracts_that_the_specification_names()
    {
        Assert.Equal(
            ["claims", "consent", "settlement", "trade", "usage-control", "watch"], StandardContracts.All.Select(c =>
                c.Name));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_tests_of_a_standard_contract_pass_and_reach_all_of_its_functions_and_refusals(string name)
    {
        OnContractThread.Run(() =>
        {
            using var runner = Runner(name, Folder(name));
            var results = runner.Names().Select(runner.Run).ToList();
            foreach (var result in results.Where(r => !r.Passed)) output.WriteLine(
                $"{result.Name}: {result.Failure}\n{result.TestStack}{result.ContractStack}");
            foreach (var (call, gas) in runner.Calls) output.WriteLine(
                $"{call}: {gas.Returned} calls, {gas.MeanGas} gas, refused {gas.Refused}");
            var standard = StandardContracts.Find(name)!;
            var coverage = ContractCoverage.Of(
                new ContractText(name, standard.Source, standard.Schema), runner.Calls, runner.Codes);

            Assert.NotEmpty(results);
            Assert.Empty(results.Where(r => !r.Passed).Select(r => $"{r.Name}: {r.Failure}"));
            Assert.Empty(coverage.Functions.Missed);
            Assert.Empty(coverage.Codes.Missed);
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void P21_a_history_comes_out_the_same_on_two_engines_with_the_same_gas(string name)
    {
        OnContractThread.Run(() =>
        {
            using var first = Runner(name, Folder(name));
            using var second = Runner(name, Folder(name));
            var test = first.Names()[^1];

            var (a, b) = (first.Run(test), second.Run(test));

            Assert.Equal((a.StateDigest, a.GasUsed), (b.StateDigest, b.GasUsed));
            Assert.NotEqual(a.StateDigest, first.Run(first.Names()[0]).StateDigest);
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_standard_contract_keeps_the_rules_that_authors_are_held_to(string name)
    {
        Assert.DoesNotContain(ContractLinter.Check(name, StandardContracts.Find(name)!.Source), f => f.IsError);
    }

    internal static string Folder(string name) =>
        Path.Combine(Inputs.Root, "src/Ledger.Contracts/Standard", name, "tests");

    internal static ContractTestRunner Runner(string name, string folder, Func<string, string?>? files = null)
    {
        var runner = new ContractTestRunner(
            new ScriptEngine(new ScriptEngineOptions { Bootstrap = ContractBootstrap.Source }),
                new ContractRuntimeOptions(),
            [.. StandardContracts.All.Select(c => new ContractText(c.Name, c.Source, c.Schema))],
            files ?? (file => File.ReadAllText(Path.Combine(folder, file))));
        Assert.Null(runner.Load(File.ReadAllText(Path.Combine(Folder(name), $"{name}.test.js"))));
        return runner;
    }
}
