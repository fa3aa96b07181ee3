using System.IO.Compression;
using System.Text;
using Ledger.Client.Import;

namespace Ledger.Client.Tests.Import;

/// <summary>Files that are made to hurt, or that come from somewhere else than expected.</summary>
public sealed class HostileFileTests
{
    // What readers take ahead of what they look at.
    private const long Ahead = 1 << 20;

    public static TheoryData<string, string, string, string, long> Endless => new()
    {
        { "xes", "<log><trace><event><string key='", "k", "more than 8 MiB", ImportLimits.ElementBytes },
        { "xes", "<log><trace><event><string key='k' value='", "v", "more than 8 MiB", ImportLimits.ElementBytes },
        { "xes", "<log><trace><event><", "e", "more than 8 MiB", ImportLimits.ElementBytes },
        { "xes", "<log><!--", "c", "more than 8 MiB", ImportLimits.ElementBytes },
        { "xes", "<log>", "<a>", "nested deeper than 64", 1 << 16 },
        { "xes", "<log><trace><event>", "<list key='k'><values>", "nested deeper than 16", 1 << 16 },
        { "xes", "<log><trace><event>", "<string key='ab' value=''>", "nested deeper than 16", 1 << 16 },
        { "csv", "a\n\"", "x", "too long", ImportLimits.RowCharacters },
        { "csv", "a\n", "x", "too long", ImportLimits.RowCharacters },
        { "csv", "", "a,", "fields", 1 << 16 },
        { "csv", "\"", "a\"\"", "too long", ImportLimits.RowCharacters },
        { "jsonl", "{\"a\":\"", "x", "longer than", ImportLimits.RowCharacters },
        { "jsonl", "{\"a\":", "[", "longer than", ImportLimits.RowCharacters },
    };

    [Theory]
    [MemberData(nameof(Endless))]
    public void What_never_ends_is_refused_within_the_bounds(
        string format, string head, string rest, string reason, long bound)
    {
        using var stream = new EndlessStream(head, rest);

        var fault = Assert.Throws<ImportException>(() => Read(format, stream).Count());

        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
        Assert.InRange(fault.Line, 1, 2);
        Assert.InRange(stream.Taken, 1, bound + Ahead);
    }

    [Fact]
    public void A_short_line_that_would_make_long_names_is_refused()
    {
        var name = new string('n', 100_000);
        var many = string.Join(',', Enumerable.Repeat("{}", 100_000));

        foreach (var text in new[] { $"{{\"{name}\":[{many}]}}", $"{{\"{name}\":[{many.Replace("{}", "1")}]}}" })
        {
            var fault = Assert.Throws<ImportException>(() => Read("jsonl", Text(text)).Count());
            Assert.Contains("names and values", fault.Message, StringComparison.Ordinal);
        }

        var nested = string.Concat(Enumerable.Range(0, 1000).Select(i => $"<string key='{i}' value=''/>"));
        var event1 = $"<log><trace><event><container key='{name}'>{nested}</container></event></trace></log>";
        Assert.Contains(
            "names and values",
            Assert.Throws<ImportException>(() => Read("xes", Text(event1)).Count()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_long_values_of_one_event_are_refused_and_in_many_events_taken()
    {
        var value = new string('v', 1 << 20);
        var five = string.Concat(Enumerable.Range(0, 5).Select(i => $"<string key='k{i}' value='{value}'/>"));
        var one = $"<event><string key='k' value='{value}'/></event>";
        var apart = string.Concat(Enumerable.Repeat(one, 5));

        Assert.Throws<ImportException>(
            () => Read("xes", Text($"<log><trace><event>{five}</event></trace></log>")).Count());
        Assert.Equal(5, Read("xes", Text($"<log><trace>{apart}</trace></log>")).Count());
    }

    [Fact]
    public void Entities_and_outside_documents_are_refused_whatever_they_would_be()
    {
        var laughs = "<!DOCTYPE log [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'>]>"
            + "<log><trace><event>&b;</event></trace></log>";
        var outside = "<!DOCTYPE log SYSTEM 'file:///etc/passwd'><log/>";
        var unknown = "<log><trace><event><string key='k' value='&nbsp;'/></event></trace></log>";

        foreach (var text in new[] { laughs, outside, unknown })
        {
            var fault = Assert.Throws<ImportException>(() => Read("xes", Text(text)).Count());
            Assert.Contains("not well-formed", fault.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("jsonl")]
    public void A_byte_order_mark_of_utf8_is_no_data_and_that_of_another_encoding_is_refused(string format)
    {
        var text = format == "csv" ? "a\n1\n" : "{\"a\":1}\n";
        byte[] marked = [0xef, 0xbb, 0xbf, .. Encoding.UTF8.GetBytes(text)];

        Assert.Equal("1", Assert.Single(Read(format, new MemoryStream(marked))).Fields["a"]);
        Assert.Equal(format == "csv" ? 0 : -1, Count(format, [0xef, 0xbb, 0xbf, (byte)'a', (byte)'\n']));
        foreach (var encoding in new[] { Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF32 })
        {
            var other = new MemoryStream([.. encoding.Preamble, .. encoding.GetBytes(text)]);
            var fault = Assert.Throws<ImportException>(() => Read(format, other).Count());
            Assert.Contains("not UTF-8", fault.Message, StringComparison.Ordinal);
            Assert.Contains("iconv", fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Xml_says_its_encoding_and_may_have_another()
    {
        const string Log = "<?xml version='1.0' encoding='utf-16'?><log><trace><event>"
            + "<string key='k' value='值'/></event></trace></log>";

        var bytes = new MemoryStream([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Log)]);

        Assert.Equal("值", Assert.Single(Read("xes", bytes)).Fields["k"]);
        var fault = Assert.Throws<ImportException>(() => Read("xes", Text(Log.Replace("utf-16", "x-none"))).Count());
        Assert.Contains("not well-formed", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_that_end_in_a_carriage_return_alone_are_refused_rather_than_read_as_one()
    {
        var fault = Assert.Throws<ImportException>(() => Read("csv", Text("a,b\r1,2\r3,4\r")).Count());

        Assert.Equal(1, fault.Line);
        Assert.Contains("CR alone", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_small_archive_of_a_long_line_is_refused_within_the_bounds()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("ledger-").FullName, "bomb.gz");
        using (var gzip = new GZipStream(File.Create(path), CompressionLevel.Fastest))
        {
            gzip.Write("a\n"u8);
            for (var i = 0; i < 32; i++) gzip.Write(new byte[1 << 20]);
        }

        Assert.InRange(new FileInfo(path).Length, 1, 1 << 20);
        foreach (var format in new[] { ImportFormat.Csv, ImportFormat.JsonLines })
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Throws<ImportException>(() => new ImportSource(path, format).Rows().Count());
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 20);
        }
    }

    private static long Count(string format, byte[] bytes)
    {
        try
        {
            return Read(format, new MemoryStream(bytes)).Count();
        }
        catch (ImportException)
        {
            return -1;
        }
    }

    private static IEnumerable<ImportRow> Read(string format, Stream stream) => format switch
    {
        "xes" => XesReader.Read(stream),
        "csv" => CsvReader.Read(stream),
        _ => JsonLinesReader.Read(stream),
    };

    private static MemoryStream Text(string text) => new(Encoding.UTF8.GetBytes(text));

    // Some text, and then another over and over.
    private sealed class EndlessStream(string head, string rest) : Stream
    {
        private readonly byte[] _head = Encoding.UTF8.GetBytes(head);
        private readonly byte[] _rest = Encoding.UTF8.GetBytes(rest);

        public long Taken { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => Taken;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            for (var i = 0; i < count; i++, Taken++)
            {
                buffer[offset + i] = Taken < _head.Length
                    ? _head[Taken]
                    : _rest[(Taken - _head.Length) % _rest.Length];
            }

            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
