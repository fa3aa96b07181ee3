using System.Net;
using Ledger.Contracts.Runtime;
using Ledger.Core.Blocks;
using Ledger.Core.Contracts;
using Ledger.Core.Evidence;
using Ledger.Core.Membership;
using Ledger.Core.Transactions;
using Ledger.Node.Api;
using Ledger.Node.Api.Rest;
using Ledger.Node.Contracts;
using Ledger.Node.Execution;
using Ledger.Node.Tests.Support;
using Ledger.Testing.Builders;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ledger.Node.Tests.Api.Rest;

/// <summary>The REST API over a real web server, in front of a real database that a test fills block by block.</summary>
internal sealed class RestScene : IAsyncDisposable
{
    private const string Shop = """
        export function init(ctx, args) { ctx.state.put("count", args.start ?? 0); }
        export function add(ctx, args) {
          const count = ctx.state.get("count") + args.by;
          ctx.state.put("count", count);
          ctx.emit("added", { count, total: "12.50" });
          return { count };
        }
        export function fail(ctx) { ctx.fail("ON_PURPOSE", "it was asked to"); }
        export const queries = { count: (ctx) => ctx.state.get("count") };
        """;

    private const string Schema = """
        {"functions":{"init":{},"add":{},"fail":{}},"queries":{"count":{}},"events":{"added":{"type":"object"}}}
        """;

    private readonly QueryWorker? _queries;
    private WebApplication? _app;

    private RestScene(Genesis genesis, bool contracts)
    {
        Ledger = new TestLedger(genesis, contracts: contracts ? ContractEngines.BuiltIn.Open(genesis) : null);
        _queries = contracts ? new QueryWorker(() => ContractEngines.BuiltIn.Open(genesis)!) : null;
    }

    public TestLedger Ledger { get; }

    public HttpClient Client { get; private set; } = null!;

    public RestHandlers Handlers
    {
        get
        {
            var ends = new EpochEnds(Ledger.Store);
            return new RestHandlers(
                new SubmissionApi(Ledger.Admission, Ledger.Pool, Ledger.Store, Ledger.Chain, Ledger.Outcomes),
                new EvidenceApi(Ledger.Store, Ledger.Chain, ends),
                new ChainApi(Ledger.Store, Ledger.Chain, ends),
                new ContractApi(Ledger.Store, Ledger.Chain, ends, Ledger.Members, _queries, Ledger.Metrics),
                new GenesisApi(Ledger.Genesis),
                new AttestationApi(Ledger.Store, Ledger.Chain, A.ValidatorSigner("org-a")),
                new FaultApi(Ledger.Store.Faults),
                (_, _) => new(Samples.Report(Ledger.Genesis)),
                new Samples.Status(Ledger.Genesis),
                Ledger.Genesis.Suite);
        }
    }

    public static async Task<RestScene> StartAsync(Genesis? genesis = null, bool contracts = false)
    {
        var scene = new RestScene(
            genesis ?? A.Genesis(contracts: contracts ? new ContractParameters { Engine = KnownEngines.Newest } : null),
            contracts);
        await scene.ListenAsync();
        return scene;
    }

    /// <summary>Ends the web server and starts another one, as a node does that is started again.</summary>
    public async Task RestartAsync()
    {
        await CloseAsync();
        await ListenAsync();
    }

    /// <summary>Five blocks with everything that forms show.</summary>
    public void Fill()
    {
        var genesis = Ledger.Genesis;
        var first = A.Transaction(genesis, "org-a", FullRecord("order-7"), A.Record("order-8"));
        Ledger.Add(first);
        Ledger.Add(Make.ValidUntil(genesis, Make.After(1)), Contract(
            A.Deploy("shop", KnownEngines.Newest, Shop, """{"start":7}""", 500_000_000, Schema)));
        Ledger.Add(Contract(A.Call("shop", "add", """{"by": 5}""")), Contract(A.Call("shop", "fail")));
        Ledger.Add(A.Transaction(genesis, "org-b", A.Record("order-7") with
        {
            Links = [new EvidenceId(first.Id, 0)],
        }));
        Ledger.Add(Contract(A.Call("shop", "add", """{"by":1}""")));
        Ledger.Store.Faults.TryAdd(Samples.Fault(genesis), new BlockHeight(2), 0);
    }

    public SignedTransaction Contract(ContractBody body) => A.Transaction(Ledger.Genesis, "org-a", body);

    public async Task<(HttpStatusCode Status, string Body)> GetAsync(string path)
    {
        using var answer = await Client.GetAsync(new Uri(path, UriKind.Relative));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        if (_queries is not null) await _queries.DisposeAsync();
        Ledger.Dispose();
    }

    // Every kind of attribute, all of the sender's own.
    private static EvidenceRecord FullRecord(string subject) => A.Record(subject) with
    {
        Attributes =
        [
            .. A.Record().Attributes,
            .. A.FullRecord().Attributes.Select(a => a.Kind switch
            {
                AttributeKind.Text => EvidenceAttribute.Text("x-" + a.Key, a.AsText!),
                AttributeKind.Integer => EvidenceAttribute.Integer("x-" + a.Key, a.AsInteger!.Value),
                AttributeKind.Decimal => EvidenceAttribute.Decimal("x-" + a.Key, a.AsText!),
                AttributeKind.Boolean => EvidenceAttribute.Boolean("x-" + a.Key, a.AsBoolean!.Value),
                AttributeKind.Time => EvidenceAttribute.Time("x-" + a.Key, a.AsTime!.Value),
                _ => EvidenceAttribute.Bytes("x-" + a.Key, a.AsBytes),
            }),
        ],
    };

    private async Task ListenAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(
            IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1));
        _app = builder.Build();
        RestApi.Map(_app, Handlers);
        await _app.StartAsync();
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false })
        {
            BaseAddress = new Uri(_app.Urls.First()),
            Timeout = TimeSpan.FromSeconds(60),
        };
    }

    private async Task CloseAsync()
    {
        if (_app is null) return;
        await _app.StopAsync();
        await _app.DisposeAsync();
        Client.Dispose();
        _app = null;
    }
}
