using Ledger.Client.Import.Mapping;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;

namespace Ledger.Client.Import;

/// <summary>
/// A mapping file: how each row of a source becomes one evidence record. docs/guide/developer/import.md describes the
/// file. Immutable and safe for concurrent use.
/// </summary>
public sealed class ImportMap
{
    private readonly RecordExpression _record;

    private readonly ReadOnlyMemory<byte> _source;

    internal ImportMap(RecordExpression record, ReadOnlyMemory<byte> source)
    {
        _record = record;
        _source = source;
    }

    /// <summary>The format that the mapping is written for; null when it does not say.</summary>
    public ImportFormat? Format { get; internal init; }

    /// <summary>What separates fields of comma-separated values.</summary>
    public char Delimiter { get; internal init; } = ',';

    /// <summary>
    /// Whether the row's digest is keyed, so that a row of few possible values cannot be guessed from it.
    /// </summary>
    public bool KeyedRowDigest { get; internal init; }

    /// <summary>Reads a mapping file.</summary>
    /// <exception cref="ImportException">It is not a mapping; the message names the member at fault.</exception>
    public static ImportMap Parse(ReadOnlyMemory<byte> json) => MapParser.Parse(json);

    /// <summary>The digest of the mapping file's bytes.</summary>
    public Hash256 DigestWith(HashFunction hash) => hash.Hash(_source.Span);

    /// <summary>Makes the record of a row. The first digest is that of the row itself.</summary>
    /// <param name="row">The row.</param>
    /// <param name="hash">The hash function of the channel's suite.</param>
    /// <param name="rowKey">The key of keyed row digests; needed exactly when <see cref="KeyedRowDigest"/> is
    /// set.</param>
    /// <exception cref="ImportException">The row does not fit the mapping, or breaks a bound of the format.</exception>
    public EvidenceRecord Map(ImportRow row, HashFunction hash, ReadOnlyMemory<byte> rowKey = default)
    {
        if (KeyedRowDigest == rowKey.IsEmpty)
        {
            throw new ArgumentException(
                KeyedRowDigest ? "the mapping asks for keyed row digests and there is no key"
                    : "there is a key, but the mapping does not ask for keyed row digests",
                nameof(rowKey));
        }

        var record = _record.Evaluate(row, RowDigest(row, hash, rowKey.Span));
        try
        {
            record.Encode();
        }
        catch (ArgumentException fault)
        {
            throw new ImportException(row.Line, null, fault.Message, fault);
        }

        return record;
    }

    private EvidenceDigest RowDigest(ImportRow row, HashFunction hash, ReadOnlySpan<byte> key) => KeyedRowDigest
        ? new EvidenceDigest("hmac-" + hash.Name, row.KeyedDigest(hash, key).ToArray(), ImportRow.MediaType)
        : new EvidenceDigest(hash.Name, row.Digest(hash).ToArray(), ImportRow.MediaType);
}
