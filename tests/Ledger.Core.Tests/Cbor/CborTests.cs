using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Ledger.Core.Cbor;

namespace Ledger.Core.Tests.Cbor;

public sealed class CborTests
{
    private static readonly CborLimits Small = new(1024, 40, 4);

    public static TheoryData<string, string> Read => Rows("appendix_a", "is");

    public static TheoryData<string, string, int> Refused
    {
        get
        {
            var rows = new TheoryData<string, string, int>();
            foreach (var list in (string[])["appendix_a_refused", "refused"])
            {
                foreach (var row in Vectors.RootElement.GetProperty(list).EnumerateArray())
                {
                    rows.Add(
                        row.GetProperty("cbor").GetString()!, row.GetProperty("fault").GetString()!,
                        row.GetProperty("offset").GetInt32());
                }
            }

            return rows;
        }
    }

    private static JsonDocument Vectors { get; } = JsonDocument.Parse(SpecFile.Read("vectors/cbor.json"));

    [Theory]
    [MemberData(nameof(Read))]
    public void An_item_reads_as_what_it_says_and_is_written_as_it_was(string hex, string says)
    {
        var bytes = Convert.FromHexString(hex);

        Assert.True(CborValue.TryDecode(bytes, out var value, out var error), error.ToString());
        Assert.Equal(says, Diagnostic.Of(value));
        Assert.Equal(bytes, value.Encode());
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_is_not_deterministic_is_refused_with_its_reason_and_place(string hex, string fault, int offset)
    {
        Assert.False(CborValue.TryDecode(Convert.FromHexString(hex), out _, out var error));
        Assert.Equal((fault, offset), (SpecVectors.Reason(error.Fault), error.Offset));
    }

    [Fact]
    public void The_page_names_every_fault()
    {
        var page = SpecFile.Read("cbor.md");

        Assert.All(
            Enum.GetValues<CborFault>().Where(f => f != CborFault.None),
            fault => Assert.Contains($"`{SpecVectors.Reason(fault)}`", page, StringComparison.Ordinal));
    }

    [Fact]
    public void More_items_or_bytes_than_allowed_are_refused()
    {
        var many = CborValue.Array(Enumerable.Repeat(CborValue.Null, 40)).Encode();
        var large = CborValue.Of(new byte[1024]).Encode();

        Assert.False(CborValue.TryDecode(many, Small, out _, out var tooMany));
        Assert.False(CborValue.TryDecode(large, Small, out _, out var tooLarge));
        byte[] fewer = [many[0], 39, .. many[2..^1]];
        Assert.True(CborValue.TryDecode(fewer, Small, out _, out _));
        Assert.Equal(CborFault.TooMany, tooMany.Fault);
        Assert.Equal(CborFault.TooLarge, tooLarge.Fault);
    }

    [Fact]
    public void Keys_are_put_in_order_and_none_may_occur_twice()
    {
        var map = CborValue.Map(
            (CborValue.Of("b"), CborValue.Null), (CborValue.Of(-1), CborValue.Null), (CborValue.Of(100), CborValue.Null),
            (CborValue.Of(10), CborValue.Null), (CborValue.Of(false), CborValue.Null));

        Assert.Equal("a50af61864f620f66162f6f4f6", Convert.ToHexStringLower(map.Encode()));
        Assert.Throws<ArgumentException>(() =>
            CborValue.Map((CborValue.Of(1), CborValue.Null), (CborValue.Of(1), CborValue.Null)));
    }

    [Fact]
    public void Integers_are_given_as_signed_ones_where_they_fit()
    {
        Assert.True(CborValue.Of(long.MinValue).TryGetInt64(out var least));
        Assert.True(CborValue.Of((ulong)long.MaxValue).TryGetInt64(out var greatest));
        Assert.False(CborValue.Of(1UL << 63).TryGetInt64(out _));
        Assert.False(CborValue.Negative(1UL << 63).TryGetInt64(out _));
        Assert.False(CborValue.Of("1").TryGetInt64(out _));
        Assert.Equal((long.MinValue, long.MaxValue), (least, greatest));
    }

    [Fact]
    public void P5_every_value_is_read_back_and_every_change_of_a_byte_is_refused_or_canonical()
    {
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(300),
            Prop.ForAll(
                Arb.From(Gen.Sized(size => Values(Math.Min(size, 12)))), ArbMap.Default.ArbFor<int>(), (value, seed) =>
                {
                    var bytes = value.Encode();
                    Assert.True(CborValue.TryDecode(bytes, out var read, out var error), error.ToString());
                    Assert.Equal(bytes, read.Encode());
                    var random = new Prng(unchecked((uint)seed) + 1UL);
                    var mutated = bytes.ToArray();
                    mutated[random.Below(mutated.Length)] ^= (byte)(1 << random.Below(8));
                    if (CborValue.TryDecode(mutated, out var other, out _)) Assert.Equal(mutated, other.Encode());
                }));
    }

    [Fact]
    public void P5_bytes_without_sense_are_refused_or_canonical()
    {
        var random = new Prng(7);
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = new byte[1 + random.Below(40)];
            for (var i = 0; i < bytes.Length; i++) bytes[i] = (byte)random.Below(256);
            if (CborValue.TryDecode(bytes, out var value, out var error)) Assert.Equal(bytes, value.Encode());
            else Assert.InRange(error.Offset, 0, bytes.Length);
        }
    }

    private static TheoryData<string, string> Rows(string list, string second)
    {
        var rows = new TheoryData<string, string>();
        foreach (var row in Vectors.RootElement.GetProperty(list).EnumerateArray())
            rows.Add(row.GetProperty("cbor").GetString()!, row.GetProperty(second).GetString()!);
        return rows;
    }

    private static Gen<CborValue> Values(int size)
    {
        var leaf = Gen.OneOf(
            ArbMap.Default.GeneratorFor<ulong>().Select(CborValue.Of),
            ArbMap.Default.GeneratorFor<long>().Select(CborValue.Of),
            ArbMap.Default.GeneratorFor<ulong>().Select(CborValue.Negative),
            ArbMap.Default.GeneratorFor<byte[]>().Select(b => CborValue.Of(b ?? [])),
            Gen.Elements("", "a", "\u51fa\u7eb3", "\U00010151").Select(CborValue.Of),
            Gen.Elements(CborValue.Of(true), CborValue.Of(false), CborValue.Null));
        if (size == 0) return leaf;
        var inner = Values(size / 3);
        return Gen.OneOf(
            leaf,
            inner.ListOf().Select(items => CborValue.Array(items.Take(6))),
            inner.Zip(ArbMap.Default.GeneratorFor<ulong>()).Select(p => CborValue.Tagged(p.Item2, p.Item1)),
            inner.Zip(inner).ListOf().Select(entries => CborValue.Map(
                entries.Take(6).DistinctBy(e => Convert.ToHexString(e.Item1.Encode())))));
    }
}
