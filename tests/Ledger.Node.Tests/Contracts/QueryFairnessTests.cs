using System.Net;
using Ledger.Core.Api.V1;
using Ledger.Core.Contracts;
using Ledger.Core.Grpc;
using Ledger.Node.Api;
using Ledger.Node.Api.Grpc;
using Ledger.Node.Contracts;
using Ledger.Node.Execution;
using Ledger.Node.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Ledger.Node.Tests.Contracts;

public sealed class QueryFairnessTests
{
    private static readonly TimeSpan Within = TestCluster.Limit;

    [Fact]
    public async Task A_caller_with_many_queries_leaves_room_for_others()
    {
        using var goOn = new ManualResetEventSlim();
        using var ledger = new TestLedger();
        await using var worker = new QueryWorker(() => new CounterRuntime());
        var api = new ContractApi(
            ledger.Store, ledger.Chain, new EpochEnds(ledger.Store), ledger.Members, worker, ledger.Metrics);
        var held = worker.TryRun(
            _ =>
            {
                Assert.True(goOn.Wait(Within));
                return new ContractOutcome { Status = ContractStatus.Returned };
            },
            default);
        using var greedy = Call("10.0.0.1");
        using var other = Call("10.0.0.2");

        var asked = new List<Task<RpcResult<QueryContractResponse>>>();
        while (asked.Count < 100 && Ask(api, greedy) is { IsCompleted: false } waiting) asked.Add(waiting);
        var refused = await Ask(api, greedy);
        var others = Ask(api, other);

        Assert.InRange(asked.Count, 1, QueryWorker.QueueCapacity / 2);
        Assert.Equal("TOO_MANY_QUERIES", refused.Status.Reason);
        Assert.False(others.IsCompleted);
        goOn.Set();
        await held!.WaitAsync(Within);
        Assert.True((await others.WaitAsync(Within)).Status.IsOk);
        Assert.All(await Task.WhenAll(asked).WaitAsync(Within), answer => Assert.True(answer.Status.IsOk));
        Assert.True((await Ask(api, greedy)).Status.IsOk);
    }

    private static Task<RpcResult<QueryContractResponse>> Ask(ContractApi api, ApiCall call) =>
        api.QueryContract(new QueryContractRequest { Contract = "shop", Function = "count" }, call).AsTask();

    private static GrpcCall Call(string address)
    {
        var http = new DefaultHttpContext();
        http.Connection.RemoteIpAddress = IPAddress.Parse(address);
        return new GrpcCall(http, TestCluster.Limit, TimeProvider.System);
    }
}
