using Google.Protobuf;
using Ledger.Core.Api.V1;
using Ledger.Core.Crypto;
using Ledger.Node.Api.Rest.Forms;
using Ledger.Node.Api.Rest.Streams;
using WireBlock = Ledger.Core.Api.V1.Block;

namespace Ledger.Node.Api.Rest.Routes;

/// <summary>Blocks, their contents, and the stream of them.</summary>
internal static class BlockRoutes
{
    private static readonly RestParameter Height = new(
        "height", ParameterPlace.Path, ParameterKind.Number, "The block's height; genesis has 0.", "1", Known.MaxNumber);

    private static readonly RestParameter FirstPosition = new(
        "firstPosition", ParameterPlace.Query, ParameterKind.Number,
        "The place in the block of the first transaction wanted: nextPosition of the page before.", "0", uint.MaxValue);

    public static IEnumerable<RestRoute> Make(RestHandlers handlers)
    {
        yield return List(handlers);
        yield return Get(handlers);
        yield return Transactions(handlers);
        yield return Stream(handlers);
    }

    private static RestRoute List(RestHandlers handlers) => new()
    {
        Method = "GET",
        Path = "/v1/blocks",
        Id = "listBlocks",
        Tag = "blocks",
        Summary = "Certified blocks without their contents, newest first.",
        Description = "A block without signers has no certificate of its own here: that of the next block that has "
            + "one covers it.",
        Parameters =
        [
            Known.Number("before", "Blocks below this height: nextBefore of the page before.", "100"),
            Known.Limit(1000, 50),
        ],
        Answers = [RestMedia.Json(RestJson.Shared.BlockPage)],
        Reasons = ["BEFORE_HISTORY"],
        Handle = async request =>
        {
            var found = await handlers.Chain.ListBlocks(
                new ListBlocksRequest
                {
                    BeforeHeight = request.Arguments.Number("before"),
                    PageSize = request.Arguments.Small("limit"),
                },
                request.Call).ConfigureAwait(false);
            return RestAnswer.Of(found, page => RestAnswer.Json(
                new BlockPage(
                    [.. page.Blocks.Select(b => BlockForms.Of(b, handlers.Suite.Hash))], page.CertifiedHeight,
                    page.BeforeHeight == 0 ? null : page.BeforeHeight),
                RestJson.Shared.BlockPage));
        },
    };

    private static RestRoute Get(RestHandlers handlers) => new()
    {
        Method = "GET",
        Path = "/v1/blocks/{height}",
        Id = "getBlock",
        Tag = "blocks",
        Summary = "A certified block, with the first page of its transactions when they are asked for.",
        Parameters =
        [
            Height,
            new("transactions", ParameterPlace.Query, ParameterKind.Flag,
                "Whether the first page of its transactions and results comes along.", "true"),
        ],
        Answers = [RestMedia.Json(RestJson.Shared.BlockForm)],
        Reasons = ["NOT_FOUND", "BEFORE_HISTORY", "TRY_AGAIN"],
        Handle = async request =>
        {
            var height = request.Arguments.Number("height");
            var found = await handlers.Chain.GetBlock(new GetBlockRequest { Height = height }, request.Call)
                .ConfigureAwait(false);
            if (found.Value is not { } block) return found.Status;
            var form = BlockForms.Of(block, handlers.Suite.Hash);
            if (request.Arguments.Flag("transactions"))
            {
                var content = await handlers.Chain.ListTransactions(
                    new ListTransactionsRequest { Height = height }, request.Call).ConfigureAwait(false);
                if (content.Value is not { } items) return content.Status;
                var page = PageOf(items, handlers.Suite);
                form = form with { Transactions = page.Transactions, NextPosition = page.NextPosition };
            }

            return RestAnswer.Json(form, RestJson.Shared.BlockForm, isImmutable: true);
        },
    };

    private static RestRoute Transactions(RestHandlers handlers) => new()
    {
        Method = "GET",
        Path = "/v1/blocks/{height}/transactions",
        Id = "listTransactions",
        Tag = "blocks",
        Summary = "The transactions of a certified block with their results, a page at a time.",
        Description = "Scheduled calls of contracts follow the transactions; they have a result and no transaction.",
        Parameters = [Height, FirstPosition, Known.Limit(1000, 100)],
        Answers = [RestMedia.Json(RestJson.Shared.TransactionPage)],
        Reasons = ["NOT_FOUND", "BEFORE_HISTORY"],
        Handle = async request =>
        {
            var found = await handlers.Chain.ListTransactions(
                new ListTransactionsRequest
                {
                    Height = request.Arguments.Number("height"),
                    FirstPosition = request.Arguments.Small("firstPosition"),
                    PageSize = request.Arguments.Small("limit"),
                },
                request.Call).ConfigureAwait(false);
            return RestAnswer.Of(found, items => RestAnswer.Json(
                PageOf(items, handlers.Suite), RestJson.Shared.TransactionPage, isImmutable: true));
        },
    };

    private static RestRoute Stream(RestHandlers handlers) => new()
    {
        Method = "GET",
        Path = "/v1/blocks/stream",
        Id = "streamBlocks",
        Tag = "blocks",
        Summary = "Certified blocks from a height on, then each new one as it is certified.",
        Description = "Server-sent events named block; the id is the height. Goes on after Last-Event-ID, with any "
            + "node. A block whose transactions do not fit comes withoutContent. Ends with an event named problem "
            + "when the node cannot go on.",
        Parameters =
        [
            Known.StreamFrom,
            new("transactions", ParameterPlace.Query, ParameterKind.Flag,
                "Whether transactions and results come along.", "true"),
            Known.LastEventId,
        ],
        Answers = [new(MediaTypes.EventStream, RestJson.Shared.BlockForm)],
        Reasons = ["BEFORE_HISTORY", "TRY_AGAIN", "TOO_MANY_STREAMS"],
        IsStream = true,
        Handle = request =>
        {
            var subscribe = new SubscribeRequest
            {
                FromHeight = FirstOf(request.Arguments),
                IncludeTransactions = request.Arguments.Flag("transactions"),
            };
            return new(RestAnswer.Events(stream => handlers.Chain.Subscribe(
                subscribe, new BlockWriter(stream, handlers.Suite, subscribe.IncludeTransactions), request.Call)));
        },
    };

    /// <summary>The first height that a stream is to have.</summary>
    public static ulong FirstOf(RestArguments arguments) => arguments.Has("Last-Event-ID")
        ? arguments.Number("Last-Event-ID") + 1
        : arguments.Number("from");

    private static TransactionPage PageOf(ListTransactionsResponse page, CryptoSuite suite) => new(
        page.Height,
        [.. page.Items.Select((item, i) =>
            TransactionForms.Of(page.FirstPosition + (uint)i, item.Transaction, item.Result, suite))],
        page.NextPosition == 0 ? null : page.NextPosition);

    private sealed class BlockWriter(EventStream stream, CryptoSuite suite, bool withTransactions)
        : IMessageWriter<WireBlock>
    {
        public ValueTask WriteAsync(WireBlock message, bool flush)
        {
            var form = BlockForms.Of(message, suite.Hash);
            if (withTransactions && !message.WithoutContent)
            {
                form = form with
                {
                    Transactions =
                    [
                        .. message.Results.Select((result, i) => TransactionForms.Of(
                            (uint)i, i < message.Transactions.Count ? message.Transactions[i] : ByteString.Empty, result,
                            suite)),
                    ],
                };
            }

            return stream.WriteAsync("block", message.Height, form, RestJson.Shared.BlockForm);
        }
    }
}
