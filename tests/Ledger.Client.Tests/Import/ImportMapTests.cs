using System.Text;
using Ledger.Client.Import;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;

namespace Ledger.Client.Tests.Import;

public sealed class ImportMapTests
{
    private const string Minimal = """
        {"ledger_import_map":1,"record":{"type":"t","subject":{"field":"s"},"actor":"a","action":"x","role":"r"}}
        """;

    [Fact]
    public void A_record_carries_the_digest_of_its_row_first()
    {
        var row = Row(("s", "order-1"));

        var record = Map(Minimal).Map(row, Sha256.Instance);

        Assert.Equal("order-1", record.Subject);
        var digest = Assert.Single(record.Digests);
        Assert.Equal(Sha256.Instance.Hash("{\"s\":\"order-1\"}"u8).ToArray(), digest.Value.ToArray());
        Assert.Equal(ImportRow.MediaType, digest.MediaType);
    }

    [Fact]
    public void Rules_take_captures_and_tables_replace_whole_values()
    {
        var map = WithAction("""
            {"field":"f",
             "rules":[{"match":"^no ","value":"never"},{"match":"^(?<verb>\\w+) by (.*)$","value":"{{{1}}}{verb}"}],
             "table":{"{me}done":"finished"}}
            """);

        Assert.Equal("finished", map.Map(Row(("s", "x"), ("f", "done by me")), Sha256.Instance).Action);
    }

    [Fact]
    public void A_value_that_no_rule_fits_is_refused_with_line_and_field()
    {
        var map = WithAction("""{"field":"f","rules":[{"match":"^a$","value":"b"}]}""");

        var fault = Assert.Throws<ImportException>(() => map.Map(Row(("s", "x"), ("f", "c")), Sha256.Instance));

        Assert.Equal(7, fault.Line);
        Assert.Equal("f", fault.Field);
        Assert.Contains("record.action", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_attribute_of_which_the_mapping_says_no_kind_has_that_of_its_types_table()
    {
        var map = Map(Minimal.Replace("\"type\":\"t\"", "\"type\":\"trade.payment\"", StringComparison.Ordinal).Replace(
            "\"role\":",
            """
            "attributes":{"amount":{"field":"f"},"x-own":{"field":"f"},"payer":{"field":"f","kind":"text"}},"role":
            """,
            StringComparison.Ordinal));

        var attributes = map.Map(Row(("s", "x"), ("f", "12.50")), Sha256.Instance).Attributes;

        Assert.Equal(
            [("amount", AttributeKind.Decimal, "12.5"), ("payer", AttributeKind.Text, "12.50"),
                ("x-own", AttributeKind.Text, "12.50")],
            attributes.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => (a.Key, a.Kind, a.DisplayValue())));
    }

    [Fact]
    public void A_row_that_lacks_a_field_is_refused() => Assert.Equal(
        "s", Assert.Throws<ImportException>(() => Map(Minimal).Map(Row(("t", "x")), Sha256.Instance)).Field);

    [Theory]
    [InlineData("decimal", "12.50", "12.5")]
    [InlineData("decimal", "+007", "7")]
    [InlineData("decimal", "-0.0", "0")]
    [InlineData("decimal", ".5", "0.5")]
    [InlineData("integer", "-3", "-3")]
    [InlineData("boolean", "True", "true")]
    [InlineData("time", "2017-01-09T09:17:18.000+01:00", "2017-01-09T08:17:18.000Z")]
    [InlineData("text", " x ", " x ")]
    public void Attributes_are_brought_to_their_kind(string kind, string value, string expected)
    {
        var record = WithAttribute(kind).Map(Row(("s", "x"), ("f", value)), Sha256.Instance);

        Assert.Equal(expected, record.Attribute("k")!.DisplayValue());
    }

    [Theory]
    [InlineData("decimal", "1e5")]
    [InlineData("decimal", "1,5")]
    [InlineData("decimal", "--1")]
    [InlineData("decimal", ".")]
    [InlineData("integer", "1.0")]
    [InlineData("boolean", "yes")]
    [InlineData("time", "09.01.2017")]
    [InlineData("time", "2017-01-09T09:17:18")]
    [InlineData("time", "1969-12-31T23:59:59Z")]
    [InlineData("text", "two\nlines")]
    public void Values_of_another_kind_are_refused(string kind, string value) =>
        Assert.Throws<ImportException>(() => WithAttribute(kind).Map(Row(("s", "x"), ("f", value)), Sha256.Instance));

    [Fact]
    public void A_zone_makes_local_times_definite()
    {
        var map = Map(Minimal.Replace(
            "\"role\":",
            "\"occurred_at\":{\"field\":\"f\",\"zone\":\"+08:00\"},\"role\":",
            StringComparison.Ordinal));

        var record = map.Map(Row(("s", "x"), ("f", "2026-01-01 08:00:00")), Sha256.Instance);

        Assert.Equal("2026-01-01T00:00:00.000Z", record.OccurredAt.ToString());
    }

    [Fact]
    public void A_keyed_row_digest_needs_its_key_and_differs_from_the_plain_one()
    {
        var map = Map(Minimal.Replace("\"record\"", "\"row_digest\":\"keyed\",\"record\"", StringComparison.Ordinal));

        var digest = map.Map(Row(("s", "x")), Sha256.Instance, new byte[] { 1 }).Digests[0];

        Assert.Equal("hmac-sha-256", digest.Algorithm);
        Assert.NotEqual(Row(("s", "x")).Digest(Sha256.Instance).ToArray(), digest.Value.ToArray());
        Assert.Throws<ArgumentException>(() => map.Map(Row(("s", "x")), Sha256.Instance));
        Assert.Throws<ArgumentException>(() => Map(Minimal).Map(Row(("s", "x")), Sha256.Instance, new byte[] { 1 }));
    }

    [Fact]
    public void A_digest_that_the_source_carries_is_added()
    {
        var map = Map(Minimal.Replace(
            "\"role\":",
            "\"digests\":[{\"algorithm\":\"sm3\",\"field\":\"f\",\"optional\":true}],\"role\":",
            StringComparison.Ordinal));

        Assert.Equal([0xab, 0xcd], map.Map(Row(("s", "x"), ("f", "ABcd")), Sha256.Instance).Digests[1].Value.ToArray());
        Assert.Single(map.Map(Row(("s", "x")), Sha256.Instance).Digests);
        Assert.Throws<ImportException>(() => map.Map(Row(("s", "x"), ("f", "abc")), Sha256.Instance));
    }

    [Theory]
    [InlineData("{", "not JSON")]
    [InlineData("[]", "object")]
    [InlineData("{\"ledger_import_map\":2}", "must be 1")]
    [InlineData("{\"ledger_import_map\":1}", "record")]
    [InlineData("{\"ledger_import_map\":1,\"recrod\":{}}", "recrod")]
    [InlineData("{\"ledger_import_map\":1,\"record\":{\"type\":\"t\"}}", "record.subject")]
    [InlineData("{\"ledger_import_map\":1,\"record\":{\"type\":7}}", "record.type")]
    [InlineData("{\"ledger_import_map\":1,\"record\":{\"type\":{\"field\":\"f\",\"rulse\":[]}}}", "record.type.rulse")]
    public void A_mapping_with_an_error_is_refused_with_its_path(string json, string part)
    {
        var fault = Assert.Throws<ImportException>(() => Map(json));

        Assert.Contains(part, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(", "", "rules[0]")]
    [InlineData("a", "{1}", "capture '1'")]
    [InlineData("(a)\\\\1", "", "rules[0]")]
    [InlineData("a", "}", "without")]
    public void A_rule_with_an_error_is_refused_with_its_path(string match, string value, string part)
    {
        var fault = Assert.Throws<ImportException>(
            () => WithAction($$"""{"field":"f","rules":[{"match":"{{match}}","value":"{{value}}"}]}"""));

        Assert.Contains(part, fault.Message, StringComparison.Ordinal);
    }

    private static ImportMap WithAction(string expression) =>
        Map(Minimal.Replace("\"x\"", expression, StringComparison.Ordinal));

    private static ImportMap WithAttribute(string kind) => Map(Minimal.Replace(
        "\"role\":",
        $"\"attributes\":{{\"k\":{{\"kind\":\"{kind}\",\"field\":\"f\"}}}},\"role\":",
        StringComparison.Ordinal));

    private static ImportMap Map(string json) => ImportMap.Parse(Encoding.UTF8.GetBytes(json));

    private static ImportRow Row(params (string Key, string Value)[] fields) =>
        new(3, 7, fields.ToDictionary(f => f.Key, f => f.Value));
}
