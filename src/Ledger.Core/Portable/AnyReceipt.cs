using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Membership;
using Ledger.Core.Receipts;

namespace Ledger.Core.Portable;

/// <summary>A receipt of evidence read from a file of any form. Immutable; claims nothing before it is verified.</summary>
/// <remarks>
/// The first byte that is not white space tells the forms apart: a brace, 08 (the binary form), the head of a CBOR
/// array, the tag of a COSE_Sign1, the letter c.
/// </remarks>
public sealed class AnyReceipt
{
    private AnyReceipt(ReceiptForm form) => Form = form;

    /// <summary>The form of the file.</summary>
    public ReceiptForm Form { get; }

    /// <summary>The receipt with a quorum certificate, of the JSON and the binary form; otherwise null.</summary>
    public Receipt? Certified { get; private init; }

    /// <summary>The receipt with attestations of a quorum, of the other forms; otherwise null.</summary>
    public AttestedReceipt? Attested { get; private init; }

    /// <summary>The statement that the receipt is of, when the file is a transparent statement; otherwise null.</summary>
    public ScittStatement? Statement { get; private init; }

    /// <summary>A receipt that was read already.</summary>
    public static AnyReceipt Of(Receipt receipt) => new(ReceiptForm.Json) { Certified = receipt };

    /// <summary>Reads a file: its layout, not whether it holds. The error is a sentence.</summary>
    public static bool TryRead(
        ReadOnlyMemory<byte> file, [NotNullWhen(true)] out AnyReceipt? receipt, [NotNullWhen(false)] out string? error)
    {
        receipt = null;
        var bytes = file.Span;
        if (CoseReceipts.IsOne(bytes))
        {
            if (CoseReceipts.TryDecode(file, out var cose, out error))
                receipt = new AnyReceipt(ReceiptForm.Cose) { Attested = cose };
        }
        else if (ScittStatement.IsOne(bytes))
        {
            if (ScittStatement.TryDecode(file, out var statement, out error))
            {
                receipt = statement.Receipts is null
                    ? null
                    : new AnyReceipt(ReceiptForm.Statement) { Attested = statement.Receipts, Statement = statement };
                if (receipt is null) error = "the signed statement carries no receipts: it is not transparent yet";
            }
        }
        else if (TlogProof.IsOne(bytes))
        {
            if (TlogProof.TryParse(bytes, out var proof, out error))
                receipt = new AnyReceipt(ReceiptForm.TlogProof) { Attested = proof };
        }
        else if (ReceiptFile.TryRead(bytes, out var certified, out error))
        {
            var json = bytes.TrimStart(" \t\r\n"u8).StartsWith("{"u8);
            receipt = new AnyReceipt(json ? ReceiptForm.Json : ReceiptForm.Binary) { Certified = certified };
        }

        return receipt is not null;
    }

    /// <summary>Verifies the receipt, and the statement that it is of if there is one.</summary>
    public ReceiptVerdict Verify(Genesis genesis) => this switch
    {
        { Certified: { } certified } => ReceiptVerifier.Verify(certified, genesis),
        { Statement: { } statement } => statement.Verify(genesis),
        _ => AttestedReceiptVerifier.Verify(Attested!, genesis),
    };
}
