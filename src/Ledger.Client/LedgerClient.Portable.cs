using Ledger.Client.Portable;
using Ledger.Client.Transport;
using Ledger.Core.Api.V1;
using Ledger.Core.Blocks;
using Ledger.Core.Evidence;
using Ledger.Core.Membership;
using Ledger.Core.Portable;
using Ledger.Core.Receipts;

namespace Ledger.Client;

public sealed partial class LedgerClient
{
    /// <summary>
    /// Fetches the receipt of a record in a form that programs without knowledge of this ledger can check: a quorum of the
    /// validators sign its header as that form prescribes. Verified.
    /// </summary>
    /// <param name="id">The record.</param>
    /// <param name="form">The form.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <remarks>The client must know the addresses of a quorum of the validators.</remarks>
    /// <exception cref="LedgerUnavailableException">Fewer than a quorum of validators answered.</exception>
    /// <exception cref="LedgerRefusedException">The record is not on the chain, or not certified yet.</exception>
    /// <exception cref="LedgerIntegrityException">The receipt does not hold, or is of another record.</exception>
    public async Task<AttestedReceipt> GetAttestedReceiptAsync(
        EvidenceId id, AttestationForm form, CancellationToken cancellation = default) =>
        await AttestAsync((await GetReceiptAsync(id, cancellation: cancellation)).Receipt, form, cancellation);

    /// <summary>Fetches the receipt of the record at a place of the log in another form.</summary>
    /// <inheritdoc cref="GetAttestedReceiptAsync(EvidenceId, AttestationForm, CancellationToken)"
    /// path="/*[not(self::summary)]"/>
    public async Task<AttestedReceipt> GetAttestedReceiptAsync(
        LogIndex index, AttestationForm form, CancellationToken cancellation = default) =>
        await AttestAsync((await GetReceiptAsync(index, cancellation)).Receipt, form, cancellation);

    /// <summary>
    /// Turns a receipt into another form: asks validators to sign its header, and where too few of those that were
    /// validators then are left, for the record's receipt under the newest header.
    /// </summary>
    /// <inheritdoc cref="GetAttestedReceiptAsync(EvidenceId, AttestationForm, CancellationToken)" path="/exception"/>
    public async Task<AttestedReceipt> AttestAsync(
        Receipt receipt, AttestationForm form, CancellationToken cancellation = default)
    {
        var gathered = await GatherAsync(receipt, form, cancellation);
        if (gathered.Attested is null && gathered.OfEarlierValidators)
        {
            var newest = new GetReceiptRequest { LogIndex = receipt.Index.Value, Newest = true };
            var renewed = (await FetchReceiptAsync(newest, cancellation)).Receipt;
            if (!renewed.LeafBytes.Span.SequenceEqual(receipt.LeafBytes.Span))
                throw new LedgerIntegrityException("the node answered with the receipt of another record");
            gathered = await GatherAsync(renewed, form, cancellation);
        }

        if (gathered.Attested is not { } attested)
            throw new LedgerUnavailableException(gathered.Problem!, gathered.Last);
        var verdict = AttestedReceiptVerifier.Verify(attested, _options.Genesis);
        return verdict.IsValid
            ? attested
            : throw new LedgerIntegrityException($"the receipt does not hold ({verdict.Fault}): {verdict.Detail}");
    }

    private async Task<GatheredAttestations> GatherAsync(
        Receipt receipt, AttestationForm form, CancellationToken cancellation)
    {
        if (!BlockHeader.TryDecode(receipt.HeaderBytes.Span, out var header, out var error))
            throw new LedgerIntegrityException($"the receipt's header is malformed: {error}");
        if (!EpochHistory.TryFollow(receipt.EpochChanges, _options.Genesis, out var history, out var fault))
            throw new LedgerIntegrityException($"the receipt's epoch changes do not hold: {fault.Detail}");
        if (history.ValidatorsOf(header.Epoch) is not { } validators)
            throw new LedgerIntegrityException($"the receipt does not lead to the validators of epoch {header.Epoch}");
        var answers = await Task.WhenAll(
            _pool.Nodes.Select(node => AskAsync(node, receipt, header, form, validators, cancellation)));
        return GatheredAttestations.Of(receipt, form, header, validators, answers);
    }

    private async Task<AttestationAnswer> AskAsync(
        INodeApi node, Receipt receipt, BlockHeader header, AttestationForm form, ValidatorSet validators,
        CancellationToken cancellation)
    {
        var request = new AttestRequest
        {
            Height = header.Height.Value,
            Form = form == AttestationForm.Cose ? AttestRequest.Types.Form.Cose : AttestRequest.Types.Form.Note,
        };
        RpcException? last = null;
        for (var attempt = 0; attempt < _options.MaxAttempts; attempt++)
        {
            if (last is not null) await _pool.PauseAsync(attempt * _pool.Nodes.Count, last, cancellation);
            try
            {
                var answer = await node.AttestAsync(request, _options.CallTimeout, cancellation);
                return AttestationAnswer.Read(answer, receipt, header, form, validators);
            }
            catch (RpcException refused) when (!NodePool.IsWorthRetrying(refused) || refused.Reason == "BEFORE_HISTORY")
            {
                return new AttestationAnswer(null, $"{node.Name}: {refused.Message}", refused);
            }
            catch (RpcException refused)
            {
                last = refused;
            }
        }

        return new AttestationAnswer(null, $"{node.Name}: {last!.Message}", last);
    }
}
