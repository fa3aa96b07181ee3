using System.IO.Compression;
using System.Text;
using Ledger.Client.Import;

namespace Ledger.Client.Tests.Import;

public sealed class ReaderTests
{
    [Fact]
    public void Csv_reads_quotes_line_breaks_and_both_line_ends()
    {
        var rows = Csv("a,b\r\n1,\"x, \"\"y\"\"\nz\"\n2,\r\n");

        Assert.Equal("x, \"y\"\nz", rows[0].Fields["b"]);
        Assert.Equal(2, rows[0].Line);
        Assert.Equal("", rows[1].Fields["b"]);
        Assert.Equal(4, rows[1].Line);
        Assert.Equal(2, rows.Count);
    }

    [Theory]
    [InlineData("", 1, "empty")]
    [InlineData("a,a\n", 1, "twice")]
    [InlineData("a,\n", 1, "no name")]
    [InlineData("a,b\n1\n", 2, "1 fields")]
    [InlineData("a,b\n1,2,3\n", 2, "3 fields")]
    [InlineData("a\nx\ny\"z\n", 3, "quote inside")]
    [InlineData("a\n\"x\"y\n", 2, "after the closing quote")]
    [InlineData("a\nx\n\"y\nz\n", 3, "does not end")]
    [InlineData("a\n\u00e9\n\u0000", 3, null)]
    public void Malformed_csv_is_refused_with_its_line(string text, long line, string? reason)
    {
        if (reason is null)
        {
            Assert.Equal(2, Csv(text).Count);
            return;
        }

        var fault = Assert.Throws<ImportException>(() => Csv(text));
        Assert.Equal(line, fault.Line);
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused()
    {
        var bytes = new byte[] { (byte)'a', (byte)'\n', 0xff, (byte)'\n' };

        var fault = Assert.Throws<ImportException>(() => CsvReader.Read(new MemoryStream(bytes)).ToList());

        Assert.Contains("UTF-8", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_lines_are_flattened_and_keep_numbers_as_written()
    {
        var rows = Json("{\"a\":1.50,\"b\":{\"c\":[true,\"x\"]},\"n\":null}\n{\"a\":\"y\"}");

        Assert.Equal(2, rows.Count);
        Assert.Equal(3, rows[0].Fields.Count);
        Assert.Equal("1.50", rows[0].Fields["a"]);
        Assert.Equal("true", rows[0].Fields["b.c.0"]);
        Assert.Equal("x", rows[0].Fields["b.c.1"]);
    }

    [Theory]
    [InlineData("{}\n[1]\n", 2, "not a JSON object")]
    [InlineData("{}\n\n{}\n", 2, "empty")]
    [InlineData("{\"a\":1\n", 1, "not JSON")]
    [InlineData("{\"a\":1,\"a\":2}\n", 1, "twice")]
    [InlineData("{\"a\":{\"b\":1},\"a.b\":2}\n", 1, "twice")]
    [InlineData("{\"a\":\"\\ud800\"}\n", 1, "surrogate")]
    [InlineData("{\"a\":[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]}\n", 1, "not JSON")]
    public void Malformed_json_lines_are_refused_with_their_line(string text, long line, string reason)
    {
        var fault = Assert.Throws<ImportException>(() => Json(text));

        Assert.Equal(line, fault.Line);
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Xes_events_carry_their_traces_attributes_and_nested_ones()
    {
        var rows = Xes("""
            <log xmlns="http://www.xes-standard.org"><extension name="x"/>
            <global scope="event"><string key="k" value="v"/></global>
            <trace><string key="concept:name" value="case-1"/>
            <event><string key="concept:name" value="go"><int key="inner" value="3"/></string>
            <list key="l"><values><string key="v" value="p"/><string key="v" value="q"/></values></list></event>
            <event/></trace><trace/></log>
            """);

        Assert.Equal(2, rows.Count);
        Assert.Equal("case-1", rows[0].Fields["trace:concept:name"]);
        Assert.Equal("3", rows[0].Fields["concept:name/inner"]);
        Assert.Equal("q", rows[0].Fields["l/1/v"]);
        Assert.Equal("trace:concept:name", Assert.Single(rows[1].Fields).Key);
    }

    [Theory]
    [InlineData("<html/>", "root is 'html'")]
    [InlineData("<log><trace><event><string value='v'/></event></trace></log>", "no key")]
    [InlineData("<log><trace><event><string key='k'/></event></trace></log>", "no value")]
    [InlineData("<log><trace><event><int key='k' value='x'/></event></trace></log>", "not a int")]
    [InlineData("<log><trace><event><date key='k' value='yesterday'/></event></trace></log>", "not a date")]
    [InlineData("<log><trace><event><blob key='k' value='x'/></event></trace></log>", "not a type")]
    [InlineData("<log><trace><event>text</event></trace></log>", "only elements belong")]
    [InlineData(
        "<log><trace><event><string key='k' value='a'/><string key='k' value='b'/></event></trace></log>", "twice")]
    [InlineData("<log><trace><event/><string key='k' value='a'/></trace></log>", "after an event")]
    [InlineData("<log><trace><event/></trace>", "not well-formed")]
    [InlineData("<log></log><log/>", "not well-formed")]
    [InlineData("<!DOCTYPE log [<!ENTITY a 'b'>]><log/>", "not well-formed")]
    public void Malformed_xes_is_refused(string text, string reason)
    {
        var fault = Assert.Throws<ImportException>(() => Xes(text));

        Assert.True(fault.Line > 0);
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gzip_file_is_recognised_by_its_first_bytes_and_refused_when_cut_off()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("ledger-").FullName, "rows");
        using (var gzip = new GZipStream(File.Create(path), CompressionLevel.Optimal))
        {
            for (var i = 0; i < 5000; i++) gzip.Write(Encoding.UTF8.GetBytes($"{{\"n\":{i * 7919 % 5003}}}\n"));
        }

        var source = new ImportSource(path, ImportFormat.JsonLines);
        Assert.Equal(5000, source.Rows().Count());
        using (var file = File.OpenWrite(path)) file.SetLength(file.Length / 2);
        Assert.Throws<ImportException>(() => source.Rows().Count());
    }

    [Fact]
    public void The_canonical_form_of_a_row_is_rfc_8785_json()
    {
        var row = new ImportRow(1, 1, new Dictionary<string, string>
        {
            ["b"] = "\u0001\n\"\\/é",
            ["a"] = "1",
            ["\ud83d\ude00"] = "x",
            ["\ufb33"] = "y",
        });

        Assert.Equal(
            "{\"a\":\"1\",\"b\":\"\\u0001\\n\\\"\\\\/é\",\"\ud83d\ude00\":\"x\",\"\ufb33\":\"y\"}",
            Encoding.UTF8.GetString(row.ToCanonicalJson()));
    }

    private static List<ImportRow> Csv(string text) => [.. CsvReader.Read(Stream(text))];

    private static List<ImportRow> Json(string text) => [.. JsonLinesReader.Read(Stream(text))];

    private static List<ImportRow> Xes(string text) => [.. XesReader.Read(Stream(text))];

    private static MemoryStream Stream(string text) => new(Encoding.UTF8.GetBytes(text));
}
