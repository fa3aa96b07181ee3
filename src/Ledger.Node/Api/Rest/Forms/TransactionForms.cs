using Google.Protobuf;
using Ledger.Core.Contracts;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Membership;
using Ledger.Core.Transactions;

namespace Ledger.Node.Api.Rest.Forms;

/// <summary>The transactions of a block as people and programs read them.</summary>
internal static class TransactionForms
{
    /// <summary>What stands at one place of a block.</summary>
    /// <param name="position">The place.</param>
    /// <param name="transaction">The transaction; empty for a scheduled call.</param>
    /// <param name="resultBytes">What it came to.</param>
    /// <param name="suite">The channel's suite.</param>
    public static TransactionForm Of(uint position, ByteString transaction, ByteString resultBytes, CryptoSuite suite)
    {
        if (!TransactionResult.TryDecode(resultBytes.Span, out var result, out var error))
            throw new UndecodableException($"the result at place {position}: {error}");
        var outcome = OutcomeForms.Of(result.Value, resultBytes.Memory);
        if (transaction.IsEmpty)
        {
            return new TransactionForm(
                position, result.Value.TransactionId.ToString(), "SCHEDULED_CALL", null, null, null, null, null, outcome,
                null);
        }

        if (!SignedTransaction.TryDecode(transaction.Memory, suite.Hash, out var signed, out error))
            throw new UndecodableException($"the transaction at place {position}: {error}");
        var content = signed.Content;
        return new TransactionForm(
            position,
            signed.Id.ToString(),
            FormText.Name(content.Kind),
            content.Sender.ToString(),
            content.ValidUntil.ToString(),
            content.Kind == TransactionKind.Evidence ? Records(signed) : null,
            content.Kind == TransactionKind.Contract ? Contract(content.Body) : null,
            content.Kind == TransactionKind.ValidatorChange ? Change(content.Body, suite) : null,
            outcome,
            transaction.Memory);
    }

    // What was never admitted cannot be in a block; its bytes are shown beside this in any case.
    private static List<RecordForm>? Records(SignedTransaction signed) =>
        EvidenceBody.TryDecode(signed.Content.Body, out var body, out _)
            ? [.. body.Items.Select((item, i) => EvidenceForms.Of(item.Record, new EvidenceId(signed.Id, (uint)i)))]
            : null;

    private static ContractCallForm? Contract(ReadOnlyMemory<byte> bytes) =>
        ContractBody.TryDecode(bytes, out var body, out _)
            ? new ContractCallForm(
                FormText.Name(body.Action),
                body.Contract,
                FormText.OrNull(body.Function),
                body.GasLimit == 0 ? null : body.GasLimit,
                FormText.OrNull(body.Spend),
                RawJson.Of(body.Arguments.Span),
                body.Engine?.ToString(),
                body.Source.IsEmpty ? null : (uint)body.Source.Length,
                body.Schema.IsEmpty ? null : (uint)body.Schema.Length)
            : null;

    private static ValidatorChangeForm? Change(ReadOnlyMemory<byte> bytes, CryptoSuite suite) =>
        ValidatorChangeBody.TryDecode(bytes.Span, suite, out var body, out _)
            ? new ValidatorChangeForm(
                body.Change.Epoch.Value,
                [.. body.Change.Steps.Select(s => new ValidatorStepForm(
                    s.Old is { } old ? FormText.Hex(old.Encoded) : null,
                    s.New is { } next
                        ? BlockForms.Validator(null, next.Member, next.Key.Encoded, next.Key.Id, next.Address)
                        : null))],
                [.. body.Approvals.Select(a => a.Key.ToString())])
            : null;
}
