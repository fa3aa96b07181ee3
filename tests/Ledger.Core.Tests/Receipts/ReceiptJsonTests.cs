using System.Text.Json.Nodes;
using Ledger.Core.Receipts;

namespace Ledger.Core.Tests.Receipts;

public sealed class ReceiptJsonTests
{
    [Fact]
    public void A_receipt_survives_the_round_trip_through_json()
    {
        var json = ReceiptJson.Write(ReceiptForge.Good);

        Assert.True(ReceiptJson.TryParse(json, out var receipt, out var error), error);
        Assert.Equal(ReceiptForge.Good, receipt);
        Assert.Equal(json, ReceiptJson.Write(receipt));
    }

    [Fact]
    public void Either_form_is_read_from_a_file()
    {
        Assert.True(ReceiptFile.TryRead(ReceiptForge.Good.Encode(), out var binary, out _));
        Assert.True(ReceiptFile.TryRead([(byte)'\n', .. ReceiptJson.Write(ReceiptForge.Good)], out var text, out _));
        Assert.Equal(binary, text);

        Assert.False(ReceiptFile.TryRead("no receipt"u8, out _, out var error));
        Assert.StartsWith("the receipt is not canonical", error, StringComparison.Ordinal);
    }

    [Fact]
    public void People_read_what_the_bytes_say()
    {
        var text = System.Text.Encoding.UTF8.GetString(ReceiptJson.Write(ReceiptForge.Good));
        var decoded = JsonNode.Parse(text)!["decoded"]!;

        Assert.Equal("出纳", (string?)decoded["evidence"]!["actor"]);
        Assert.Equal("34.5", (string?)decoded["evidence"]!["attributes"]![0]!["value"]);
        Assert.Equal("2026-01-01T00:00:06.000Z", (string?)decoded["anchored"]!["time"]);
        Assert.Equal(2, (int)decoded["block"]!["epoch"]!);
        Assert.Equal([0, 1, 2], decoded["block"]!["signers"]!.AsArray().Select(s => (int)s!));
        Assert.Contains("出纳", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_decoded_section_may_be_left_out() =>
        Assert.True(ReceiptJson.TryParse(Edited(json => json.Remove("decoded")), out _, out _));

    [Fact]
    public void A_decoded_section_that_says_something_else_is_refused()
    {
        AssertRefused("$.decoded.evidence:", json => json["decoded"]!["evidence"]!["subject"] = "order-2");
        AssertRefused("$.decoded.anchored:", json =>
            json["decoded"]!["anchored"]!["time"] = "2025-01-01T00:00:06.000Z");
        AssertRefused("$.decoded.block:", json => json["decoded"]!["block"]!["height"] = 5);
        AssertRefused("$.decoded.block:", json => json["decoded"]!.AsObject().Remove("block"));
        AssertRefused("$.decoded:", json => json["decoded"]!["opinion"] = "genuine");
        AssertRefused("$.decoded:", json => json["decoded"] = "genuine");
    }

    [Fact]
    public void A_property_that_is_missing_unknown_or_doubled_is_refused_with_its_path()
    {
        AssertRefused("$.leaf: is missing", json => json.Remove("leaf"));
        AssertRefused("$.colour: is not a property", json => json["colour"] = "red");
        AssertRefused("$.epoch_changes[1].note: is not", json => json["epoch_changes"]![1]!["note"] = "");
        var text = System.Text.Encoding.UTF8.GetString(ReceiptJson.Write(ReceiptForge.Good));
        AssertRefused(
            "$.log_index: appears twice", System.Text.Encoding.UTF8.GetBytes("{\"log_index\": 4," + text[1..]));
    }

    [Fact]
    public void A_value_that_is_spelt_otherwise_is_refused_with_its_path()
    {
        AssertRefused("$.format: must be \"ledger-receipt/1\"", json => json["format"] = "ledger-receipt/2");
        AssertRefused("$.leaf: must be", json => json["leaf"] = ((string)json["leaf"]!).ToUpperInvariant());
        AssertRefused("$.leaf: must be", json => json["leaf"] = (string)json["leaf"]! + "0");
        AssertRefused("$.leaf: must not be empty", json => json["leaf"] = "");
        AssertRefused("$.log_index: must be an integer", json => json["log_index"] = -1);
        AssertRefused("$.log_index: must be an integer", json => json["log_index"] = "4");
        AssertRefused("$.path[1]: must be 64", json => json["path"]![1] = "00");
        AssertRefused("$.path: must be an array of at most 64", json =>
            json["path"] = new JsonArray([.. Enumerable.Repeat(0, 65).Select(_ => (JsonNode)new string('0', 64))]));
        AssertRefused("$.epoch_changes[0]: must be an object", json => json["epoch_changes"]![0] = 7);
    }

    [Fact]
    public void What_is_not_json_is_refused()
    {
        AssertRefused("$: not JSON", "{"u8.ToArray());
        AssertRefused("$: not JSON", []);
        AssertRefused("$: must be an object", "[]"u8.ToArray());
        AssertRefused("$: not JSON", System.Text.Encoding.UTF8.GetBytes(new string('[', 100_000)));
        AssertRefused("$.format: must be text", "{\"format\": \"\\ud800\"}"u8.ToArray());
        AssertRefused("$.format: must be text", [.. "{\"format\": \""u8, 0xff, .. "\"}"u8]);
    }

    [Fact]
    public void Hostile_json_never_throws()
    {
        var json = ReceiptJson.Write(ReceiptForge.Good);
        var random = new Prng(7);
        for (var round = 0; round < 3000; round++)
        {
            var hostile = (byte[])json.Clone();
            for (var n = random.Below(3); n >= 0; n--) hostile[random.Below(hostile.Length)] = (byte)random.Below(256);

            if (!ReceiptJson.TryParse(hostile, out var receipt, out var error)) Assert.NotEmpty(error);
            else if (receipt != ReceiptForge.Good)
                Assert.False(ReceiptVerifier.Verify(receipt, ReceiptForge.Genesis).IsValid);
        }
    }

    private static void AssertRefused(string error, Action<JsonObject> edit) => AssertRefused(error, Edited(edit));

    private static void AssertRefused(string expected, byte[] json)
    {
        Assert.False(ReceiptJson.TryParse(json, out var receipt, out var error));
        Assert.Null(receipt);
        Assert.StartsWith(expected, error, StringComparison.Ordinal);
    }

    private static byte[] Edited(Action<JsonObject> edit)
    {
        var json = JsonNode.Parse(ReceiptJson.Write(ReceiptForge.Good))!.AsObject();
        edit(json);
        return System.Text.Encoding.UTF8.GetBytes(json.ToJsonString());
    }
}
