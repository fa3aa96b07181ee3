using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Evidence;
using Ledger.Core.Membership;
using Ledger.Core.Receipts;
using Ledger.Testing.Builders;

namespace Ledger.Core.Tests.Receipts;

/// <summary>
/// A chain over three epochs, receipts of it, and every way of breaking one. The names of the cases are those of
/// docs/spec/vectors/receipts.json.
/// </summary>
internal static class ReceiptForge
{
    public static Genesis Genesis { get; } = A.Genesis();

    public static TestChain Chain { get; } = MakeChain();

    /// <summary>A receipt in epoch 2, under two epoch changes.</summary>
    public static Receipt Good { get; } = Chain.Receipt(4);

    private static BlockHeader Header { get; } = Decode(Good.HeaderBytes);

    public sealed record Case(string Name, byte[] Encoded, ReceiptFault Fault, int? EpochChange = null);

    public static IReadOnlyList<Case> Valid { get; } =
    [
        new("in epoch 0, under its own block", Chain.Receipt(0, 1).Encode(), ReceiptFault.None),
        new("in epoch 0, under a later block", Chain.Receipt(0, 2).Encode(), ReceiptFault.None),
        new("under the block that ends epoch 0", Chain.Receipt(1, 3).Encode(), ReceiptFault.None),
        new("in epoch 1", Chain.Receipt(3, 4).Encode(), ReceiptFault.None),
        new("in epoch 2", Good.Encode(), ReceiptFault.None),
        new("signed by all validators", WithCertificate(Signed(0, 1, 2, 3)), ReceiptFault.None),
        new("signed by another quorum", WithCertificate(Signed(1, 2, 3)), ReceiptFault.None),
        new("of a record that three parties signed", CoSigned("org-c", "org-d").Encode(), ReceiptFault.None),
    ];

    public static IReadOnlyList<Case> Broken { get; } =
    [
        .. BrokenReceipts(), .. BrokenParts(), .. BrokenEpochs(), .. BrokenCertificates(),
    ];

    private static TestChain MakeChain()
    {
        var chain = new TestChain(Genesis);
        chain.Add(A.Record(), A.Record("vehicle-7"), A.Record());
        chain.Add();
        chain.EndEpoch(A.ValidatorSet(1, "org-a", "org-b", "org-c", "org-e"));
        chain.Add(A.Record("authorisation-3"));
        chain.EndEpoch(A.ValidatorSet(2, "org-e", "org-f", "org-a", "org-g"));
        chain.Add(A.Record() with { Actor = "出纳" }, A.Record("order-2"));
        return chain;
    }

    private static IEnumerable<Case> BrokenReceipts()
    {
        var bytes = Good.Encode();
        var header = FieldOf(5, Good.HeaderBytes);
        yield return new("empty", [], ReceiptFault.Malformed);
        yield return new("trailing byte", [.. bytes, 0], ReceiptFault.Malformed);
        yield return new("unknown field", [.. bytes, 0x42, 0x01, 0x00], ReceiptFault.Malformed);
        yield return new("truncated", bytes[..^1], ReceiptFault.Malformed);
        yield return new("another version", [bytes[0], 2, .. bytes[2..]], ReceiptFault.Malformed);
        yield return new("version padded", [bytes[0], 0x81, 0x00, .. bytes[2..]], ReceiptFault.Malformed);
        yield return new("header twice", Insert(bytes, header, header), ReceiptFault.Malformed);
        yield return new("65 hashes in the path",
            (Good with { Path = [.. Enumerable.Repeat(Hash256.Zero, 65)] }).Encode(), ReceiptFault.Malformed);
        yield return new("no certificate", (Good with { CertificateBytes = default }).Encode(), ReceiptFault.Malformed);
    }

    private static IEnumerable<Case> BrokenParts()
    {
        var other = A.Genesis(channel: "other");
        var record = A.Record() with { Subject = "order-9" };
        yield return Break("a byte after the leaf", Good with { LeafBytes = Append(Good.LeafBytes) },
            ReceiptFault.LeafMalformed);
        yield return Break("leaf without a type",
            Good with { LeafBytes = LeafOver(RecordWithoutType()) }, ReceiptFault.LeafMalformed);
        yield return Break("co-signers out of order", CoSigned("org-d", "org-c"), ReceiptFault.LeafMalformed);
        yield return Break("a co-signer twice", CoSigned("org-c", "org-c"), ReceiptFault.LeafMalformed);
        yield return Break("a byte after the header", Good with { HeaderBytes = Append(Good.HeaderBytes) },
            ReceiptFault.HeaderMalformed);
        yield return Break("header of another version",
            Good with { HeaderBytes = (Header with { Version = 2 }).Encode() }, ReceiptFault.HeaderMalformed);
        yield return Break("another channel",
            Certified(Header with { Channel = other.Channel }), ReceiptFault.WrongChannel);
        yield return Break("another leaf of the log",
            Good with { LeafBytes = Chain.Leaves[2] }, ReceiptFault.InclusionInvalid);
        yield return Break("a leaf that was never anchored",
            Good with { LeafBytes = LeafOver(record.Encode()) }, ReceiptFault.InclusionInvalid);
        yield return Break("another index", Good with { Index = new LogIndex(5) }, ReceiptFault.InclusionInvalid);
        yield return Break("an index outside the log",
            Good with { Index = new LogIndex(6) }, ReceiptFault.InclusionInvalid);
        yield return Break("path too short", Good with { Path = [.. Good.Path.SkipLast(1)] },
            ReceiptFault.InclusionInvalid);
        yield return Break("path too long", Good with { Path = [.. Good.Path, Hash256.Zero] },
            ReceiptFault.InclusionInvalid);
        yield return Break("another root, certified",
            Certified(Header with { LogRoot = Hash256.Zero }), ReceiptFault.InclusionInvalid);
        yield return Break("another log size, certified",
            Certified(Header with { LogSize = 5 }), ReceiptFault.InclusionInvalid);
    }

    private static IEnumerable<Case> BrokenEpochs()
    {
        var first = Good.EpochChanges[0];
        var second = Good.EpochChanges[1];
        var set1 = A.ValidatorSet(1, "org-a", "org-b", "org-c", "org-e");
        var later = A.ValidatorSet(1, "org-e", "org-f", "org-g", "org-h");
        yield return Epochs("no epoch changes", ReceiptFault.EpochChangeMissing, null);
        yield return Epochs("the last epoch change missing", ReceiptFault.EpochChangeMissing, null, first);
        yield return Epochs("an epoch change too many", ReceiptFault.EpochChangeSurplus, null, first, second, second);
        yield return Epochs("epoch changes reordered", ReceiptFault.EpochOutOfOrder, 0, second, first);
        yield return Epochs("the first epoch change twice", ReceiptFault.EpochOutOfOrder, 1, first, first);
        yield return Epochs("a byte after an epoch change's header", ReceiptFault.HeaderMalformed, 1,
            first, second with { HeaderBytes = Append(second.HeaderBytes) });
        yield return Epochs("an epoch change of another channel", ReceiptFault.WrongChannel, 0,
            Ending(first, h => h with { Channel = A.Genesis(channel: "other").Channel }, Genesis.Validators), second);
        yield return Epochs("an epoch change at the height of the one before", ReceiptFault.HeightNotIncreasing, 1,
            first, Ending(second, h => h with { Height = Decode(first.HeaderBytes).Height }, set1));
        yield return Break("the block at the height of the last epoch change",
            Certified(Header with { Height = Decode(second.HeaderBytes).Height }), ReceiptFault.HeightNotIncreasing);
        yield return Epochs("an epoch change that ends no epoch", ReceiptFault.EpochNotEnded, 0,
            Ending(first, h => h with { NextValidators = null }, Genesis.Validators), second);
        yield return Epochs("a byte after the validator set", ReceiptFault.ValidatorsMalformed, 0,
            first with { ValidatorsBytes = Append(first.ValidatorsBytes) }, second);
        yield return Epochs("another validator set", ReceiptFault.ValidatorsMismatch, 0,
            first with { ValidatorsBytes = A.ValidatorSet(1, "org-x", "org-y", "org-z", "org-w").Encoded }, second);
        yield return Epochs("validators in another order", ReceiptFault.ValidatorsMismatch, 0,
            first with { ValidatorsBytes = A.ValidatorSet(1, "org-b", "org-a", "org-c", "org-e").Encoded }, second);
        yield return Epochs("a validator set of a later epoch", ReceiptFault.ValidatorsWrongEpoch, 0,
            EndingWith(first, A.ValidatorSet(2, "org-a", "org-b", "org-c", "org-e")), second);
        yield return Epochs("an epoch change below quorum", ReceiptFault.CertificateBelowQuorum, 1,
            first, second with { CertificateBytes = A.Certificate(second.HeaderBytes.Span, set1, 2).Encode() });
        yield return Epochs("an epoch change certified by the epoch after", ReceiptFault.CertificateSignatureInvalid, 0,
            first with { CertificateBytes = SignedBySet(first.HeaderBytes, later) }, second);
        yield return Epochs("an epoch change with another's certificate", ReceiptFault.CertificateOtherHeader, 1,
            first, second with { CertificateBytes = first.CertificateBytes });
    }

    private static IEnumerable<Case> BrokenCertificates()
    {
        var signed = Certificate(Signed(0, 1, 2));
        var two = Certificate(Signed(0, 1));
        var foreign = SignedBySet(Good.HeaderBytes, A.ValidatorSet(2, "org-p", "org-q", "org-r", "org-s"));
        var signatures = Signatures(signed);
        byte[] swapped = [.. signatures[64..128], .. signatures[..64], .. signatures[128..]];
        byte[] doubled = [.. signatures[..64], .. signatures[..64], .. signatures[128..]];
        byte[] flipped = [.. signatures];
        flipped[100] ^= 1;
        yield return new("a byte after the certificate",
            WithCertificate(Append(Good.CertificateBytes).ToArray()), ReceiptFault.CertificateMalformed);
        yield return new("the certificate of another block",
            WithCertificate(Chain.Blocks[0].Certificate.Encode()), ReceiptFault.CertificateOtherHeader);
        yield return new("a bitmap too long",
            WithCertificate(Assemble([0x07, 0x00], signatures)), ReceiptFault.CertificateBitmapLength);
        yield return new("no signers", WithCertificate(Assemble([], [])), ReceiptFault.CertificateBitmapLength);
        yield return new("a validator outside the set",
            WithCertificate(Assemble([0x13], signatures)), ReceiptFault.CertificateForeignValidator);
        yield return new("a signature missing",
            WithCertificate(Assemble([0x07], signatures[..128])), ReceiptFault.CertificateSignatureCount);
        yield return new("a signature added",
            WithCertificate(Assemble([0x07], [.. signatures, .. signatures[..64]])),
            ReceiptFault.CertificateSignatureCount);
        yield return new("half a signature",
            WithCertificate(Assemble([0x07], signatures[..^32])), ReceiptFault.CertificateSignatureCount);
        yield return new("below quorum", WithCertificate(two), ReceiptFault.CertificateBelowQuorum);
        yield return new("one signature twice",
            WithCertificate(Assemble([0x07], doubled)), ReceiptFault.CertificateSignatureInvalid);
        yield return new("signatures in another order",
            WithCertificate(Assemble([0x07], swapped)), ReceiptFault.CertificateSignatureInvalid);
        yield return new("other signers named",
            WithCertificate(Assemble([0x0b], signatures)), ReceiptFault.CertificateSignatureInvalid);
        yield return new("a bit of a signature changed",
            WithCertificate(Assemble([0x07], flipped)), ReceiptFault.CertificateSignatureInvalid);
        yield return new("a signature with high s",
            WithCertificate(Assemble([0x07], HighS(signatures))), ReceiptFault.CertificateSignatureInvalid);
        yield return new("signatures of strangers",
            WithCertificate(foreign), ReceiptFault.CertificateSignatureInvalid);
        yield return new("signatures of the epoch before",
            WithCertificate(SignedBySet(Good.HeaderBytes, A.ValidatorSet(1, "org-a", "org-b", "org-c", "org-e"))),
            ReceiptFault.CertificateSignatureInvalid);
        yield return new("the header changed after signing",
            (Good with { HeaderBytes = (Header with { StateRoot = Good.Path[0] }).Encode() }).Encode(),
            ReceiptFault.CertificateOtherHeader);
    }

    private static Case Break(string name, Receipt receipt, ReceiptFault fault) => new(name, receipt.Encode(), fault);

    private static Case Epochs(string name, ReceiptFault fault, int? change, params EpochChange[] changes) =>
        new(name, (Good with { EpochChanges = changes }).Encode(), fault, change);

    private static Receipt Certified(BlockHeader header)
    {
        var bytes = header.Encode();
        return Good with
        {
            HeaderBytes = bytes, CertificateBytes = A.Certificate(bytes, Chain.Validators).Encode(),
        };
    }

    private static EpochChange Ending(EpochChange change, Func<BlockHeader, BlockHeader> edit, ValidatorSet signers)
    {
        var bytes = edit(Decode(change.HeaderBytes)).Encode();
        return change with { HeaderBytes = bytes, CertificateBytes = A.Certificate(bytes, signers).Encode() };
    }

    private static EpochChange EndingWith(EpochChange change, ValidatorSet next) =>
        Ending(change, h => h with { NextValidators = next.HashWith(A.Suite.Hash) }, Genesis.Validators)
            with { ValidatorsBytes = next.Encoded };

    private static byte[] SignedBySet(ReadOnlyMemory<byte> header, ValidatorSet set) =>
        A.Certificate(header.Span, set).Encode();

    private static QuorumCertificate Signed(params int[] signers) =>
        A.Certificate(BlockHeader.HashOf(Good.HeaderBytes.Span, A.Suite.Hash), Chain.Validators, signers);

    private static byte[] Certificate(QuorumCertificate certificate) => certificate.Encode();

    private static byte[] WithCertificate(QuorumCertificate certificate) => WithCertificate(certificate.Encode());

    private static byte[] WithCertificate(byte[] certificate) =>
        (Good with { CertificateBytes = certificate }).Encode();

    private static byte[] Assemble(byte[] bitmap, byte[] signatures)
    {
        var writer = new CanonicalWriter();
        writer.Hash(1, BlockHeader.HashOf(Good.HeaderBytes.Span, A.Suite.Hash));
        writer.Bytes(2, bitmap);
        writer.Bytes(3, signatures);
        return writer.ToArray();
    }

    private static byte[] Signatures(byte[] certificate) => certificate[^192..];

    // The other valid s of the first signature: order - s.
    private static byte[] HighS(byte[] signatures)
    {
        var order = Convert.FromHexString("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
        var s = new System.Numerics.BigInteger(signatures.AsSpan(32, 32), isUnsigned: true, isBigEndian: true);
        var n = new System.Numerics.BigInteger(order, isUnsigned: true, isBigEndian: true);
        return [.. signatures[..32], .. (n - s).ToByteArray(isUnsigned: true, isBigEndian: true), .. signatures[64..]];
    }

    // The only leaf of its log.
    private static Receipt CoSigned(params string[] members)
    {
        Assert.True(EvidenceLeaf.TryDecode(Good.LeafBytes, out var leaf, out _, out _));
        var signed = leaf with
        {
            CoSigners = [.. members.Select(m => new CoSigner(m, A.ClientSigner(m).PublicKey.Id))],
        };
        var bytes = signed.Encode();
        var root = EvidenceLeaf.HashOf(bytes, Genesis.Suite.Hash);
        return Certified(Header with { LogSize = 1, LogRoot = root }) with
        {
            LeafBytes = bytes, Index = default, Path = [],
        };
    }

    private static byte[] LeafOver(byte[] record)
    {
        Assert.True(EvidenceLeaf.TryDecode(Good.LeafBytes, out var leaf, out _, out _));
        return (leaf with { RecordBytes = record }).Encode();
    }

    private static byte[] RecordWithoutType()
    {
        var writer = new CanonicalWriter();
        writer.Text(2, "order-1");
        return writer.ToArray();
    }

    private static BlockHeader Decode(ReadOnlyMemory<byte> bytes)
    {
        Assert.True(BlockHeader.TryDecode(bytes.Span, out var header, out _));
        return header;
    }

    private static ReadOnlyMemory<byte> Append(ReadOnlyMemory<byte> bytes) => (byte[])[.. bytes.Span, 0];

    private static byte[] FieldOf(int field, ReadOnlyMemory<byte> value)
    {
        var writer = new CanonicalWriter();
        writer.Bytes(field, value.Span);
        return writer.ToArray();
    }

    private static byte[] Insert(byte[] bytes, byte[] before, byte[] inserted)
    {
        var at = bytes.AsSpan().IndexOf(before);
        return [.. bytes[..at], .. inserted, .. bytes[at..]];
    }
}
