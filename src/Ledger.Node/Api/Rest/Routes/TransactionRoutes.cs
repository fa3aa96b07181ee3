using System.Text.Json;
using Google.Protobuf;
using Ledger.Core.Api.V1;
using Ledger.Core.Receipts;
using Ledger.Core.Transactions;
using Ledger.Node.Api.Rest.Forms;

namespace Ledger.Node.Api.Rest.Routes;

/// <summary>Handing in transactions and asking what became of them.</summary>
internal static class TransactionRoutes
{
    // The most that a transaction can have, with its signature, in base64, with the words around it.
    private const int MaxBodyBytes = ((Transaction.MaxBytes / 3) * 4) + 4096;

    private const int MaxWaitSeconds = 60;

    // Everything that the page of reasons lists for transactions that a node does not take.
    private static readonly string[] Refusals =
    [
        "MALFORMED", "TOO_LARGE", "WRONG_CHANNEL", "EXPIRED", "LIFETIME_TOO_LONG", "UNKNOWN_KEY", "SIGNATURE_INVALID",
        "NOT_AUTHORISED", "UNKNOWN_TYPE", "MISSING_FIELD", "INVALID_FIELD", "UNKNOWN_KIND", "POOL_FULL", "WRONG_EPOCH",
        "UNKNOWN_VALIDATOR", "VALIDATOR_EXISTS", "VALIDATORS_UNSAFE", "CLAIM_INVALID", "NOT_APPROVED",
        "APPROVAL_INVALID", "EPOCHS_EXHAUSTED", "READ_ONLY_NODE", "MESSAGE_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE",
    ];

    public static IEnumerable<RestRoute> Make(RestHandlers handlers)
    {
        yield return Submit(handlers);
        yield return Get(handlers);
        yield return ResultReceiptOf(handlers);
    }

    private static RestRoute Submit(RestHandlers handlers) => new()
    {
        Method = "POST",
        Path = "/v1/transactions",
        Id = "submitTransaction",
        Tag = "transactions",
        Summary = "Hand in a signed transaction.",
        Description = "The bytes are ledger.core.v1.SignedTransaction. Handing in the same bytes again is harmless. "
            + "With wait the answer comes when the block is certified, or PENDING when that takes longer; without it "
            + "at once.",
        Parameters =
        [
            new("wait", ParameterPlace.Query, ParameterKind.Number,
                "How many seconds to wait for the block's certificate.", "10", MaxWaitSeconds),
        ],
        Body = new RestBody(
            [new(MediaTypes.Octets, null, "The transaction."), RestMedia.Json(RestJson.Shared.SubmissionForm)],
            MaxBodyBytes, Required: true),
        Answers = [RestMedia.Json(RestJson.Shared.TransactionOutcomeForm)],
        OtherSuccess = (StatusCodes.Status202Accepted, "Taken, and not in a certified block yet."),
        Reasons = Refusals,
        Limit = TimeSpan.FromSeconds(MaxWaitSeconds + 10),
        Handle = request => SubmitAsync(handlers, request),
    };

    private static async ValueTask<RestAnswer> SubmitAsync(RestHandlers handlers, RestRequest request)
    {
        if (!TryReadTransaction(request, out var transaction))
            return Statuses.InvalidArgument("the body is to be {\"transactionBytes\": \"…\"} with bytes in base64");
        var seconds = request.Arguments.Number("wait");
        if (seconds > 0)
        {
            var waiting = await WaitAsync(handlers, request, transaction, TimeSpan.FromSeconds(seconds))
                .ConfigureAwait(false);
            if (waiting is not null) return waiting;
        }

        var taken = await handlers.Submission.Submit(new SubmitRequest { Transaction = transaction }, request.Call)
            .ConfigureAwait(false);
        if (taken.Value is not { } accepted) return taken.Status;
        var outcome = await handlers.Submission.GetTransaction(
            new GetTransactionRequest { TransactionId = accepted.TransactionId }, request.Call).ConfigureAwait(false);
        return RestAnswer.Of(outcome, Answer);
    }

    // Null when the time is over.
    private static async ValueTask<RestAnswer?> WaitAsync(
        RestHandlers handlers, RestRequest request, ByteString transaction, TimeSpan limit)
    {
        // The call goes on when this wait ends, so it is not the call that is cut short.
        using var wait = new RestCall(request.Call.Http, limit, TimeProvider.System, request.Call.Cancellation);
        try
        {
            var outcome = await handlers.Submission.SubmitAndWait(
                new SubmitAndWaitRequest { Transaction = transaction }, wait).ConfigureAwait(false);
            return RestAnswer.Of(outcome, Answer);
        }
        catch (OperationCanceledException) when (!request.Call.Cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    private static RestAnswer Answer(TransactionOutcome outcome)
    {
        var form = OutcomeForms.Of(outcome);
        var decided = form.Height is not null;
        return RestAnswer.Json(
            form, RestJson.Shared.TransactionOutcomeForm, isImmutable: false,
            decided ? StatusCodes.Status200OK : StatusCodes.Status202Accepted,
            decided ? null : "/v1/transactions/" + form.TransactionId);
    }

    private static bool TryReadTransaction(RestRequest request, out ByteString transaction)
    {
        transaction = UnsafeByteOperations.UnsafeWrap(request.Body);
        if (request.BodyType == MediaTypes.Octets) return true;
        try
        {
            var form = JsonSerializer.Deserialize(request.Body.Span, RestJson.Shared.SubmissionForm);
            transaction = UnsafeByteOperations.UnsafeWrap(form?.TransactionBytes ?? default);
            return form is not null;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static RestRoute Get(RestHandlers handlers) => new()
    {
        Method = "GET",
        Path = "/v1/transactions/{transactionId}",
        Id = "getTransaction",
        Tag = "transactions",
        Summary = "What became of a transaction.",
        Description = "UNKNOWN is an answer too: this node has not seen it, or has given it up.",
        Parameters = [Known.Id("transactionId", "The transaction's id.")],
        Answers = [RestMedia.Json(RestJson.Shared.TransactionOutcomeForm)],
        Reasons = ["BEFORE_HISTORY"],
        Handle = async request =>
        {
            var outcome = await handlers.Submission.GetTransaction(
                new GetTransactionRequest { TransactionId = request.Arguments.Hash("transactionId") }, request.Call)
                .ConfigureAwait(false);
            return RestAnswer.Of(
                outcome, o => RestAnswer.Json(OutcomeForms.Of(o), RestJson.Shared.TransactionOutcomeForm));
        },
    };

    private static RestRoute ResultReceiptOf(RestHandlers handlers) => new()
    {
        Method = "GET",
        Path = "/v1/transactions/{transactionId}/result-receipt",
        Id = "getResultReceipt",
        Tag = "transactions",
        Summary = "The receipt of what a transaction or a scheduled call came to, verifiable offline.",
        Parameters = [Known.Id("transactionId", "The id of the transaction or of the scheduled call."), Known.MinHeight],
        Answers =
        [
            new(MediaTypes.Json, null, "A file of format ledger-result-receipt/1."),
            new(MediaTypes.Protobuf, null, "ledger.core.v1.ResultReceipt."),
        ],
        Reasons = ["NOT_FOUND", "BEFORE_HISTORY", "BEHIND", "TRY_AGAIN"],
        Handle = async request =>
        {
            var found = await handlers.Contracts.GetResultReceipt(
                new GetResultReceiptRequest
                {
                    Id = request.Arguments.Hash("transactionId"),
                    MinHeight = request.Arguments.Number("minHeight"),
                },
                request.Call).ConfigureAwait(false);
            return RestAnswer.Of(found, r => RestAnswer.Bytes(
                request.Answer, request.Answer == MediaTypes.Protobuf ? r.Receipt.Memory : FileOf(r.Receipt),
                isImmutable: true));
        },
    };

    private static byte[] FileOf(ByteString encoded) => ResultReceipt.TryDecode(encoded.Span, out var receipt, out var error)
        ? ResultReceiptJson.Write(receipt)
        : throw new UndecodableException($"a result receipt: {error}");
}
