using System.Text;
using Ledger.Contracts.Runtime;
using Ledger.Core.Api.V1;
using Ledger.Core.Blocks;
using Ledger.Core.Contracts;
using Ledger.Core.Crypto;
using Ledger.Core.Grpc;
using Ledger.Core.Receipts;
using Ledger.Core.State;
using Ledger.Node.Admission;
using Ledger.Node.Api.Grpc;
using Ledger.Node.Contracts;
using Ledger.Node.Execution;
using Ledger.Node.Observability;
using Ledger.Storage;
using Ledger.Storage.State;
using static Ledger.Node.Api.Statuses;

namespace Ledger.Node.Api;

/// <summary>
/// Contracts: queries, what the chain knows of them, their results and events. Shows certified blocks only.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="chain">The chain.</param>
/// <param name="ends">How epochs ended.</param>
/// <param name="members">The members.</param>
/// <param name="queries">Runs queries; null on a channel without contracts.</param>
/// <param name="metrics">Counts them.</param>
internal sealed class ContractApi(
    LedgerStore store, ChainView chain, EpochEnds ends, MemberDirectory members, QueryWorker? queries, NodeMetrics metrics)
{
    private const int DefaultPageSize = 100;

    // How far one look for events reaches before it asks whether anybody still waits.
    private const ulong BlocksAtOnce = 1000;

    // Queries run one after the other: who asks many at once leaves room for others.
    private const int QueriesPerCaller = QueryWorker.QueueCapacity / 4;

    private readonly CallerSeats _seats = new(QueriesPerCaller, 2 * QueryWorker.QueueCapacity);

    public async ValueTask<RpcResult<QueryContractResponse>> QueryContract(QueryContractRequest request, ApiCall call)
    {
        if (queries is null) return Statuses.NoContracts;
        if (!ContractLimits.IsName(request.Contract)) return Statuses.InvalidArgument("contract is not a contract's name");
        if (!ContractLimits.IsIdentifier(request.Function)) return Statuses.InvalidArgument("function is not an identifier");
        if (request.Arguments.Length > ContractLimits.ArgumentBytes)
            return Statuses.InvalidArgument($"arguments have at most {ContractLimits.ArgumentBytes} bytes");
        if (!System.Text.Unicode.Utf8.IsValid(request.Arguments.Span))
            return Statuses.InvalidArgument("arguments are not UTF-8");
        if (IsBehind(request.MinHeight) is { } behind) return behind;
        using var seat = _seats.TryTake(call);
        if (seat is null)
        {
            metrics.ContractQueried("Overload");
            return Statuses.TooManyQueries;
        }

        var view = await CertifiedViewAsync(call).ConfigureAwait(false);
        try
        {
            var header = view.Blocks.Header(view.Watermark!.Height)!.Header;
            var arguments = request.Arguments.IsEmpty ? "null" : request.Arguments.ToStringUtf8();
            var query = new ContractQuery(
                request.Contract, request.Function, arguments, null, null, header.Height, header.Time);
            var ledger = new StoredContractLedger(view, members);
            if (queries.TryRun(runtime => runtime.Query(query, ledger), call.Cancellation) is not { } running)
            {
                metrics.ContractQueried("Overload");
                return Statuses.TooManyQueries;
            }

            var outcome = await running.ConfigureAwait(false);
            metrics.ContractQueried(outcome.Status.ToString());
            return new QueryContractResponse
            {
                Outcome = ApiBytes.Of(outcome.Encode()),
                Height = header.Height.Value,
                TimeMs = header.Time.UnixMilliseconds,
            };
        }
        finally
        {
            view.Dispose();
        }
    }

    public async ValueTask<RpcResult<GetContractResponse>> GetContract(GetContractRequest request, ApiCall call)
    {
        if (!ContractLimits.IsName(request.Contract)) return Statuses.InvalidArgument("contract is not a contract's name");
        if (IsBehind(request.MinHeight) is { } behind) return behind;
        using var view = await CertifiedViewAsync(call).ConfigureAwait(false);
        var record = view.State.Get(StateNamespaces.Contracts, Encoding.UTF8.GetBytes(request.Contract));
        if (record is null) return Statuses.NotFound($"there is no contract '{request.Contract}'");
        var response = new GetContractResponse
        {
            Record = ApiBytes.Of(record),
            Height = view.Watermark!.Height.Value,
        };
        if (request.Version == 0) return response;
        var key = Encoding.UTF8.GetBytes(
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{request.Contract}/{request.Version}"));
        if (view.State.Get(StateNamespaces.ContractSources, key) is not { } source)
            return Statuses.NotFound($"contract '{request.Contract}' has no version {request.Version}");
        response.Source = ApiBytes.Of(source);
        return response;
    }

    public async ValueTask<RpcResult<ListContractsResponse>> ListContracts(ListContractsRequest request, ApiCall call)
    {
        if (request.PageSize > StateReader.MaxPageSize)
            return Statuses.InvalidArgument($"page_size is at most {StateReader.MaxPageSize}");
        if (request.After.Length > ContractLimits.NameBytes)
            return Statuses.InvalidArgument("after is not a contract's name");
        using var view = await CertifiedViewAsync(call).ConfigureAwait(false);
        var limit = request.PageSize == 0 ? DefaultPageSize : (int)request.PageSize;
        var page = view.State.List(StateNamespaces.Contracts, [], Encoding.UTF8.GetBytes(request.After), limit);
        var response = new ListContractsResponse { More = page.Count == limit, Height = view.Watermark!.Height.Value };
        foreach (var entry in page)
        {
            response.Contracts.Add(new ListContractsResponse.Types.Entry
            {
                Contract = Encoding.UTF8.GetString(entry.Key.Span),
                Record = ApiBytes.Of(entry.Value),
            });
        }

        return response;
    }

    public ValueTask<RpcResult<GetResultReceiptResponse>> GetResultReceipt(GetResultReceiptRequest request, ApiCall call)
    {
        if (request.Id.Length != Hash256.Size) return new(Statuses.InvalidArgument("id has 32 bytes"));
        if (IsBehind(request.MinHeight) is { } behind) return new(behind);
        var id = new Hash256(request.Id.Span);
        if (store.Live.Blocks.Find(id) is not { } place || place.Height > chain.Certified.Header.Height)
            return new(Statuses.NotFound($"there is no certified result of {id}"));
        if (store.Live.Blocks.IsBeforeHistory(place.Height)) return new(Statuses.BeforeHistory(store.Base!.Value));
        if (store.Live.Blocks.CertifiedHeader(place.Height) is not { } certified) return new(NoCertificate);
        var results = store.Live.Blocks.EncodedResults(place.Height);
        var receipt = new ResultReceipt
        {
            ResultBytes = results[(int)place.Position],
            Position = place.Position,
            Count = (uint)results.Count,
            Path = BlockRoots.ResultPath(store.Genesis.Suite.Hash, results, (int)place.Position),
            HeaderBytes = certified.HeaderBytes,
            CertificateBytes = certified.Certificate.Encode(),
            EpochChanges = ends.Before(store.Live.Blocks.Header(place.Height)!.Header.Epoch),
        };
        return new(new GetResultReceiptResponse { Receipt = ApiBytes.Of(receipt.Encode()) });
    }

    public async ValueTask<RpcStatus> SubscribeEvents(
        SubscribeEventsRequest request, IMessageWriter<ContractEvents> stream, ApiCall call)
    {
        var next = new BlockHeight(Math.Max(request.FromHeight, 1));
        while (true)
        {
            await chain.WaitAboveAsync(new BlockHeight(next.Value - 1), call.Cancellation).ConfigureAwait(false);
            var newest = chain.Certified.Header.Height;
            while (next <= newest)
            {
                if (store.Live.Blocks.IsBeforeHistory(next)) return Statuses.BeforeHistory(store.Base!.Value);
                call.Cancellation.ThrowIfCancellationRequested();
                var last = new BlockHeight(Math.Min(newest.Value, next.Value + BlocksAtOnce - 1));
                var found = store.Live.Blocks.FirstWithOutcome(next, last);
                next = (found ?? last).Next;
                if (found is not { } height || Wanted(height, request) is not { Count: > 0 } wanted) continue;
                if (EventsOf(height, wanted) is not { } messages) return NoCertificate;
                foreach (var events in messages)
                    await stream.WriteAsync(events, flush: !events.More).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The wanted events of one block; null when it has none, or no certificate of its own here.</summary>
    internal IReadOnlyList<ContractEvents>? EventsAt(ulong height, SubscribeEventsRequest request) =>
        Wanted(new BlockHeight(height), request) is { Count: > 0 } wanted
            ? EventsOf(new BlockHeight(height), wanted)
            : null;

    private List<int> Wanted(BlockHeight height, SubscribeEventsRequest request)
    {
        var wanted = new List<int>();
        foreach (var item in store.Live.Blocks.Items(height, 0))
        {
            if (item.Result.Outcome is { } outcome && outcome.Events.Any(e =>
                (request.Contract.Length == 0 || e.Contract == request.Contract)
                && (request.Event.Length == 0 || e.Name == request.Event)))
            {
                wanted.Add((int)item.Position);
            }
        }

        return wanted;
    }

    // One message, or as many as the results need.
    private List<ContractEvents>? EventsOf(BlockHeight height, List<int> wanted)
    {
        if (store.Live.Blocks.CertifiedHeader(height) is not { } certified) return null;
        return ContractEventMessages.Of(
            height, certified, store.Live.Blocks.EncodedResults(height), wanted, store.Genesis.Suite.Hash);
    }

    private RpcStatus? IsBehind(ulong minHeight)
    {
        var certified = chain.Certified.Header.Height;
        return certified.Value < minHeight ? Statuses.Behind(new BlockHeight(minHeight), certified) : null;
    }

    // The state of the newest executed block, once that is certified: it is in a moment.
    private async ValueTask<LedgerView> CertifiedViewAsync(ApiCall call)
    {
        var view = store.OpenView();
        try
        {
            var height = view.Watermark!.Height;
            if (height.Value > 0)
                await chain.WaitAboveAsync(new BlockHeight(height.Value - 1), call.Cancellation).ConfigureAwait(false);
            return view;
        }
        catch
        {
            view.Dispose();
            throw;
        }
    }
}
