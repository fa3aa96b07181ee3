using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace Ledger.Architecture.Tests;

/// <summary>DESIGN section 2: Core, then the houses that know only Core, then Node, then Cli; arrows one way.</summary>
public class ArrowTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Ledger.Core"] = [],
        ["Ledger.Consensus"] = ["Ledger.Core"],
        ["Ledger.Contracts"] = ["Ledger.Core"],
        ["Ledger.Contracts.Precompiler"] = ["Ledger.Contracts"],
        ["Ledger.Storage"] = ["Ledger.Core"],
        ["Ledger.Network"] = ["Ledger.Core"],
        ["Ledger.Client"] = ["Ledger.Core"],
        ["Ledger.Client.Hosting"] = ["Ledger.Client"],
        ["Ledger.Node"] =
        [
            "Ledger.Core", "Ledger.Consensus", "Ledger.Contracts", "Ledger.Storage", "Ledger.Network", "Ledger.Client",
        ],
        ["Ledger.Cli"] = ["Ledger.Core", "Ledger.Client", "Ledger.Contracts", "Ledger.Node", "Ledger.Storage"],
    };

    public static TheoryData<string> Projects => [.. Allowed.Keys];

    [Fact]
    public void Every_source_project_has_its_arrows_written_down()
    {
        var projects = Directory.GetFiles(Path.Combine(RepositoryRoot.Path, "src"), "*.csproj", SearchOption.AllDirectories)
            .Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal);

        Assert.Equal(Allowed.Keys.Order(StringComparer.Ordinal), projects!);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_what_its_arrows_allow(string project)
    {
        var file = Path.Combine(RepositoryRoot.Path, "src", project, project + ".csproj");
        var references = XDocument.Load(file).Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')));

        Assert.Empty(references.Except(Allowed[project]));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_grants_internals_only_to_its_own_tests_the_simulator_and_the_benchmarks(string project)
    {
        var file = Path.Combine(RepositoryRoot.Path, "src", project, project + ".csproj");
        var friends = XDocument.Load(file).Descendants("InternalsVisibleTo").Select(r => r.Attribute("Include")!.Value);

        // The simulator runs the node's and the stores' own cores over a world that it makes (ADR 0013).
        string[] simulator = project is "Ledger.Node" or "Ledger.Storage" or "Ledger.Consensus"
            ? ["Ledger.Simulation", "Ledger.Simulation.Tests"]
            : [];
        // What execution costs without network and consensus cannot be measured from outside.
        string[] benchmarks = project == "Ledger.Node" ? ["Ledger.Benchmarks"] : [];
        // Code that the engine's own compiler makes (ADR 0017).
        string[] generated = project == "Ledger.Contracts" ? ["Ledger.Contracts.Generated"] : [];
        Assert.Empty(friends.Except([project + ".Tests", .. simulator, .. benchmarks, .. generated]));
    }

    [Fact]
    public void Consensus_uses_the_framework_and_core_alone()
    {
        var packages = XDocument.Load(Path.Combine(RepositoryRoot.Path, "src/Ledger.Consensus/Ledger.Consensus.csproj"))
            .Descendants("PackageReference").Select(r => r.Attribute("Include")!.Value);

        Assert.Equal(["Microsoft.CodeAnalysis.BannedApiAnalyzers"], packages);
    }

    // The banned-symbol analyzer sees types and members, not the keywords double, float and lock.
    [Fact]
    public void Consensus_has_no_floating_point_and_no_locks()
    {
        using var stream = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Ledger.Consensus.dll"));
        using var pe = new PEReader(stream);
        var metadata = pe.GetMetadataReader();
        var types = metadata.TypeReferences.Select(metadata.GetTypeReference)
            .Select(t => metadata.GetString(t.Namespace) + "." + metadata.GetString(t.Name))
            .ToHashSet(StringComparer.Ordinal);
        Assert.DoesNotContain("System.Threading.Monitor", types);
        Assert.DoesNotContain("System.Threading.Lock", types);

        var sources = RepositoryRoot.SourceFiles("src/Ledger.Consensus");
        var floating = sources.Where(f => System.Text.RegularExpressions.Regex.IsMatch(
            File.ReadAllText(f), @"(?m)^(?!\s*//).*\b(double|float|decimal)\b"));
        Assert.Empty(floating);
    }
}
