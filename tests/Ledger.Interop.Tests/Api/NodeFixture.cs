using Ledger.Client;
using Ledger.Client.Credentials;
using Ledger.Core.Callers;
using Ledger.Core.Evidence;
using Ledger.Interop.Tests.Grpc;
using Ledger.Testing.Builders;

namespace Ledger.Interop.Tests.Api;

/// <summary>
/// One real node and what three clients saw of it, in this order: ours in C# anchored a record; Python's anchored two and
/// read; JavaScript's submitted a transaction that ours had signed, and read.
/// </summary>
public sealed class NodeFixture : IAsyncLifetime
{
    private NodeProcess _node = null!;

    internal NodeProcess Node => _node;

    internal LedgerClient Client { get; private set; } = null!;

    /// <summary>The record that our client anchored before the others came.</summary>
    internal EvidenceId Anchored { get; private set; }

    /// <summary>The id of the transaction that our client signed and JavaScript's submitted.</summary>
    internal string Handed { get; private set; } = "";

    internal ForeignResults Python { get; private set; } = null!;

    internal ForeignResults JavaScript { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        _node = await NodeProcess.StartAsync();
        Client = new LedgerClient(new LedgerClientOptions
        {
            Endpoints = [_node.Grpc],
            Genesis = _node.Genesis,
            Identity = _node.Client,
        });
        var outcome = await Client.AnchorAsync(A.Record("order-dotnet"));
        Anchored = new EvidenceId(outcome.Transaction.Id, 0);
        await using var python = await ForeignProcess.StartPythonAsync(
            "api_cases.py",
            _node.Grpc.Authority,
            _node.Folder,
            Path.Combine(ForeignProcess.Root, "docs", "spec"),
            Anchored.TransactionId.ToString());
        Python = new ForeignResults(await python.AllAsync());
        var handed = Client.Sign([A.Record("order-handed")]);
        Handed = handed.Id.ToString();
        await using var node = ForeignProcess.StartNode(
            "ledger.mjs",
            _node.Grpc.Authority,
            Path.Combine(ForeignProcess.Root, "src/Ledger.Core/Protos/ledger/v1/ledger.proto"),
            Path.Combine(ForeignProcess.Root, "src/Ledger.Core/Protos/grpc/health/v1/health.proto"),
            Convert.ToHexStringLower(handed.Encoded.Span),
            await Token());
        JavaScript = new ForeignResults(await node.AllAsync());
    }

    /// <summary>A token for the node, of our client's key.</summary>
    internal async Task<string> Token() =>
        await new MemberCredentials(_node.Client, _node.Genesis).GetTokenAsync(CallerAudience.Of(_node.Grpc), default);

    public async Task DisposeAsync()
    {
        Client?.Dispose();
        if (_node is not null) await _node.DisposeAsync();
    }
}

/// <summary>The tests that share one node.</summary>
[CollectionDefinition(Name)]
public sealed class NodeTests : ICollectionFixture<NodeFixture>
{
    public const string Name = "One real node";
}
