using Google.Protobuf;
using Ledger.Core.Api.V1;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Grpc;
using Ledger.Core.Portable;
using Ledger.Core.Receipts;
using Ledger.Core.Transactions;
using Ledger.Node.Api;
using Ledger.Node.Api.Grpc;
using Ledger.Node.Execution;
using Ledger.Node.Tests.Support;
using Ledger.Testing.Builders;
using Microsoft.AspNetCore.Http;
using Form = Ledger.Core.Api.V1.AttestRequest.Types.Form;

namespace Ledger.Node.Tests.Api;

public sealed class AttestationApiTests : IDisposable
{
    private readonly TestLedger _ledger = new();
    private readonly ISigner _signer = A.ValidatorSigner("org-a");
    private readonly AttestationApi _api;

    public AttestationApiTests() => _api = new AttestationApi(_ledger.Store, _ledger.Chain, _signer);

    public void Dispose() => _ledger.Dispose();

    [Theory]
    [InlineData(Form.Cose, AttestationForm.Cose)]
    [InlineData(Form.Note, AttestationForm.Note)]
    public async Task A_certified_header_is_signed_in_the_form_that_is_asked_for(Form asked, AttestationForm form)
    {
        var block = _ledger.Add(Transaction("a"));

        var answer = (await AttestAsync(1, asked)).Value!;

        var attestation = new HeaderAttestation(
            new KeyId(new Hash256(answer.KeyId.Span)), answer.Signature.ToByteArray());
        Assert.Equal(block.HeaderBytes.ToArray(), answer.Header.ToByteArray());
        Assert.True(AttestedReceiptVerifier.Holds(
            form, block.Commit.Block.Header, block.HeaderBytes, attestation, _signer.PublicKey));
        var other = form == AttestationForm.Cose ? AttestationForm.Note : AttestationForm.Cose;
        Assert.False(AttestedReceiptVerifier.Holds(
            other, block.Commit.Block.Header, block.HeaderBytes, attestation, _signer.PublicKey));
    }

    [Fact]
    public async Task What_is_executed_and_not_certified_is_never_signed()
    {
        _ledger.Add(Transaction("a"));
        _ledger.Execute(Transaction("b"));

        Assert.Equal("BEHIND", (await AttestAsync(2, Form.Cose)).Status.Reason);
        Assert.Equal("BEHIND", (await AttestAsync(ulong.MaxValue, Form.Cose)).Status.Reason);
        Assert.Equal(0, _api.Signed);
    }

    [Fact]
    public async Task One_signature_is_made_for_each_header_and_form_however_often_it_is_asked_for()
    {
        _ledger.Add(Transaction("a"));
        _ledger.Add(Transaction("b"));

        var answers = new List<ByteString>();
        for (var i = 0; i < 10; i++)
        {
            answers.Add((await AttestAsync(1, Form.Cose)).Value!.Signature);
            await AttestAsync(1, Form.Note);
            await AttestAsync(2, Form.Cose);
        }

        Assert.Equal(3, _api.Signed);
        Assert.Single(answers.Distinct());
    }

    [Fact]
    public async Task A_node_that_was_no_validator_says_so_and_signs_nothing()
    {
        _ledger.Add(Transaction("a"));
        var stranger = new AttestationApi(_ledger.Store, _ledger.Chain, A.ValidatorSigner("org-z"));
        var audit = new AttestationApi(_ledger.Store, _ledger.Chain, null);

        foreach (var api in new[] { stranger, audit })
        {
            var refused = await api.Attest(new AttestRequest { Height = 1, Form = Form.Cose }, Call());
            Assert.Equal((GrpcStatusCode.FailedPrecondition, "NOT_VALIDATOR"), (refused.Status.Code, refused.Status.Reason));
            Assert.Equal(0, api.Signed);
        }
    }

    [Fact]
    public async Task A_request_without_a_form_or_for_genesis_is_refused()
    {
        _ledger.Add(Transaction("a"));

        Assert.Equal("INVALID_ARGUMENT", (await AttestAsync(1, Form.Unspecified)).Status.Reason);
        Assert.Equal("INVALID_ARGUMENT", (await AttestAsync(1, (Form)9)).Status.Reason);
        Assert.Equal("INVALID_ARGUMENT", (await AttestAsync(0, Form.Cose)).Status.Reason);
    }

    [Fact]
    public async Task A_receipt_under_the_newest_header_is_given_when_asked_for()
    {
        _ledger.Add(Transaction("a"));
        _ledger.Add(Transaction("b"));
        var evidence = new EvidenceApi(
            _ledger.Store, _ledger.Chain, new EpochEnds(_ledger.Store));

        var own = await evidence.GetReceipt(new GetReceiptRequest { LogIndex = 0 }, Call());
        var newest = await evidence.GetReceipt(new GetReceiptRequest { LogIndex = 0, Newest = true }, Call());

        Assert.Equal(1UL, HeightOf(own.Value!));
        Assert.Equal(2UL, HeightOf(newest.Value!));
    }

    private static ulong HeightOf(GetReceiptResponse answer)
    {
        Assert.True(Receipt.TryDecode(answer.Receipt.Span, out var receipt, out _));
        Assert.True(BlockHeader.TryDecode(receipt.HeaderBytes.Span, out var header, out _));
        return header.Height.Value;
    }

    private async Task<RpcResult<AttestResponse>> AttestAsync(ulong height, Form form) =>
        await _api.Attest(new AttestRequest { Height = height, Form = form }, Call());

    private static GrpcCall Call() => new(new DefaultHttpContext(), null, TimeProvider.System);

    private SignedTransaction Transaction(string subject) =>
        Make.Transaction(_ledger.Genesis, subject, "org-a");
}
