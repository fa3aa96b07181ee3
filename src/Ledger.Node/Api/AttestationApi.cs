using Ledger.Core.Api.V1;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Grpc;
using Ledger.Core.Portable;
using Ledger.Core.Receipts;
using Ledger.Node.Api.Grpc;
using Ledger.Node.Execution;
using Ledger.Storage;
using static Ledger.Node.Api.Statuses;

namespace Ledger.Node.Api;

/// <summary>
/// A validator's signatures over certified headers in the forms of other standards (docs/adr/0026). It signs nothing that
/// a quorum has not certified, and only for epochs in which its key was a validator's, so it can contradict nobody.
/// </summary>
/// <remarks>
/// Safe for concurrent use. One signature for each header and form: those made lately are kept, and signing is
/// deterministic.
/// </remarks>
internal sealed class AttestationApi(LedgerStore store, ChainView chain, ISigner? signer)
{
    /// <summary>Most signatures that are kept.</summary>
    public const int MaxKept = 4096;

    private readonly Lock _gate = new();

    // Bound: MaxKept; then it begins anew.
    private readonly Dictionary<(BlockHeight Height, AttestationForm Form), byte[]> _kept = [];

    private long _signed;

    /// <summary>How many signatures were made.</summary>
    public long Signed => Volatile.Read(ref _signed);

    public ValueTask<RpcResult<AttestResponse>> Attest(AttestRequest request, ApiCall call)
    {
        if (request.Form is not (AttestRequest.Types.Form.Cose or AttestRequest.Types.Form.Note))
            return new(Statuses.InvalidArgument("say which form: COSE or NOTE"));
        var form = request.Form == AttestRequest.Types.Form.Cose ? AttestationForm.Cose : AttestationForm.Note;
        if (request.Height == 0) return new(Statuses.InvalidArgument("height is 1 or more: nobody signs genesis"));
        var height = new BlockHeight(request.Height);
        var certified = chain.Certified.Header.Height;
        if (height > certified) return new(Statuses.Behind(height, certified));
        if (store.Live.Blocks.IsBeforeHistory(height)) return new(Statuses.BeforeHistory(store.Base!.Value));
        if (store.Live.Blocks.Certificate(height) is null) return new(NoCertificate);
        var stored = store.Live.Blocks.Header(height)!;
        if (signer is not IDigestSigner digests
            || store.Live.Blocks.Validators(stored.Header.Epoch)?.IndexOf(signer.PublicKey.Id) is null)
        {
            return new(new RpcStatus(
                GrpcStatusCode.FailedPrecondition,
                $"this node was no validator in epoch {stored.Header.Epoch} of block {height}; ask one that was, or ask "
                + "for a receipt under the newest block",
                "NOT_VALIDATOR"));
        }

        var key = signer.PublicKey.Id;
        return new(new AttestResponse
        {
            Header = ApiBytes.Of(stored.Bytes),
            KeyId = ApiBytes.Of(key.Value),
            Signature = ApiBytes.Of(SignatureOf(stored.Header, stored.Bytes, form, key, digests)),
        });
    }

    /// <summary>
    /// A receipt as this validator's own COSE receipt: one of the quorum that a caller collects.
    /// </summary>
    public async ValueTask<RpcResult<byte[]>> CoseReceiptOf(ReadOnlyMemory<byte> encoded, ApiCall call)
    {
        if (!Receipt.TryDecode(encoded.Span, out var receipt, out var error)
            || !BlockHeader.TryDecode(receipt.HeaderBytes.Span, out var header, out error))
        {
            return Statuses.InvalidArgument($"that is no receipt: {error}");
        }

        var request = new AttestRequest { Height = header.Height.Value, Form = AttestRequest.Types.Form.Cose };
        var answer = await Attest(request, call).ConfigureAwait(false);
        if (answer.Value is not { } attested) return answer.Status;
        var attestation = new HeaderAttestation(
            new KeyId(new Hash256(attested.KeyId.Span)), attested.Signature.Memory);
        return CoseReceipts.EncodeFirst(AttestedReceipt.Of(receipt, AttestationForm.Cose, [attestation]));
    }

    private byte[] SignatureOf(
        BlockHeader header, ReadOnlyMemory<byte> bytes, AttestationForm form, KeyId key, IDigestSigner digests)
    {
        lock (_gate)
        {
            if (_kept.TryGetValue((header.Height, form), out var kept)) return kept;
            if (_kept.Count == MaxKept) _kept.Clear();
            var signature = digests.SignDigest(AttestationDigest.Of(form, key, header, bytes).AsSpan());
            _signed++;
            _kept.Add((header.Height, form), signature);
            return signature;
        }
    }
}
