using System.Globalization;
using Ledger.Client;
using Ledger.Client.Credentials;
using Ledger.Core.Callers;
using Ledger.Interop.Tests.Grpc;
using Ledger.Testing.Builders;

namespace Ledger.Interop.Tests.Api;

/// <summary>
/// One real node and what foreign programs saw of its REST API: Python's anchored and followed the stream, the node was
/// killed and started again, Python's went on with the stream, and JavaScript's checked document and answers.
/// </summary>
public sealed class RestFixture : IAsyncLifetime
{
    internal ForeignResults Before { get; private set; } = null!;

    internal ForeignResults After { get; private set; } = null!;

    internal ForeignResults Checks { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await using var node = await NodeProcess.StartAsync();
        var url = node.Http.GetLeftPart(UriPartial.Authority);
        await using (var python = await ForeignProcess.StartPythonAsync("rest_cases.py", "anchor", url, node.Folder))
            Before = new ForeignResults(await python.AllAsync());
        await node.RestartAsync();
        var height = Before["stream"].GetProperty("height").GetUInt64().ToString(CultureInfo.InvariantCulture);
        await using (var python = await ForeignProcess.StartPythonAsync(
            "rest_cases.py", "resume", url, node.Folder, height))
        {
            After = new ForeignResults(await python.AllAsync());
        }

        using var client = new LedgerClient(new LedgerClientOptions
        {
            Endpoints = [node.Grpc],
            Genesis = node.Genesis,
            Identity = node.Client,
        });
        var outcome = await client.AnchorAsync(A.Record("order-dotnet"));
        var token = await new MemberCredentials(node.Client, node.Genesis)
            .GetTokenAsync(CallerAudience.Of(node.Http), default);
        await using var checks = ForeignProcess.StartNode(
            Path.Combine("..", "rest", "check.mjs"), url, token, outcome.Transaction.Id.ToString());
        Checks = new ForeignResults(await checks.AllAsync());
    }

    public Task DisposeAsync() => Task.CompletedTask;
}
