using Ledger.Core.Fingerprints;

namespace Ledger.Core.Tests.Fingerprints;

public sealed class SplitterTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a", "a")]
    [InlineData("a\nb", "a|b")]
    [InlineData("a\nb\n", "a|b")]
    [InlineData("a\r\nb\r\n", "a|b")]
    [InlineData("a\rb\r", "a\rb\r")]
    [InlineData("a\r\r\n", "a\r")]
    [InlineData("\n\na\n", "||a")]
    public void Lines_end_in_LF_or_CR_LF(string data, string records) =>
        Assert.Equal(Expected(data, records), Split(new LineSplitter(), data));

    [Theory]
    [InlineData("a,b\r\n1,2\r\n", "a,b|1,2")]
    [InlineData("a\n\"x\ny\"\nz", "a|\"x\ny\"|z")]
    [InlineData("\"say \"\"hi\"\"\r\nyou\",2\r\nb,", "\"say \"\"hi\"\"\r\nyou\",2|b,")]
    [InlineData("\"\"\n\"\",\"\"\n", "\"\"|\"\",\"\"")]
    [InlineData("a,\r\n,\r\n", "a,|,")]
    [InlineData("\n\n", "|")]
    [InlineData("\"x\"", "\"x\"")]
    public void Csv_rows_follow_RFC_4180(string data, string records) =>
        Assert.Equal(Expected(data, records), Split(new CsvRecordSplitter(), data));

    [Theory]
    [InlineData("a\nx\"y\n", FingerprintFault.QuoteInField, 1)]
    [InlineData("a\n\"x\"y\n", FingerprintFault.TextAfterQuote, 1)]
    [InlineData("\"x\"\ry\n", FingerprintFault.TextAfterQuote, 0)]
    [InlineData("\"x\"\r", FingerprintFault.TextAfterQuote, 0)]
    [InlineData("a\nb\n\"x\n", FingerprintFault.UnterminatedQuote, 2)]
    public void Misplaced_quotes_are_refused(string data, FingerprintFault fault, int recordsBefore)
    {
        var splitter = new CsvRecordSplitter();
        var sink = new Collected();

        splitter.Push(System.Text.Encoding.UTF8.GetBytes(data), sink);

        Assert.Equal(fault, splitter.Complete(sink));
        Assert.Equal(fault, splitter.Fault);
        Assert.Equal((ulong)recordsBefore, splitter.RecordCount);
        Assert.Equal(fault, splitter.Push("more\n"u8, sink));
        Assert.Equal(recordsBefore, sink.Records.Count);
    }

    [Fact]
    public void Another_delimiter_moves_the_place_where_quotes_may_stand()
    {
        Assert.Equal(["x;\"a\nb\""], Split(new CsvRecordSplitter((byte)';'), "x;\"a\nb\"\n"));
        var splitter = new CsvRecordSplitter((byte)',');
        Assert.Equal(FingerprintFault.QuoteInField, splitter.Push("x;\"a\nb\"\n"u8, new Collected()));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("abc", "abc")]
    [InlineData("abcd", "abcd")]
    [InlineData("abcdefghi", "abcd|efgh|i")]
    public void Chunks_have_their_size_but_for_the_last(string data, string records) =>
        Assert.Equal(Expected(data, records), Split(new ChunkSplitter(4), data));

    [Fact]
    public void A_record_may_reach_its_cap_and_no_further()
    {
        Assert.Equal(["12345678"], Split(new LineSplitter(8), "12345678\r\n"));
        Assert.Equal(["12345678"], Split(new LineSplitter(8), "12345678"));
        foreach (var data in new[] { "123456789", "123456789\n", "123456789012345678901234567890" })
        {
            var splitter = new LineSplitter(8);
            var sink = new Collected();
            splitter.Push(System.Text.Encoding.UTF8.GetBytes(data), sink);

            Assert.Equal(FingerprintFault.RecordTooLarge, splitter.Complete(sink));
            Assert.Empty(sink.Records);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Where_the_pushes_are_cut_changes_neither_records_nor_fault(ulong seed)
    {
        var prng = new Prng(seed);
        byte[][] alphabets = [[.. "ab,\n"u8], [.. "a,\"\r\n"u8], [.. "\"\"\",\r\n"u8], [.. "aaaaaaaaaa\r\n"u8]];
        Func<RecordSplitter>[] kinds =
        [
            () => new LineSplitter(12), () => new LineSplitter(), () => new CsvRecordSplitter(maxRecordSize: 12),
            () => new CsvRecordSplitter(), () => new ChunkSplitter(5),
        ];
        for (var round = 0; round < 3000; round++)
        {
            var alphabet = alphabets[prng.Below(alphabets.Length)];
            var data = new byte[prng.Below(60)];
            for (var i = 0; i < data.Length; i++) data[i] = alphabet[prng.Below(alphabet.Length)];
            var kind = kinds[prng.Below(kinds.Length)];

            var whole = Run(kind(), data, _ => data.Length);
            var bytewise = Run(kind(), data, _ => 1);
            var random = Run(kind(), data, left => prng.Below(left + 1));

            Assert.Equal(whole, bytewise);
            Assert.Equal(whole, random);
        }
    }

    private static string Run(RecordSplitter splitter, byte[] data, Func<int, int> next)
    {
        var sink = new Collected();
        for (var at = 0; at < data.Length;)
        {
            var size = Math.Min(next(data.Length - at), data.Length - at);
            splitter.Push(data.AsSpan(at, size), sink);
            at += size;
        }

        splitter.Complete(sink);
        Assert.Equal((ulong)sink.Records.Count, splitter.RecordCount);
        return splitter.Fault + ": " + string.Join('|', sink.Records);
    }

    private static List<string> Split(RecordSplitter splitter, string data)
    {
        var sink = new Collected();
        Assert.Equal(FingerprintFault.None, splitter.Push(System.Text.Encoding.UTF8.GetBytes(data), sink));
        Assert.Equal(FingerprintFault.None, splitter.Complete(sink));
        return sink.Records;
    }

    private static List<string> Expected(string data, string records) =>
        data.Length == 0 ? [] : [.. records.Split('|')];

    private sealed class Collected : IRecordSink
    {
        public List<string> Records { get; } = [];

        public FingerprintFault Accept(ReadOnlySpan<byte> record)
        {
            Records.Add(System.Text.Encoding.UTF8.GetString(record));
            return FingerprintFault.None;
        }
    }
}
