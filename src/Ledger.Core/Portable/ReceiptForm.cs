namespace Ledger.Core.Portable;

/// <summary>The forms in which a receipt is written.</summary>
public enum ReceiptForm
{
    /// <summary>Our JSON form (docs/spec/receipt.md).</summary>
    Json,

    /// <summary>Our binary form (docs/spec/receipt.md).</summary>
    Binary,

    /// <summary>COSE receipts of a quorum (docs/spec/cose-receipt.md).</summary>
    Cose,

    /// <summary>A C2SP tlog-proof (docs/spec/tlog-proof.md).</summary>
    TlogProof,

    /// <summary>A transparent statement of SCITT, which holds COSE receipts (docs/spec/scitt.md).</summary>
    Statement,
}
