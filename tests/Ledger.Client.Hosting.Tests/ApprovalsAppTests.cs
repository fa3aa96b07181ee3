using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ApprovalsApp;
using Ledger.Client.Identity;
using Ledger.Client.Outbox;
using Ledger.Client.Transport;
using Ledger.Core.Grpc;
using Ledger.Core.Membership;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Ledger.Client.Hosting.Tests;

/// <summary>examples/ApprovalsApp as its users call it: over HTTP, with a chain in memory behind it.</summary>
public sealed class ApprovalsAppTests : IAsyncLifetime, IDisposable
{
    private readonly TestChannel _channel = new();
    private readonly ManualTime _time = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("ledger-").FullName;
    private readonly FakeChain _chain;
    private readonly FakeNode _node;
    private WebApplication? _app;
    private HttpClient? _http;

    public ApprovalsAppTests()
    {
        _chain = new FakeChain(_channel, _time);
        _node = new FakeNode(_chain, _channel);
        File.WriteAllBytes(Path.Combine(_folder, "genesis.json"), GenesisJson.Write(_channel.Genesis));
    }

    private LedgerOutbox Outbox => _app!.Services.GetRequiredService<LedgerOutbox>();

    public async Task InitializeAsync()
    {
        var key = Path.Combine(_folder, "client.key");
        IdentityFile.Create(key, _channel.Suite);
        _app = Application.Build(
            [
                $"--Ledger:GenesisPath={Path.Combine(_folder, "genesis.json")}",
                $"--Ledger:IdentityPath={key}",
                $"--Ledger:Outbox:Folder={Path.Combine(_folder, "outbox")}",
            ],
            builder =>
            {
                builder.WebHost.UseUrls("http://127.0.0.1:0");
                builder.Services.AddSingleton<INodeApi>(_node);
                builder.Services.AddSingleton<TimeProvider>(_time);
                builder.Services.AddSingleton(_channel.Options(_time) with { MaxAttempts = 2 });
            });
        await _app.StartAsync();
        _http = new HttpClient { BaseAddress = new Uri(_app.Urls.First()) };
    }

    public async Task DisposeAsync()
    {
        await _app!.StopAsync();
        await _app.DisposeAsync();
        Dispose();
    }

    public void Dispose()
    {
        _http?.Dispose();
        _node.Dispose();
    }

    [Fact]
    public async Task A_decision_that_was_answered_is_on_the_chain_once_however_often_it_is_made()
    {
        await PostAsync("/requests", new NewRequest("Claims", "zhang"));
        for (var i = 0; i < 3; i++)
            Assert.Equal(HttpStatusCode.OK, await PostAsync("/requests/1/approve", new Decision("li")));
        await Outbox.DrainAsync();

        Assert.Equal(
            [("submit", "zhang"), ("approve", "li")], _chain.Leaves.Select(l => (l.Record.Action, l.Record.Actor)));
        Assert.All(_chain.Leaves, l => Assert.Equal("request/1", l.Record.Subject));
        var view = await _http!.GetFromJsonAsync<JsonElement>("/requests/1");
        Assert.Equal("recorded", view.GetProperty("evidence").GetString());
        Assert.Equal(_chain.Leaves[1].Leaf.Id.ToString(), view.GetProperty("evidenceId").GetString());
        Assert.Contains(
            _chain.Leaves[1].Leaf.Id.ToString(), await _http!.GetStringAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_decision_that_the_application_refuses_is_not_anchored()
    {
        await PostAsync("/requests", new NewRequest("Claims", "zhang"));
        await PostAsync("/requests/1/reject", new Decision("li"));

        Assert.Equal(HttpStatusCode.Conflict, await PostAsync("/requests/1/approve", new Decision("wang")));
        Assert.Equal(HttpStatusCode.Conflict, await PostAsync("/requests/99/approve", new Decision("wang")));
        await Outbox.DrainAsync();

        Assert.Equal(["submit", "reject"], _chain.Leaves.Select(l => l.Record.Action));
    }

    [Fact]
    public async Task While_nodes_are_away_decisions_are_taken_and_shown_as_pending()
    {
        _node.Before = (_, _) => throw FakeNode.Fault(GrpcStatusCode.Unavailable);

        Assert.Equal(HttpStatusCode.OK, await PostAsync("/requests", new NewRequest("<b>Claims</b>", "zhang")));

        var view = await _http!.GetFromJsonAsync<JsonElement>("/requests/1");
        Assert.Equal("pending", view.GetProperty("evidence").GetString());
        Assert.Equal("Degraded", await _http!.GetStringAsync("/health"));
        Assert.DoesNotContain("<b>", await _http!.GetStringAsync("/"), StringComparison.Ordinal);
    }

    private async Task<HttpStatusCode> PostAsync<T>(string path, T body)
    {
        using var answer = await _http!.PostAsJsonAsync(path, body);
        return answer.StatusCode;
    }
}
