using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Blocks;
using Ledger.Core.Contracts;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Core.Merkle;
using Ledger.Core.Transactions;

namespace Ledger.Core.Receipts;

/// <summary>
/// Verifies result receipts against a genesis document: offline, with no trust in whoever handed them over. Takes the
/// steps of docs/spec/receipt.md section 5 in their order; the first that fails makes the verdict.
/// </summary>
/// <remarks>Stateless and safe for concurrent use. Never throws for hostile input.</remarks>
public static class ResultReceiptVerifier
{
    /// <summary>Verifies a receipt in its binary form.</summary>
    public static ResultReceiptVerdict Verify(ReadOnlySpan<byte> encoded, Genesis genesis) =>
        ResultReceipt.TryDecode(encoded, out var receipt, out var error)
            ? Verify(receipt, genesis)
            : Refuse(ReceiptFault.Malformed, null, $"the receipt is not canonical: {error}");

    /// <summary>Verifies a receipt.</summary>
    public static ResultReceiptVerdict Verify(ResultReceipt receipt, Genesis genesis)
    {
        if (!TransactionResult.TryDecode(receipt.ResultBytes.Span, out var result, out var error))
            return Refuse(ReceiptFault.LeafMalformed, null, $"the result is not canonical: {error}");
        var proof = new HeaderProof(receipt.HeaderBytes, receipt.CertificateBytes, receipt.EpochChanges);
        if (ReceiptVerifier.FindProofFault(proof, genesis, [], out var block) is { } fault)
            return Refuse(fault.Fault, fault.EpochChange, fault.Detail);
        var header = block!.Header;
        if (!IsIncluded(receipt, header, genesis.Suite.Hash))
        {
            return Refuse(
                ReceiptFault.InclusionInvalid, null,
                $"the path does not lead from the result at place {receipt.Position} to the result root of block "
                + $"{header.Height}");
        }

        var content = new ResultContent(result.Value, result.Value.Outcome, header, block.Hash);
        return new ResultReceiptVerdict(ReceiptFault.None, null, Describe(content, genesis), content);
    }

    /// <summary>Whether a result is one of a block's.</summary>
    public static bool IsIncluded(
        ReadOnlySpan<byte> result, uint position, uint count, Hash256[] path, BlockHeader header, HashFunction hash) =>
        LogProofs.VerifyInclusion(
            hash, LogTree.LeafHash(hash, result), position, count, path, header.ResultRoot) == LogProofVerdict.Valid;

    private static bool IsIncluded(ResultReceipt receipt, BlockHeader header, HashFunction hash) =>
        IsIncluded(receipt.ResultBytes.Span, receipt.Position, receipt.Count, [.. receipt.Path], header, hash);

    private static string Describe(ResultContent content, Genesis genesis)
    {
        var (result, outcome, header, _) = content;
        var what = (result.Succeeded, outcome) switch
        {
            (true, _) => "took effect",
            (_, { } failed) => $"took no effect: {failed.Code} {failed.Message}".TrimEnd(),
            _ => $"took no effect: {result.Refusal.WireName()}",
        };
        return $"{result.TransactionId} {what}, in block {header.Height} at {header.Time} of channel "
            + $"'{genesis.ChannelName}' of {genesis.Consortium}";
    }

    private static ResultReceiptVerdict Refuse(ReceiptFault fault, int? change, string detail) =>
        new(fault, change, detail, null);
}

/// <summary>What the verification of a result receipt found.</summary>
/// <param name="Fault">Why it does not hold, or <see cref="ReceiptFault.None"/>.</param>
/// <param name="EpochChange">Which epoch change is at fault, from 0; null when it is the receipt itself.</param>
/// <param name="Detail">A sentence for people: what is wrong, or what is proven.</param>
/// <param name="Content">What the receipt proves; null unless it holds.</param>
public sealed record ResultReceiptVerdict(ReceiptFault Fault, int? EpochChange, string Detail, ResultContent? Content)
{
    /// <summary>Whether the receipt holds.</summary>
    [MemberNotNullWhen(true, nameof(Content))]
    public bool IsValid => Fault == ReceiptFault.None && Content is not null;
}

/// <summary>What a result receipt says, decoded. Proven only as part of a valid <see cref="ResultReceiptVerdict"/>.</summary>
/// <param name="Result">The result.</param>
/// <param name="Outcome">What the contract did; null when the result is not of a contract.</param>
/// <param name="Header">The certified header of the result's block.</param>
/// <param name="HeaderHash">That header's hash.</param>
public sealed record ResultContent(
    TransactionResult Result, ContractOutcome? Outcome, BlockHeader Header, Hash256 HeaderHash);
