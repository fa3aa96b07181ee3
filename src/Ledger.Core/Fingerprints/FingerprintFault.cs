namespace Ledger.Core.Fingerprints;

/// <summary>Why data could not be fingerprinted or disclosed.</summary>
public enum FingerprintFault
{
    /// <summary>Nothing is wrong.</summary>
    None = 0,

    /// <summary>A record is larger than allowed.</summary>
    RecordTooLarge,

    /// <summary>A CSV field that is not quoted contains a quote.</summary>
    QuoteInField,

    /// <summary>Something other than a delimiter or a line end follows the closing quote of a CSV field.</summary>
    TextAfterQuote,

    /// <summary>The data ends inside a quoted CSV field.</summary>
    UnterminatedQuote,

    /// <summary>CSV data has no header row.</summary>
    MissingHeader,

    /// <summary>The data or the secret is not the one that was fingerprinted (disclosure only).</summary>
    DataDiffers,

    /// <summary>The records asked for exceed what one disclosure may hold (disclosure only).</summary>
    DisclosureTooLarge,
}
