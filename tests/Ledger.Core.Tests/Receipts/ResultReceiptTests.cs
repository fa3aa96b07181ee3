using Ledger.Core.Blocks;
using Ledger.Core.Contracts;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Core.Receipts;
using Ledger.Core.Transactions;
using Ledger.Testing.Builders;

namespace Ledger.Core.Tests.Receipts;

public sealed class ResultReceiptTests
{
    private static readonly Genesis Genesis = A.Genesis();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(65)]
    public void Every_result_of_a_block_can_be_proven(int count)
    {
        var results = Results(count);
        for (var i = 0; i < count; i++)
        {
            var verdict = ResultReceiptVerifier.Verify(Receipt(results, i).Encode(), Genesis);

            Assert.True(verdict.IsValid, verdict.Detail);
            Assert.Equal(results[i].ToArray(), verdict.Content.Result.Encode());
        }
    }

    [Fact]
    public void What_is_proven_says_how_the_contract_ended()
    {
        var verdict = ResultReceiptVerifier.Verify(Receipt(Results(3), 1), Genesis);

        Assert.Equal("SOLD_OUT", verdict.Content!.Outcome!.Code);
        Assert.Contains("took no effect: SOLD_OUT nothing is left, in block 1", verdict.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void P24_a_broken_receipt_of_a_result_is_refused_with_its_own_fault()
    {
        var results = Results(3);
        var good = Receipt(results, 1);
        var other = A.Header(Genesis) with { ResultRoot = Hash256.Zero };

        Assert.Equal(ReceiptFault.None, FaultOf(good));
        Assert.Equal(ReceiptFault.InclusionInvalid, FaultOf(good with { ResultBytes = results[0] }));
        Assert.Equal(ReceiptFault.InclusionInvalid, FaultOf(good with { Position = 2 }));
        Assert.Equal(ReceiptFault.InclusionInvalid, FaultOf(good with { Path = [.. good.Path.Skip(1)] }));
        Assert.Equal(ReceiptFault.InclusionInvalid, FaultOf(good with { Path = [.. good.Path, Hash256.Zero] }));
        Assert.Equal(ReceiptFault.LeafMalformed, FaultOf(good with { ResultBytes = new byte[] { 1, 2, 3 } }));
        Assert.Equal(ReceiptFault.HeaderMalformed, FaultOf(good with { HeaderBytes = new byte[] { 1 } }));
        Assert.Equal(ReceiptFault.CertificateOtherHeader, FaultOf(good with { HeaderBytes = other.Encode() }));
        Assert.Equal(
            ReceiptFault.CertificateBelowQuorum,
            FaultOf(good with
            {
                CertificateBytes = A.Certificate(good.HeaderBytes.Span, Genesis.Validators, signers: 2).Encode(),
            }));
        Assert.Equal(
            ReceiptFault.WrongChannel, ResultReceiptVerifier.Verify(good, A.Genesis(channel: "other")).Fault);
        Assert.Equal(ReceiptFault.Malformed, ResultReceiptVerifier.Verify([.. good.Encode(), 0], Genesis).Fault);
    }

    [Fact]
    public void P24_no_bit_of_a_receipt_of_a_result_goes_unchecked()
    {
        var good = Receipt(Results(5), 3);
        var encoded = good.Encode();
        for (var bit = 0; bit < encoded.Length * 8; bit++)
        {
            var changed = encoded.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            // The number of results says how the path is to be read, and is no claim: trees of several sizes share a path.
            if (ResultReceipt.TryDecode(changed, out var read, out _) && (read with { Count = good.Count }).Equals(good))
                continue;

            Assert.False(ResultReceiptVerifier.Verify(changed, Genesis).IsValid, $"bit {bit}");
        }
    }

    [Fact]
    public void The_text_form_says_the_same()
    {
        var receipt = Receipt(Results(3), 2);
        var text = ResultReceiptJson.Write(receipt);

        Assert.True(ResultReceiptJson.TryReadFile(text, out var read, out var error), error);
        Assert.Equal(receipt, read);
        Assert.True(ResultReceiptJson.IsOne(text));
        Assert.True(ResultReceiptJson.TryReadFile(receipt.Encode(), out read, out error), error);
        Assert.Equal(receipt, read);
        Assert.False(ResultReceiptJson.TryParse("{}"u8, out _, out _));
    }

    [Fact]
    public void A_result_that_contradicts_its_outcome_is_none()
    {
        var outcome = new ContractOutcome { Status = ContractStatus.Returned, Value = "1"u8.ToArray() }.Encode();
        var good = new TransactionResult(Hash256.Zero, Refusal.None, default, 0, outcome);

        Assert.True(TransactionResult.TryDecode(good.Encode(), out _, out _));
        Assert.False(TransactionResult.TryDecode((good with { Refusal = Refusal.ContractFailed }).Encode(), out _, out _));
        Assert.False(TransactionResult.TryDecode((good with { Refusal = Refusal.Expired }).Encode(), out _, out _));
        Assert.False(TransactionResult.TryDecode((good with { LeafCount = 1 }).Encode(), out _, out _));
        var without = good with { Refusal = Refusal.ContractFailed, ContractOutcome = default };
        Assert.False(TransactionResult.TryDecode(without.Encode(), out _, out _));
    }

    private static ReceiptFault FaultOf(ResultReceipt receipt) => ResultReceiptVerifier.Verify(receipt, Genesis).Fault;

    private static List<ReadOnlyMemory<byte>> Results(int count)
    {
        var outcome = new ContractOutcome
        {
            Status = ContractStatus.Failed, Code = "SOLD_OUT", Message = "nothing is left", GasUsed = 12,
        };
        return
        [
            .. Enumerable.Range(0, count).Select(i => (ReadOnlyMemory<byte>)new TransactionResult(
                Sha256.Instance.Hash([(byte)i]), Refusal.ContractFailed, default, 0, outcome.Encode()).Encode()),
        ];
    }

    private static ResultReceipt Receipt(List<ReadOnlyMemory<byte>> results, int position)
    {
        var hash = Genesis.Suite.Hash;
        var header = (A.Header(Genesis) with { ResultRoot = BlockRoots.ResultRoot(hash, results) }).Encode();
        return new ResultReceipt
        {
            ResultBytes = results[position],
            Position = (uint)position,
            Count = (uint)results.Count,
            Path = BlockRoots.ResultPath(hash, results, position),
            HeaderBytes = header,
            CertificateBytes = A.Certificate(header, Genesis.Validators).Encode(),
        };
    }
}
