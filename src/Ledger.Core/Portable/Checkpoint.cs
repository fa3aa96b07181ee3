using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;

namespace Ledger.Core.Portable;

/// <summary>
/// The log under a certified header as a C2SP checkpoint: a signed note with the log's name, size and root, cosigned by
/// validators. Claims nothing. Immutable.
/// </summary>
/// <remarks>docs/spec/tlog-proof.md, which says where this goes beyond the C2SP documents.</remarks>
public sealed record Checkpoint
{
    /// <summary>Longest text in bytes.</summary>
    public const int MaxBytes = 256 << 10;

    /// <summary>Most signature lines, strangers' included.</summary>
    public const int MaxSignatures = 2 * ValidatorSet.MaxValidators;

    internal const string HeaderLine = "block-header ";
    private const string Dash = "\u2014 ";
    private const int KeyIdBytes = 4;
    private const int BlobBytes = KeyIdBytes + sizeof(ulong) + CryptoSuite.SignatureSize;
    private const ulong MillisecondsPerSecond = 1000;

    // The byte that signed-note leaves to signature types without a number, and the name of ours.
    private static readonly byte[] SignatureType = [0xff, .. "ledger/secp256k1-cosignature/1"u8];

    /// <summary>The encoded header.</summary>
    public required ReadOnlyMemory<byte> HeaderBytes { get; init; }

    /// <summary>One for each validator that signed, no key twice.</summary>
    public required IReadOnlyList<HeaderAttestation> Attestations { get; init; }

    /// <summary>The log's name: the first line.</summary>
    public static string Origin(ChannelId channel) => $"ledger/{channel}";

    /// <summary>The name of a validator's key.</summary>
    public static string KeyName(ChannelId channel, KeyId key) => $"{Origin(channel)}/validators/{key}";

    /// <summary>The note's text, with the newline at its end.</summary>
    public static string Text(BlockHeader header, ReadOnlySpan<byte> headerBytes) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Origin(header.Channel)}\n{header.LogSize}\n{Convert.ToBase64String(header.LogRoot.AsSpan())}\n"
        + $"{HeaderLine}{Convert.ToBase64String(headerBytes)}\n");

    /// <summary>What a validator signs: the time of the block, then the text.</summary>
    public static string CosignedText(BlockHeader header, ReadOnlySpan<byte> headerBytes) => string.Create(
        CultureInfo.InvariantCulture, $"cosignature/v1\ntime {Seconds(header)}\n{Text(header, headerBytes)}");

    /// <summary>Writes the signed note.</summary>
    /// <exception cref="ArgumentException">The header is not canonical.</exception>
    public string Write()
    {
        if (!BlockHeader.TryDecode(HeaderBytes.Span, out var header, out var error))
            throw new ArgumentException($"the header is not canonical: {error}");
        var text = new StringBuilder(Text(header, HeaderBytes.Span)).Append('\n');
        foreach (var attestation in Attestations)
        {
            text.Append(Dash).Append(KeyName(header.Channel, attestation.Key)).Append(' ')
                .Append(Convert.ToBase64String(Blob(header, attestation))).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>
    /// Reads a signed note: its layout, not whether it holds. Lines of keys that are not a validator's of this log are
    /// passed over, as the note format demands. The error is a sentence.
    /// </summary>
    public static bool TryParse(
        ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out Checkpoint? checkpoint, [NotNullWhen(false)] out string? error)
    {
        checkpoint = null;
        if (!NoteLines.TrySplit(utf8, MaxBytes, out var lines, out error)) return false;
        checkpoint = Read(lines, out error);
        return checkpoint is not null;
    }

    internal static Checkpoint? Read(ReadOnlySpan<string> lines, out string? error)
    {
        error = "the checkpoint has not the lines origin, size, root, block-header and an empty one";
        if (lines.Length < 5 || lines[4].Length != 0 || !lines[3].StartsWith(HeaderLine, StringComparison.Ordinal))
            return null;
        error = "the line block-header does not hold a canonical header in base64";
        if (!NoteLines.TryBase64(lines[3].AsSpan(HeaderLine.Length), BlockHeader.MaxBytes, out var headerBytes)
            || !BlockHeader.TryDecode(headerBytes, out var header, out _))
        {
            return null;
        }

        error = "the checkpoint's origin, size or root is not that of its block header";
        if (string.Join('\n', lines[..4]) + "\n" != Text(header, headerBytes)) return null;
        var attestations = ReadSignatures(header, lines[5..], out error);
        return attestations is null ? null : new Checkpoint { HeaderBytes = headerBytes, Attestations = attestations };
    }

    private static List<HeaderAttestation>? ReadSignatures(
        BlockHeader header, ReadOnlySpan<string> lines, out string? error)
    {
        error = $"the checkpoint has more than {MaxSignatures} signatures";
        if (lines.Length > MaxSignatures) return null;
        var prefix = $"{Dash}{Origin(header.Channel)}/validators/";
        var attestations = new List<HeaderAttestation>();
        var keys = new HashSet<KeyId>();
        foreach (var line in lines)
        {
            error = "a line below the empty one is not a signature";
            if (!line.StartsWith(Dash, StringComparison.Ordinal)) return null;
            if (!line.StartsWith(prefix, StringComparison.Ordinal)) continue;
            error = "a validator's signature line is not well-formed";
            var parts = line[prefix.Length..].Split(' ');
            if (parts.Length != 2 || !Hash256.TryParse(parts[0], out var hash) || hash.ToString() != parts[0]
                || !NoteLines.TryBase64(parts[1], BlobBytes, out var blob) || blob.Length != BlobBytes)
            {
                return null;
            }

            var attestation = new HeaderAttestation(
                new KeyId(hash), blob.AsMemory(BlobBytes - CryptoSuite.SignatureSize));
            error = "a validator's signature line has another key id or time than it must";
            if (!Blob(header, attestation).AsSpan().SequenceEqual(blob)) return null;
            error = "a validator's signature is there twice";
            if (!keys.Add(attestation.Key)) return null;
            attestations.Add(attestation);
        }

        error = attestations.Count == 0 ? "the checkpoint has no signature of a validator" : null;
        return error is null ? attestations : null;
    }

    private static ulong Seconds(BlockHeader header) => header.Time.UnixMilliseconds / MillisecondsPerSecond;

    // Key id of the note format, time, signature.
    private static byte[] Blob(BlockHeader header, HeaderAttestation attestation)
    {
        var blob = new byte[BlobBytes];
        byte[] named =
        [
            .. System.Text.Encoding.ASCII.GetBytes(KeyName(header.Channel, attestation.Key)), (byte)'\n',
            .. SignatureType, .. attestation.Key.Value.AsSpan(),
        ];
        Sha256.Instance.Hash(named).AsSpan()[..KeyIdBytes].CopyTo(blob);
        BinaryPrimitives.WriteUInt64BigEndian(blob.AsSpan(KeyIdBytes), Seconds(header));
        attestation.Signature.Span.CopyTo(blob.AsSpan(BlobBytes - CryptoSuite.SignatureSize));
        return blob;
    }
}
