using Google.Protobuf;
using Ledger.Core.Api.V1;
using Ledger.Core.Contracts;
using Ledger.Core.Crypto;
using Ledger.Node.Api.Rest.Forms;
using Ledger.Node.Api.Rest.Streams;

namespace Ledger.Node.Api.Rest.Routes;

/// <summary>Contracts: what there is, queries, and the stream of their events.</summary>
internal static class ContractRoutes
{
    public static IEnumerable<RestRoute> Make(RestHandlers handlers)
    {
        yield return List(handlers);
        yield return Get(handlers);
        yield return Query(handlers);
        yield return Stream(handlers);
    }

    private static RestRoute List(RestHandlers handlers) => new()
    {
        Method = "GET",
        Path = "/v1/contracts",
        Id = "listContracts",
        Tag = "contracts",
        Summary = "The contracts of the channel by name, a page at a time.",
        Parameters = [Known.Limit(1000, 100), Known.Cursor],
        Answers = [RestMedia.Json(RestJson.Shared.ContractPage)],
        Handle = async request =>
        {
            var found = await handlers.Contracts.ListContracts(
                new ListContractsRequest
                {
                    After = Cursors.Read(request.Arguments.Bytes("cursor")),
                    PageSize = request.Arguments.Small("limit"),
                },
                request.Call).ConfigureAwait(false);
            return RestAnswer.Of(found, page => RestAnswer.Json(
                new ContractPage(
                    page.Height, [.. page.Contracts.Select(c => OutcomeForms.Contract(c.Record))],
                    Cursors.Write(page.More ? page.Contracts[^1].Contract : null)),
                RestJson.Shared.ContractPage));
        },
    };

    private static RestRoute Get(RestHandlers handlers) => new()
    {
        Method = "GET",
        Path = "/v1/contracts/{name}",
        Id = "getContract",
        Tag = "contracts",
        Summary = "What the chain knows of a contract, with the source of a version when one is asked for.",
        Parameters =
        [
            Known.Contract,
            new("version", ParameterPlace.Query, ParameterKind.Number, "The version whose source is wanted, from 1.", "1",
                uint.MaxValue),
            Known.MinHeight,
        ],
        Answers = [RestMedia.Json(RestJson.Shared.ContractDetails)],
        Reasons = ["NOT_FOUND", "BEHIND"],
        Handle = async request =>
        {
            var version = request.Arguments.Number("version");
            var found = await handlers.Contracts.GetContract(
                new GetContractRequest
                {
                    Contract = request.Arguments.Text("name"),
                    Version = version,
                    MinHeight = request.Arguments.Number("minHeight"),
                },
                request.Call).ConfigureAwait(false);
            return RestAnswer.Of(found, c => RestAnswer.Json(
                new ContractDetails(
                    c.Height, OutcomeForms.Contract(c.Record),
                    c.Source.IsEmpty ? null : OutcomeForms.Source(version, c.Source)),
                RestJson.Shared.ContractDetails));
        },
    };

    private static RestRoute Query(RestHandlers handlers) => new()
    {
        Method = "POST",
        Path = "/v1/contracts/{name}/queries/{function}",
        Id = "queryContract",
        Tag = "contracts",
        Summary = "Run a contract's query on this node: it reads, and changes nothing.",
        Description = "The body is the function's arguments as JSON; no body counts as null. An outcome that is not "
            + "RETURNED is an answer too.",
        Parameters =
        [
            Known.Contract,
            new("function", ParameterPlace.Path, ParameterKind.Text, "The query's name.", "balance",
                ContractLimits.IdentifierBytes),
            Known.MinHeight,
        ],
        Body = new RestBody(
            [new(MediaTypes.Json, RestJson.Shared.JsonElement)], ContractLimits.ArgumentBytes, Required: false),
        Answers = [RestMedia.Json(RestJson.Shared.QueryForm)],
        Reasons =
        [
            "NO_CONTRACTS", "TOO_MANY_QUERIES", "BEHIND", "MESSAGE_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE",
        ],
        Handle = async request =>
        {
            var answer = await handlers.Contracts.QueryContract(
                new QueryContractRequest
                {
                    Contract = request.Arguments.Text("name"),
                    Function = request.Arguments.Text("function"),
                    Arguments = UnsafeByteOperations.UnsafeWrap(request.Body),
                    MinHeight = request.Arguments.Number("minHeight"),
                },
                request.Call).ConfigureAwait(false);
            return RestAnswer.Of(answer, a => RestAnswer.Json(
                new QueryForm(a.Height, FormText.TimeOf(a.TimeMs), OutcomeForms.Contract(a.Outcome.Memory, null)!),
                RestJson.Shared.QueryForm));
        },
    };

    private static RestRoute Stream(RestHandlers handlers) => new()
    {
        Method = "GET",
        Path = "/v1/contracts/events/stream",
        Id = "streamContractEvents",
        Tag = "contracts",
        Summary = "Events of contracts from a height on, then each new one as its block is certified.",
        Description = "Server-sent events named contract-events, one for each block that has wanted ones; the id is "
            + "the height. Goes on after Last-Event-ID, with any node. Where more is true the next event goes on "
            + "with the same block, and there is no id yet.",
        Parameters =
        [
            new("contract", ParameterPlace.Query, ParameterKind.Text,
                "Whose events are wanted; of every contract unless it is given.", "payments", ContractLimits.NameBytes),
            new("event", ParameterPlace.Query, ParameterKind.Text,
                "The name of the events that are wanted; every name unless given.", "Paid", ContractLimits.IdentifierBytes),
            Known.StreamFrom,
            Known.LastEventId,
        ],
        Answers = [new(MediaTypes.EventStream, RestJson.Shared.ContractEventsForm)],
        Reasons = ["BEFORE_HISTORY", "TRY_AGAIN", "TOO_MANY_STREAMS"],
        IsStream = true,
        Handle = request =>
        {
            var subscribe = new SubscribeEventsRequest
            {
                FromHeight = BlockRoutes.FirstOf(request.Arguments),
                Contract = request.Arguments.Text("contract"),
                Event = request.Arguments.Text("event"),
            };
            return new(RestAnswer.Events(stream => handlers.Contracts.SubscribeEvents(
                subscribe, new EventWriter(stream, subscribe, handlers.Suite.Hash), request.Call)));
        },
    };

    private sealed class EventWriter(EventStream stream, SubscribeEventsRequest filter, HashFunction hash)
        : IMessageWriter<ContractEvents>
    {
        public ValueTask WriteAsync(ContractEvents message, bool flush) => stream.WriteAsync(
            "contract-events", message.More ? null : message.Height, OutcomeForms.Of(message, filter, hash),
            RestJson.Shared.ContractEventsForm);
    }
}
