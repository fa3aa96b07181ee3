using System.Text;
using System.Text.Json;
using Ledger.Node.Api.Rest.Forms;

namespace Ledger.Node.Tests.Api.Rest;

/// <summary>What contracts wrote goes into answers as it is, and cannot break them.</summary>
public sealed class RawJsonTests
{
    [Theory]
    [InlineData("{ \"a\" : [ 1 ,\n 2.50, 1e400, 12345678901234567890 ] }", """{"a":[1,2.50,1e400,12345678901234567890]}""")]
    [InlineData("\" a \\\" b \\\\\"", "\" a \\\" b \\\\\"")]
    [InlineData("\"\\ud800\"", "\"\\ud800\"")]
    [InlineData(" null\r\n", "null")]
    public void It_is_written_as_it_is_but_for_white_space(string json, string expected)
    {
        var raw = RawJson.Of(Encoding.UTF8.GetBytes(json))!;
        var form = new ContractEventForm("c", "n", raw, default);
        var options = new JsonSerializerOptions { TypeInfoResolver = RestJson.Shared };

        Assert.Equal(expected, JsonSerializer.Serialize(raw, options));
        Assert.DoesNotContain('\n', JsonSerializer.Serialize(form, options));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("NaN")]
    [InlineData("{\"a\":1,}")]
    public void What_is_no_json_is_left_out(string json) => Assert.Null(RawJson.Of(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void What_is_not_UTF8_or_too_deep_is_left_out()
    {
        Assert.Null(RawJson.Of([(byte)'"', 0xff, (byte)'"']));
        Assert.NotNull(RawJson.Of(Encoding.UTF8.GetBytes(new string('[', 64) + new string(']', 64))));
        Assert.Null(RawJson.Of(Encoding.UTF8.GetBytes(new string('[', 65) + new string(']', 65))));
    }
}
