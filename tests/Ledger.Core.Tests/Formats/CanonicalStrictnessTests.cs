using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Evidence;
using Ledger.Core.Transactions;
using Ledger.Testing.Builders;

namespace Ledger.Core.Tests.Formats;

/// <summary>One rule of docs/spec/encoding.md each, on the smallest format that can break it.</summary>
public sealed class CanonicalStrictnessTests
{
    // Field 1 of a result: a hash of 32 ones.
    private static readonly byte[] Id = [0x0a, 0x20, .. Enumerable.Repeat((byte)1, 32)];

    public static TheoryData<string, DecodeErrorKind, byte[]> BrokenResults => new()
    {
        { "default value present", DecodeErrorKind.DefaultValue, [.. Id, 0x10, 0x00] },
        { "fields out of order", DecodeErrorKind.UnexpectedField, [.. Id, 0x20, 0x01, 0x18, 0x01] },
        { "a field before the first", DecodeErrorKind.MissingField, [0x10, 0x04, .. Id] },
        { "a field twice", DecodeErrorKind.UnexpectedField, [.. Id, 0x18, 0x01, 0x18, 0x01] },
        { "an unknown field", DecodeErrorKind.UnexpectedField, [.. Id, 0x30, 0x01] },
        { "field number zero", DecodeErrorKind.UnexpectedField, [.. Id, 0x00, 0x01] },
        { "a padded value", DecodeErrorKind.BadVarint, [.. Id, 0x10, 0x84, 0x00] },
        { "a padded tag", DecodeErrorKind.BadVarint, [.. Id, 0x90, 0x00, 0x04] },
        { "a padded length", DecodeErrorKind.BadVarint, [0x0a, 0xa0, 0x00, .. Id[2..]] },
        { "a value of more than 64 bits", DecodeErrorKind.BadVarint,
            [.. Id, 0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02] },
        { "a value of eleven bytes", DecodeErrorKind.BadVarint,
            [.. Id, 0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01] },
        { "a value beyond its type", DecodeErrorKind.TooLarge, [.. Id, 0x20, 0x80, 0x80, 0x80, 0x80, 0x10] },
        { "a value outside its set", DecodeErrorKind.BadValue, [.. Id, 0x10, 0x63] },
        { "another wire type", DecodeErrorKind.BadValue, [.. Id, 0x12, 0x01, 0x04] },
        { "the end inside a varint", DecodeErrorKind.Truncated, [.. Id, 0x10, 0x80] },
        { "the end inside a byte string", DecodeErrorKind.Truncated, Id[..^1] },
        { "a short hash", DecodeErrorKind.WrongLength, [0x0a, 0x1f, .. Id[3..]] },
        { "a long hash", DecodeErrorKind.TooLarge, [0x0a, 0x21, .. Id[2..], 0x01] },
        { "an empty hash", DecodeErrorKind.DefaultValue, [0x0a, 0x00] },
        { "no hash", DecodeErrorKind.MissingField, [] },
        { "a length beyond memory", DecodeErrorKind.TooLarge, [0x0a, 0xff, 0xff, 0xff, 0xff, 0x7f] },
        { "a trailing byte", DecodeErrorKind.UnexpectedField, [.. Id, 0x00] },
    };

    [Theory]
    [MemberData(nameof(BrokenResults))]
    public void What_is_not_canonical_is_refused_with_its_kind(string rule, DecodeErrorKind kind, byte[] bytes)
    {
        Assert.NotEmpty(rule);
        Assert.False(TransactionResult.TryDecode(bytes, out var result, out var error));
        Assert.Null(result);
        Assert.Equal(kind, error.Kind);
    }

    [Theory]
    [InlineData(new byte[] { 0x61, 0xff }, DecodeErrorKind.BadText)]
    [InlineData(new byte[] { 0xc0, 0x80 }, DecodeErrorKind.BadText)]
    [InlineData(new byte[] { 0xed, 0xa0, 0x80 }, DecodeErrorKind.BadText)]
    [InlineData(new byte[] { 0x61, 0x0a }, DecodeErrorKind.BadText)]
    [InlineData(new byte[] { 0x00 }, DecodeErrorKind.BadText)]
    [InlineData(new byte[] { 0x7f }, DecodeErrorKind.BadText)]
    [InlineData(new byte[] { }, DecodeErrorKind.DefaultValue)]
    public void Text_is_utf8_without_control_characters(byte[] type, DecodeErrorKind kind)
    {
        byte[] bytes = [0x0a, (byte)type.Length, .. type, .. A.Record().Encode()[15..]];

        Assert.False(EvidenceRecord.TryDecode(bytes, out _, out var error));
        Assert.Equal(kind, error.Kind);
    }

    [Theory]
    [InlineData("12.50")]
    [InlineData("012")]
    [InlineData("-0")]
    [InlineData("1e3")]
    [InlineData("+1")]
    [InlineData(".5")]
    [InlineData("5.")]
    [InlineData("")]
    [InlineData("１")]
    public void A_decimal_number_that_is_not_in_shortest_form_is_refused(string text)
    {
        Assert.Throws<ArgumentException>(() => EvidenceAttribute.Decimal("amount", text));
        Assert.Equal(DecodeErrorKind.BadValue, ErrorOf(WithAttribute(4, System.Text.Encoding.UTF8.GetBytes(text))));
    }

    [Fact]
    public void Attributes_out_of_order_or_twice_are_refused()
    {
        var a = Attribute("a", 2, "x"u8);
        var b = Attribute("b", 2, "x"u8);

        Assert.Equal(DecodeErrorKind.None, ErrorOf([.. Bare(), .. a, .. b]));
        Assert.Equal(DecodeErrorKind.BadValue, ErrorOf([.. Bare(), .. b, .. a]));
        Assert.Equal(DecodeErrorKind.BadValue, ErrorOf([.. Bare(), .. a, .. a]));
    }

    [Fact]
    public void More_items_than_the_bound_are_refused()
    {
        var digest = new EvidenceDigest("sha-256", new byte[] { 1 });
        var link = new EvidenceId(Hash256.Zero, 0);

        Assert.NotEmpty((A.Record() with { Digests = [.. Enumerable.Repeat(digest, 16)] }).Encode());
        Assert.Throws<ArgumentException>(
            () => (A.Record() with { Digests = [.. Enumerable.Repeat(digest, 17)] }).Encode());
        Assert.Throws<ArgumentException>(() => (A.Record() with { Links = [.. Enumerable.Repeat(link, 17)] }).Encode());
        Assert.Throws<ArgumentException>(() => (A.Record() with
        {
            Attributes = [.. Enumerable.Range(0, 33).Select(i => EvidenceAttribute.Boolean($"x-{i:d2}", true))],
        }).Encode());
    }

    [Fact]
    public void A_leaf_has_a_previous_one_exactly_when_it_is_not_the_first()
    {
        var leaf = new EvidenceLeaf
        {
            RecordBytes = A.Record().Encode(),
            Id = default,
            Sender = default,
            Member = "org-a",
            SubjectSequence = 1,
            Previous = null,
            Time = A.Start,
        };

        Assert.True(EvidenceLeaf.TryDecode(leaf.Encode(), out _, out _, out _));
        AssertLeaf(DecodeErrorKind.BadValue, leaf with { Previous = Hash256.Zero });
        AssertLeaf(DecodeErrorKind.BadValue, leaf with { SubjectSequence = 2 });
        AssertLeaf(DecodeErrorKind.MissingField, leaf with { SubjectSequence = 0 });
    }

    private static void AssertLeaf(DecodeErrorKind kind, EvidenceLeaf leaf)
    {
        Assert.False(EvidenceLeaf.TryDecode(leaf.Encode(), out _, out _, out var error));
        Assert.Equal(kind, error.Kind);
    }

    private static byte[] Bare() => (A.Record() with { Attributes = [], Digests = [], OccurredAt = default }).Encode();

    private static byte[] WithAttribute(int field, ReadOnlySpan<byte> value) =>
        [.. Bare(), .. Attribute("a", field, value)];

    private static byte[] Attribute(string key, int field, ReadOnlySpan<byte> value)
    {
        var writer = new CanonicalWriter();
        var start = writer.BeginMessage(8);
        writer.Text(1, key);
        writer.Message(field, value);
        writer.EndMessage(start);
        return writer.ToArray();
    }

    private static DecodeErrorKind ErrorOf(byte[] record)
    {
        EvidenceRecord.TryDecode(record, out _, out var error);
        return error.Kind;
    }
}
