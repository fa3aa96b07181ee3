using System.Text;
using System.Text.Json;
using Ledger.Contracts.Runtime;
using Ledger.Contracts.Runtime.Schema;

namespace Ledger.Contracts.Tests.Runtime;

public sealed class SchemaTests
{
    [Theory]
    [InlineData("true", "[null,{}]")]
    [InlineData("{}", "\"x\"")]
    [InlineData("""{"type":"integer","minimum":-5,"maximum":5}""", "-5")]
    [InlineData("""{"type":["integer","null"]}""", "null")]
    [InlineData("""{"type":"string","minLength":2,"maxLength":2}""", "\"é😀\"")]
    [InlineData("""{"type":"array","items":{"type":"boolean"},"minItems":1,"maxItems":2}""", "[true,false]")]
    [InlineData("""{"properties":{"a":{"type":"string"}},"additionalProperties":{"type":"integer"}}""",
        """{"a":"x","b":1}""")]
    [InlineData("""{"enum":["a",1,null,true]}""", "1")]
    [InlineData("""{"const":"a"}""", "\"a\"")]
    [InlineData("""{"oneOf":[{"type":"string"},{"type":"integer"}]}""", "1")]
    [InlineData("""{"anyOf":[{"type":"string"},{"minimum":0}]}""", "\"x\"")]
    [InlineData("""{"allOf":[{"type":"integer"},{"minimum":0}]}""", "1")]
    [InlineData("""{"format":"money"}""", "\"12300\"")]
    [InlineData("""{"format":"money"}""", "\"0\"")]
    [InlineData("""{"format":"decimal"}""", "\"-12.5\"")]
    [InlineData("""{"format":"date-time"}""", "\"2026-02-28T23:59:59.999Z\"")]
    [InlineData("""{"format":"date"}""", "\"2028-02-29\"")]
    [InlineData("""{"format":"currency"}""", "\"CNY\"")]
    [InlineData("""{"format":"account"}""", "\"member/a/b\"")]
    [InlineData("""{"format":"account"}""", "\"contract/usage-control\"")]
    [InlineData("""{"format":"contract"}""", "\"usage-control\"")]
    [InlineData("""{"format":"identifier"}""", "\"a_1\"")]
    [InlineData("""{"format":"hex"}""", "\"\"")]
    [InlineData("""{"format":"base64"}""", "\"YQ==\"")]
    [InlineData("""{"$ref":"#/$defs/pair"}""", "[1,2]")]
    [InlineData("""{"maxProperties":1}""", """{"a":1}""")]
    public void Values_that_fit_pass(string schema, string value) => Assert.Null(Check(schema, value));

    [Theory]
    [InlineData("false", "1", "/: is an integer and must be absent")]
    [InlineData("""{"type":"integer","minimum":0}""", "-1", "/: is -1 and must be at least 0")]
    [InlineData("""{"maximum":5}""", "6", "/: is 6 and must be at most 5")]
    [InlineData("""{"type":["string","null"]}""", "1", "/: is an integer and must be null or a string")]
    [InlineData("""{"minLength":3}""", "\"é😀\"", "/: has 2 characters and must have at least 3")]
    [InlineData("""{"maxLength":1}""", "\"é😀\"", "/: has 2 characters and may have 1")]
    [InlineData("""{"items":{"type":"string"}}""", """["a",2]""", "/1: is an integer and must be a string")]
    [InlineData("""{"minItems":1}""", "[]", "/: has 0 items and must have at least 1")]
    [InlineData("""{"maxItems":1}""", "[1,2]", "/: has 2 items and may have 1")]
    [InlineData("""{"required":["a"]}""", "{}", "/a: is missing")]
    [InlineData("""{"additionalProperties":false}""", """{"b/c~d":1}""", "/b~1c~0d: is not known here; check the spelling")]
    [InlineData("""{"minProperties":1}""", "{}", "/: has 0 properties and must have at least 1")]
    [InlineData("""{"maxProperties":0}""", """{"a":1}""", "/: has 1 properties and may have 0")]
    [InlineData("""{"enum":["a",1]}""", "\"b\"", "/: must be one of \"a\", 1")]
    [InlineData("""{"enum":["1"]}""", "1", "/: must be one of \"1\"")]
    [InlineData("""{"oneOf":[{"type":"integer"},{"minimum":0}]}""", "1",
        "/: matches 2 of the alternatives of oneOf and must match one")]
    [InlineData("""{"anyOf":[{"type":"string"}]}""", "1", "/: matches none of the alternatives of anyOf")]
    [InlineData("""{"allOf":[{"type":"integer"},{"minimum":2}]}""", "1", "/: is 1 and must be at least 2")]
    [InlineData("""{"properties":{"a":{"items":{"properties":{"b":{"format":"money"}}}}}}""",
        """{"a":[{"b":"1"},{"b":"01"}]}""",
        "/a/1/b: must have the format money: minor units: digits without leading zero, at most 38; `0` is one")]
    public void What_does_not_fit_is_named_by_its_pointer(string schema, string value, string fault) =>
        Assert.Equal(fault, Check(schema, value));

    [Theory]
    [InlineData("money", "-1", "1.0", "1e3", "", "999999999999999999999999999999999999999")]
    [InlineData("decimal", "1.50", "-0", "01", "1.", ".5")]
    [InlineData("date-time", "2026-02-30T00:00:00Z", "2026-01-01T00:00:00+00:00", "2026-01-01", "2026-01-01T24:00:00Z")]
    [InlineData("date", "2026-02-29", "2026-1-1", "26-01-01")]
    [InlineData("currency", "CN", "cny", "1CN", "ABCDEFGHIJKLM")]
    [InlineData("account", "member/", "contract/A", "ops", "supply/CNY")]
    [InlineData("contract", "A", "a--b", "")]
    [InlineData("identifier", "1a", "a-b", "")]
    [InlineData("evidence-id", "00", "x")]
    [InlineData("hash", "00", "ABCDEF")]
    [InlineData("hex", "0", "AB", "zz")]
    [InlineData("base64", "YQ", "Y Q=", "YQ==\n", "*")]
    public void Formats_refuse_other_spellings(string format, params string[] texts) =>
        Assert.All(texts, text => Assert.False(SchemaFormats.Allows(format, text), text));

    [Theory]
    [InlineData("""{"type":"number"}""",
        "there is no type number: use integer, or a string with the format decimal or money")]
    [InlineData("""{"type":"text"}""", "there is no type 'text'")]
    [InlineData("""{"type":[]}""", "type is a name or a list of names")]
    [InlineData("""{"pattern":"^a*$"}""", "the keyword 'pattern' is not supported")]
    [InlineData("""{"exclusiveMinimum":1}""", "the keyword 'exclusiveMinimum' is not supported")]
    [InlineData("""{"format":"email"}""", "there is no format 'email'")]
    [InlineData("""{"minLength":-1}""", "minLength is a whole number of at least 0")]
    [InlineData("""{"minimum":"1"}""", "minimum is a whole number")]
    [InlineData("""{"enum":[]}""", "enum is a list of values")]
    [InlineData("""{"enum":[[]]}""", "enum and const hold strings, integers, booleans and null")]
    [InlineData("""{"enum":[1],"const":1}""", "enum and const together say nothing more than const")]
    [InlineData("""{"required":"a"}""", "required is a list of names")]
    [InlineData("""{"required":["a","a"]}""", "required names something twice")]
    [InlineData("""{"$ref":"#/$defs/none"}""", "'#/$defs/none' refers to nothing; a reference is #/$defs/name")]
    [InlineData("""{"$ref":"other.json"}""", "'other.json' refers to nothing; a reference is #/$defs/name")]
    [InlineData("""{"$ref":"#/$defs/pair","type":"array"}""", "beside $ref there is nothing else")]
    [InlineData("1", "a schema is an object, true or false")]
    public void Keywords_that_are_not_understood_are_refused_at_deployment(string schema, string fault)
    {
        Assert.Null(ContractSchema.Parse(Document(schema), out var found));

        Assert.Equal("/functions/f/arguments: " + fault, found);
    }

    [Theory]
    [InlineData("[]", "/: a contract's schema is an object")]
    [InlineData("""{"function":{}}""",
        "/function: is not known here; a contract's schema has functions, queries, events and $defs")]
    [InlineData("""{"functions":{"a b":{}}}""", "/functions/a b: is not an identifier")]
    [InlineData("""{"functions":{"f":{"returns":{}}}}""",
        "/functions/f/returns: is not known here; a function has arguments and result")]
    [InlineData("""{"functions":{"queries":{}}}""", "/: 'queries' is no function")]
    [InlineData("""{"$schema":"draft-07"}""", "/$schema: must be https://json-schema.org/draft/2020-12/schema")]
    [InlineData("""{"$defs":{"a":{"$ref":"#/$defs/a"}}}""", "/$defs/a: '#/$defs/a' refers to itself")]
    [InlineData("""{"functions":{},"functions":{}}""",
        "/: not well-formed JSON, nested too deeply, or a name appears twice")]
    public void A_document_of_another_shape_is_refused(string document, string fault)
    {
        Assert.Null(ContractSchema.Parse(Encoding.UTF8.GetBytes(document), out var found));

        Assert.Equal(fault, found);
    }

    [Theory]
    [InlineData("0.5")]
    [InlineData("1e2")]
    [InlineData("-0")]
    [InlineData("9007199254740992")]
    [InlineData("-9007199254740992")]
    [InlineData("99999999999999999999")]
    [InlineData("[1.0]")]
    [InlineData("\"\\ud800\"")]
    [InlineData("{\"\\udc00\":1}")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("[1,]")]
    [InlineData("//x\n1")]
    [InlineData("")]
    [InlineData("NaN")]
    public void Json_that_readers_could_take_differently_does_not_cross_the_border(string json)
    {
        using var document = JsonRules.Parse(Encoding.UTF8.GetBytes(json), out var fault);

        Assert.Null(document);
        Assert.StartsWith("/", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_check_takes_gas_for_every_step_so_that_no_schema_can_run_away()
    {
        // Each level doubles the work: 2^20 checks of one value, in a schema of a kilobyte.
        var levels = string.Join(',', Enumerable.Range(0, 14).Select(i =>
            $$$"""
            "l{{{i}}}":{"anyOf":[{"$ref":"#/$defs/l{{{i + 1}}}"},{"$ref":"#/$defs/l{{{i + 1}}}"}]}
            """));
        var text = $$"""
            {"functions":{"f":{"arguments":{"$ref":"#/$defs/l0"} } },"$defs":{ {{levels}},"l14":{"type":"string"} } }
            """;
        var schema = ContractSchema.Parse(Encoding.UTF8.GetBytes(text), out var fault);
        Assert.True(schema is not null, fault);
        var gas = 1_000_000L;
        using var value = JsonDocument.Parse("1");

        Assert.Throws<InvalidOperationException>(() => new SchemaChecker(charge =>
        {
            gas -= charge;
            if (gas < 0) throw new InvalidOperationException("out of gas");
        }).Check(schema.Functions["f"].Arguments, value.RootElement));
    }

    [Fact]
    public void A_schema_of_any_bytes_is_read_or_refused()
    {
        var random = new Random(11);
        var sample = Encoding.UTF8.GetBytes(Support.Sources.CounterSchema);
        for (var i = 0; i < 3000; i++)
        {
            var bytes = (byte[])sample.Clone();
            for (var changes = 1 + random.Next(3); changes > 0; changes--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(32, 127);
            var schema = ContractSchema.Parse(bytes, out var fault);
            Assert.Equal(schema is null, fault.Length > 0);
        }
    }

    // A text of 1,000 characters with its quotes, held against so many schemas beside the one that names them.
    [Theory]
    [InlineData("""{"type":"string"}""", 0)]
    [InlineData("""{"anyOf":[{"type":"integer"},{"type":"string"},{}]}""", 2)]
    [InlineData("""{"oneOf":[{"type":"integer"},{"type":"string"}]}""", 2)]
    [InlineData("""{"allOf":[{"type":"string"},{},{}]}""", 3)]
    [InlineData("""{"anyOf":[{"anyOf":[{"type":"integer"}]},{}]}""", 3)]
    public void What_alternatives_look_at_again_is_paid_for_again(string schema, int again)
    {
        var gas = 0L;
        var parsed = ContractSchema.Parse(Document(schema), out _)!;
        using var document = JsonDocument.Parse('"' + new string('x', 1000) + '"');

        var fault = new SchemaChecker(charge => gas += charge).Check(parsed.Functions["f"].Arguments, document.RootElement);

        Assert.Null(fault);
        Assert.Equal(GasSchedule.SchemaNode + (again * (GasSchedule.SchemaNode + (1002 * GasSchedule.JsonByte))), gas);
    }

    private static string? Check(string schema, string value)
    {
        var parsed = ContractSchema.Parse(Document(schema), out var fault);
        Assert.True(parsed is not null, fault);
        using var document = JsonRules.Parse(Encoding.UTF8.GetBytes(value), out fault);
        Assert.True(document is not null, fault);
        return new SchemaChecker(_ => { }).Check(parsed.Functions["f"].Arguments, document.RootElement);
    }

    private static byte[] Document(string schema) => Encoding.UTF8.GetBytes(
        $$$"""
        {"functions":{"f":{"arguments":{{{schema}}} } },"$defs":{"pair":{"type":"array","minItems":2,"maxItems":2} } }
        """);
}
