using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Ledger.Core.Blocks;
using Ledger.Core.Cbor;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Merkle;
using Ledger.Core.Receipts;

namespace Ledger.Core.Portable;

/// <summary>
/// A receipt as text: a C2SP tlog-proof, that is the leaf's index, its inclusion path and the cosigned
/// <see cref="Checkpoint"/>. The line <c>extra</c> carries the leaf and how earlier epochs ended.
/// </summary>
/// <remarks>Stateless and safe for concurrent use. docs/spec/tlog-proof.md.</remarks>
public static class TlogProof
{
    /// <summary>The first line.</summary>
    public const string Format = "c2sp.org/tlog-proof@v1";

    /// <summary>Longest text in bytes.</summary>
    public const int MaxBytes = Receipt.MaxBytes;

    private const string Extra = "extra ";
    private const string IndexLine = "index ";
    private const int FirstPathLine = 3;

    /// <summary>Whether a file says of itself that it is one.</summary>
    public static bool IsOne(ReadOnlySpan<byte> file) => file.StartsWith("c2sp.org/tlog-proof@"u8);

    /// <summary>Writes the proof.</summary>
    /// <exception cref="ArgumentException">The receipt is not for notes, or its header is not canonical.</exception>
    public static byte[] Write(AttestedReceipt receipt)
    {
        if (receipt.Form != AttestationForm.Note)
            throw new ArgumentException("the validators did not sign this receipt as a note", nameof(receipt));
        var extra = CborValue.Array(
            CborValue.Of(receipt.LeafBytes),
            CborValue.Array(receipt.EpochChanges.Select(c => CborValue.Of(c.Encode()))));
        var text = new StringBuilder(Format).Append('\n')
            .Append(Extra).Append(Convert.ToBase64String(extra.Encode())).Append('\n')
            .Append(IndexLine).Append(receipt.Index.Value.ToString(CultureInfo.InvariantCulture)).Append('\n');
        foreach (var hash in receipt.Path) text.Append(Convert.ToBase64String(hash.AsSpan())).Append('\n');
        text.Append('\n').Append(
            new Checkpoint { HeaderBytes = receipt.HeaderBytes, Attestations = receipt.Attestations }.Write());
        return System.Text.Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Reads a proof: its layout, not whether it holds. The error is a sentence.</summary>
    public static bool TryParse(
        ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out AttestedReceipt? receipt,
        [NotNullWhen(false)] out string? error)
    {
        receipt = null;
        if (!NoteLines.TrySplit(utf8, MaxBytes, out var lines, out error)) return false;
        receipt = Read(lines, out error);
        return receipt is not null;
    }

    private static AttestedReceipt? Read(string[] lines, out string? error)
    {
        error = $"the proof does not begin with the lines '{Format}', 'extra ...' and 'index N'";
        if (lines.Length < FirstPathLine || lines[0] != Format
            || !lines[1].StartsWith(Extra, StringComparison.Ordinal)
            || !lines[2].StartsWith(IndexLine, StringComparison.Ordinal))
        {
            return null;
        }

        var digits = lines[2][IndexLine.Length..];
        if (!ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            || index.ToString(CultureInfo.InvariantCulture) != digits || index >= LogTree.MaxSize)
        {
            return null;
        }

        error = "the line extra does not hold a leaf and epoch changes";
        if (!TryReadExtra(lines[1].AsSpan(Extra.Length), out var leaf, out var changes)) return null;
        error = "the path is not hashes in base64, one a line, with an empty line below";
        var path = new List<Hash256>();
        var next = FirstPathLine;
        for (; next < lines.Length && lines[next].Length > 0; next++)
        {
            if (path.Count == Receipt.MaxPath || !NoteLines.TryBase64(lines[next], Hash256.Size + 1, out var hash)
                || hash.Length != Hash256.Size)
            {
                return null;
            }

            path.Add(new Hash256(hash));
        }

        if (next == lines.Length) return null;
        var checkpoint = Checkpoint.Read(lines.AsSpan(next + 1), out error);
        return checkpoint is null ? null : new AttestedReceipt
        {
            Form = AttestationForm.Note,
            LeafBytes = leaf,
            Index = new LogIndex(index),
            Path = path,
            HeaderBytes = checkpoint.HeaderBytes,
            Attestations = checkpoint.Attestations,
            EpochChanges = changes,
        };
    }

    private static bool TryReadExtra(
        ReadOnlySpan<char> base64, out ReadOnlyMemory<byte> leaf, out List<EpochChange> changes)
    {
        (leaf, changes) = (default, []);
        if (!NoteLines.TryBase64(base64, MaxBytes, out var bytes)
            || !CborValue.TryDecode(bytes, CoseReceipts.Limits, out var value, out _)
            || value.Kind != CborKind.Array || value.Items.Count != 2
            || value.Items[0].Bytes.Length is 0 or > EvidenceLimits.LeafBytes
            || value.Items[1].Kind != CborKind.Array || value.Items[1].Items.Count > Receipt.MaxEpochChanges)
        {
            return false;
        }

        leaf = value.Items[0].Bytes;
        foreach (var item in value.Items[1].Items)
        {
            if (!EpochChange.TryDecode(item.Bytes.Span, out var change, out _)) return false;
            changes.Add(change);
        }

        return true;
    }
}
