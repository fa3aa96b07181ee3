using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Membership;
using Ledger.Core.Merkle;

namespace Ledger.Core.Receipts;

/// <summary>
/// Proof that the log under one certified header is a prefix of the log under a later one: nothing that was in it was
/// changed, left out or reordered since. Verified offline; holds exact bytes and claims nothing before
/// <see cref="Verify"/>. Immutable.
/// </summary>
/// <param name="Earlier">The earlier header.</param>
/// <param name="EarlierCertificate">The certificate over it.</param>
/// <param name="Later">The later header with its certificate, and the way to its validators from epoch 0 on.</param>
/// <param name="Path">The consistency path, as docs/spec/log-tree.md section 3 orders it.</param>
/// <remarks>docs/spec/receipt.md section 5. Stateless and safe for concurrent use.</remarks>
public sealed record LogConsistency(
    ReadOnlyMemory<byte> Earlier,
    ReadOnlyMemory<byte> EarlierCertificate,
    HeaderProof Later,
    IReadOnlyList<Hash256> Path)
{
    /// <summary>The value of the property <c>format</c>.</summary>
    public const string Format = "ledger-consistency/1";

    private const int MaxDepth = 8;
    private const int MaxPath = 2 * LogTree.MaxProofLength;

    /// <summary>
    /// Parses a document, strictly. The error is a sentence that begins with the path of the value at fault.
    /// </summary>
    public static bool TryParse(
        ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out LogConsistency? proof, [NotNullWhen(false)] out string? error)
    {
        proof = null;
        var errors = new StrictJsonErrors();
        using var document = StrictJsonObject.Parse(utf8, ReceiptJson.MaxBytes, MaxDepth, errors);
        if (document is not null) proof = Read(new StrictJsonObject(document.RootElement, "$", errors));
        error = errors.First;
        if (error is null && proof is not null) return true;
        proof = null;
        error ??= "there is no document";
        return false;
    }

    /// <summary>Writes the document, indented, in UTF-8 with a newline at the end.</summary>
    public byte[] WriteJson()
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            writer.WriteStartObject();
            writer.WriteString("format", Format);
            writer.WriteString("earlier_header", Convert.ToHexStringLower(Earlier.Span));
            writer.WriteString("earlier_certificate", Convert.ToHexStringLower(EarlierCertificate.Span));
            writer.WriteStartArray("path");
            foreach (var hash in Path) writer.WriteStringValue(hash.ToString());
            writer.WriteEndArray();
            writer.WriteString("header", Convert.ToHexStringLower(Later.HeaderBytes.Span));
            writer.WriteString("certificate", Convert.ToHexStringLower(Later.CertificateBytes.Span));
            EpochChangeJson.Write(writer, Later.EpochChanges);
            writer.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Verifies both headers from the genesis on, and then the path between their logs.</summary>
    public ConsistencyVerdict Verify(Genesis genesis)
    {
        var fault = ReceiptVerifier.FindProofFault(Later, genesis, [], out var later)
            ?? ReceiptVerifier.FindProofFault(
                new HeaderProof(Earlier, EarlierCertificate, ChangesBeforeEarlier()), genesis, [], out _);
        if (fault is not null) return ConsistencyVerdict.Of(fault);
        if (!BlockHeader.TryDecode(Earlier.Span, out var earlier, out _))
            return new ConsistencyVerdict(ReceiptFault.HeaderMalformed, null, "the earlier header is not canonical");
        var header = later!.Header;
        if (earlier.Height > header.Height)
        {
            return new ConsistencyVerdict(
                ReceiptFault.HeightNotIncreasing, null, $"block {earlier.Height} is not below block {header.Height}");
        }

        var verdict = LogProofs.VerifyConsistency(
            genesis.Suite.Hash, earlier.LogSize, header.LogSize, [.. Path], earlier.LogRoot, header.LogRoot);
        return verdict == LogProofVerdict.Valid
            ? new ConsistencyVerdict(
                ReceiptFault.None,
                null,
                $"the log of block {earlier.Height}, {earlier.LogSize} leaves, is a prefix of that of block "
                + $"{header.Height}, {header.LogSize} leaves")
            : new ConsistencyVerdict(
                ReceiptFault.InclusionInvalid,
                null,
                $"the log of block {earlier.Height} is not shown to be a prefix of that of block {header.Height} "
                + $"({verdict})");
    }

    // Too few of them, when the earlier block is of a later epoch, is a fault that the verifier names.
    private List<EpochChange> ChangesBeforeEarlier() => BlockHeader.TryDecode(Earlier.Span, out var header, out _)
        ? [.. Later.EpochChanges.Take((int)Math.Min(header.Epoch.Value, Receipt.MaxEpochChanges))]
        : [];

    private static LogConsistency Read(StrictJsonObject root)
    {
        if (root.Text("format", 64) != Format) root.Fail("format", $"must be \"{Format}\"");
        var earlier = root.RequiredHex("earlier_header", BlockHeader.MaxBytes);
        var earlierCertificate = root.RequiredHex("earlier_certificate", QuorumCertificate.MaxBytes);
        var path = root.FixedHexes("path", MaxPath, Hash256.Size);
        var header = root.RequiredHex("header", BlockHeader.MaxBytes);
        var certificate = root.RequiredHex("certificate", QuorumCertificate.MaxBytes);
        var changes = EpochChangeJson.Read(root);
        root.End();
        return new LogConsistency(
            earlier, earlierCertificate, new HeaderProof(header, certificate, changes),
            [.. path.Select(h => new Hash256(h))]);
    }
}
