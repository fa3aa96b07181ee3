namespace Ledger.Core.Evidence;

/// <summary>Bounds of an evidence record; part of the format. Lengths are in bytes of UTF-8.</summary>
public static class EvidenceLimits
{
    /// <summary>Records in one transaction.</summary>
    public const int RecordsPerTransaction = 1000;

    /// <summary>One encoded record.</summary>
    public const int RecordBytes = 16 << 10;

    /// <summary>One encoded leaf: a record and what execution adds to it.</summary>
    public const int LeafBytes = RecordBytes + 512 + (CoSigners * (CoSigner.MaxBytes + 4));

    /// <summary>Parties that co-sign a transaction's records, beside the one that sends them.</summary>
    public const int CoSigners = 15;

    /// <summary>Type name.</summary>
    public const int TypeBytes = 64;

    /// <summary>Subject, actor and other business identifiers.</summary>
    public const int IdentifierBytes = 256;

    /// <summary>Action and role names, attribute keys, digest algorithm names.</summary>
    public const int NameBytes = 64;

    /// <summary>Media type (RFC 6838).</summary>
    public const int MediaTypeBytes = 128;

    /// <summary>Digest value.</summary>
    public const int DigestBytes = 64;

    /// <summary>Digests in one record.</summary>
    public const int Digests = 16;

    /// <summary>Attributes in one record.</summary>
    public const int Attributes = 32;

    /// <summary>Text or binary value of an attribute.</summary>
    public const int AttributeValueBytes = 1024;

    /// <summary>Links in one record.</summary>
    public const int Links = 16;

    /// <summary>Decimal number as text.</summary>
    public const int DecimalBytes = 64;
}
