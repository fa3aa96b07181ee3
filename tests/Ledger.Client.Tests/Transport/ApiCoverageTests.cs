using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Google.Protobuf.Reflection;
using Ledger.Client.Query;
using Ledger.Client.Subscribe;
using Ledger.Client.Tests.Fakes;
using Ledger.Client.Transport;
using Ledger.Core.Api.V1;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Grpc;
using Ledger.Core.Portable;

namespace Ledger.Client.Tests.Transport;

/// <summary>Every call of the published services is reached by a method of the client: none was forgotten.</summary>
public sealed class ApiCoverageTests
{
    private static readonly TestChannel Channel = new();

    private static readonly EvidenceId Id = new(Hash256.Zero, 0);

    // The client's method for each call. What a node answers is no matter here: it is asked, or it is not.
    private static readonly Dictionary<string, Func<LedgerClient, Task>> Methods = new(StringComparer.Ordinal)
    {
        ["Submit"] = c => c.AnchorAsync(TestChannel.Record()),
        ["SubmitAndWait"] = c => c.AnchorAsync(TestChannel.Record()),
        ["GetTransaction"] = c => c.GetTransactionAsync(Hash256.Zero),
        ["GetReceipt"] = c => c.GetReceiptAsync(Id),
        ["QueryEvidence"] = c => First(c.QueryAsync(EvidenceQuery.BySubject("a"))),
        ["GetBlock"] = c => c.GetBlockAsync(new BlockHeight(1)),
        ["Subscribe"] = c => First(c.SubscribeAsync(SubscriptionStart.Beginning)),
        ["GetConsistencyProof"] = c => c.GetConsistencyProofAsync(new BlockHeight(1)),
        ["GetStateProof"] = c => c.GetStateAsync("timelines", default),
        ["GetEpochChanges"] = c => c.GetHeaderAsync(new BlockHeight(1)),
        ["QueryContract"] = c => c.QueryAsync("shop", "left"),
        ["GetContract"] = c => c.GetContractSourceAsync("shop"),
        ["ListContracts"] = c => First(c.ListContractsAsync()),
        ["GetResultReceipt"] = c => c.GetResultReceiptAsync(Hash256.Zero),
        ["SubscribeEvents"] = c => First(c.SubscribeEventsAsync()),
        ["Attest"] = c => c.GetAttestedReceiptAsync(Id, AttestationForm.Cose),
        ["GetEvidence"] = c => c.GetEvidenceAsync(Id),
        ["ListBlocks"] = c => First(c.ListBlocksAsync()),
        ["ListTransactions"] = c => c.GetBlockAsync(new BlockHeight(1)),
        ["GetGenesis"] = c => c.GetGenesisAsync(),
        ["ListMembers"] = c => First(c.ListMembersAsync()),
        ["GetStatus"] = c => c.GetStatusAsync(),
        ["ListFaults"] = c => First(c.ListFaultsAsync()),
        ["GetAuditReport"] = c => c.GetAuditReportAsync(),
    };

    // These follow upon an answer that a node without a chain cannot give; tests of their own reach them.
    private static readonly HashSet<string> Later =
        ["Submit", "GetConsistencyProof", "GetEpochChanges", "GetContract", "Attest", "ListTransactions"];

    public static TheoryData<string> Calls() => new(Services().Select(m => m.Name));

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Every_call_of_the_services_has_a_method_of_the_client(string call)
    {
        Assert.True(Methods.TryGetValue(call, out var method), $"no method of the client is named for {call}");
        var api = typeof(INodeApi).GetMethod(call + "Async");
        Assert.True(api is not null, $"INodeApi has no {call}Async");
        var node = DispatchProxy.Create<INodeApi, Recorder>();
        var recorder = (Recorder)node;
        using var client = new LedgerClient(Channel.Options(), [node]);

        await Record.ExceptionAsync(() => method(client));

        if (!Later.Contains(call)) Assert.Contains(api.Name, recorder.Called);
        Assert.NotEmpty(recorder.Called);
    }

    [Fact]
    public void Nothing_is_named_that_is_no_call() =>
        Assert.Equal(Services().Select(m => m.Name).Order(), Methods.Keys.Order());

    [Fact]
    public void The_table_of_the_guide_names_the_method_of_every_call()
    {
        var page = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "guide", "developer", "sdk.md"));

        Assert.All(Services(), call => Assert.Contains($"| `{call.Name}` |", page, StringComparison.Ordinal));
    }

    private static IEnumerable<MethodDescriptor> Services() =>
        LedgerReflection.Descriptor.Services.Concat(AuditReflection.Descriptor.Services).SelectMany(s => s.Methods);

    private static async Task First<T>(IAsyncEnumerable<T> items)
    {
        await foreach (var _ in items) return;
    }

    /// <summary>A node that refuses everything and remembers what it was asked.</summary>
    [SuppressMessage("Performance", "CA1852", Justification = "DispatchProxy derives from it at run time.")]
    internal class Recorder : DispatchProxy
    {
        public List<string> Called { get; } = [];

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod!.ReturnType == typeof(void)) return null;
            if (targetMethod.ReturnType == typeof(string)) return "recorder";
            lock (Called) Called.Add(targetMethod.Name);
            // Not to be tried again.
            throw new RpcException(new RpcStatus(GrpcStatusCode.InvalidArgument, "told to refuse"));
        }
    }
}
