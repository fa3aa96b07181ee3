using Google.Protobuf;
using Ledger.Client.Verify;
using Ledger.Core.Api.V1;
using Ledger.Core.Blocks;
using Ledger.Core.Evidence;
using Ledger.Core.Receipts;

namespace Ledger.Client;

public sealed partial class LedgerClient
{
    /// <summary>Fetches the receipt of a record and verifies it.</summary>
    /// <param name="id">The record.</param>
    /// <param name="atLeast">
    /// Nodes that have not certified this block are passed over: pass the height of an outcome, and no node says of its
    /// records that they are not there.
    /// </param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <exception cref="LedgerUnavailableException">No node answered.</exception>
    /// <exception cref="LedgerRefusedException">The record is not on the chain, or not certified yet.</exception>
    /// <exception cref="LedgerIntegrityException">The receipt does not hold, or is of another record.</exception>
    public async Task<VerifiedReceipt> GetReceiptAsync(
        EvidenceId id, BlockHeight atLeast = default, CancellationToken cancellation = default) =>
        await FetchReceiptAsync(id, new GetReceiptRequest { MinHeight = atLeast.Value }, cancellation);

    /// <summary>
    /// Fetches the receipt of a record under the newest certified header instead of its own block's, and verifies it: so
    /// those who are validators now vouch for it, and it carries every change of the validators since genesis.
    /// </summary>
    /// <inheritdoc cref="GetReceiptAsync(EvidenceId, BlockHeight, CancellationToken)" path="/exception"/>
    public async Task<VerifiedReceipt> GetNewestReceiptAsync(EvidenceId id, CancellationToken cancellation = default) =>
        await FetchReceiptAsync(id, new GetReceiptRequest { Newest = true }, cancellation);

    /// <summary>Fetches the receipt of the record at a place of the log and verifies it.</summary>
    /// <inheritdoc cref="GetReceiptAsync(EvidenceId, BlockHeight, CancellationToken)" path="/exception"/>
    public async Task<VerifiedReceipt> GetReceiptAsync(LogIndex index, CancellationToken cancellation = default)
    {
        var receipt = await FetchReceiptAsync(new GetReceiptRequest { LogIndex = index.Value }, cancellation);
        return receipt.Content.Index == index
            ? receipt
            : throw new LedgerIntegrityException(
                $"the node answered with the receipt of leaf {receipt.Content.Index}, not {index}");
    }

    private async Task<VerifiedReceipt> FetchReceiptAsync(
        EvidenceId id, GetReceiptRequest request, CancellationToken cancellation)
    {
        request.Evidence = new EvidenceRef
        {
            TransactionId = ByteString.CopyFrom(id.TransactionId.AsSpan()),
            RecordIndex = id.RecordIndex,
        };
        var receipt = await FetchReceiptAsync(request, cancellation);
        return receipt.Content.Leaf.Id == id
            ? receipt
            : throw new LedgerIntegrityException(
                $"the node answered with the receipt of {receipt.Content.Leaf.Id}, not of {id}");
    }

    private async Task<VerifiedReceipt> FetchReceiptAsync(GetReceiptRequest request, CancellationToken cancellation)
    {
        var answer = await _pool.CallAsync(
            (node, timeout, stop) => node.GetReceiptAsync(request, timeout, stop), cancellation);
        if (!Receipt.TryDecode(answer.Receipt.Span, out var receipt, out var error))
            throw new LedgerIntegrityException($"the receipt from the node is malformed: {error}");
        var verdict = ReceiptVerifier.Verify(receipt, _options.Genesis);
        return verdict.IsValid
            ? new VerifiedReceipt(receipt, verdict.Content)
            : throw new LedgerIntegrityException(
                $"the receipt from the node does not hold ({verdict.Fault}): {verdict.Detail}");
    }
}
