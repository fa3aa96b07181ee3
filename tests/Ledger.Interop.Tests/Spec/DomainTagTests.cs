using System.Reflection;
using Ledger.Consensus.Messages;
using Ledger.Core.Crypto;

namespace Ledger.Interop.Tests.Spec;

/// <summary>The table of domain tags in docs/spec/crypto.md is the code's.</summary>
public sealed class DomainTagTests
{
    private static readonly Assembly[] Assemblies =
    [
        typeof(DomainTag).Assembly, typeof(ConsensusTags).Assembly, typeof(Network.PeerId).Assembly,
        typeof(Storage.LedgerStore).Assembly, typeof(Client.LedgerClient).Assembly,
        typeof(Node.Api.Grpc.GrpcHealth).Assembly,
    ];

    [Fact]
    public void The_page_lists_every_tag_once()
    {
        var listed = SpecPages.Rows("crypto.md")
            .Select(row => row[0].Trim('`'))
            .Where(cell => cell.StartsWith("ledger/", StringComparison.Ordinal));

        Assert.Equal(Tags().Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void No_two_purposes_share_a_tag() => Assert.Distinct(Tags());

    // Private fields too: those behind properties, and tags that only their own class uses.
    private static IEnumerable<string> Tags() =>
        from assembly in Assemblies
        from type in assembly.GetTypes()
        from field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
        where field.FieldType == typeof(DomainTag)
        select ((DomainTag)field.GetValue(null)!).Name;
}
