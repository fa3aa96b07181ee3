using Ledger.Interop.Tests.Spec;

namespace Ledger.Interop.Tests.Api;

/// <summary>
/// A client in Python on grpcio, with encoding, keys, signatures and proofs of its own, written from docs/spec alone,
/// uses a real node.
/// </summary>
[Collection(NodeTests.Name)]
public sealed class PythonApiTests(NodeFixture node)
{
    [Fact]
    public void It_computes_the_channel_id_that_the_node_serves() =>
        node.Python.Equal("status", """{"channel":true,"ready":true,"role":"validator"}""");

    [Fact]
    public void Its_keys_signatures_and_proofs_are_those_of_the_vectors() => node.Python.AllTrue("vectors");

    [Fact]
    public void Its_transaction_is_committed_once_however_often_it_is_sent() => node.Python.Equal(
        "anchor", """{"state":"COMMITTED","id":true,"leaves":2,"idempotent":true,"unknown":"UNKNOWN"}""");

    [Fact]
    public void It_finds_its_records_byte_for_byte() => node.Python.AllTrue("query");

    [Fact]
    public void Its_receipt_passes_the_independent_verifier()
    {
        var result = node.Python["receipt"];

        Assert.False(result.TryGetProperty("error", out var error), error.ToString());
        Assert.Equal("NONE", result.GetProperty("verdict").GetString());
        Assert.True(result.GetProperty("record").GetBoolean());
        Assert.True(result.GetProperty("byPlace").GetBoolean());
    }

    [Fact]
    public void It_follows_the_chain_from_genesis_and_comes_to_the_same_headers() => node.Python.AllTrue("subscribe");

    [Fact]
    public void It_proves_presence_and_absence_in_the_state() => node.Python.Equal(
        "state", """{"timeline":"VALID","absent":"VALID","validators":"VALID","head":true,"set":true}""");

    [Fact]
    public void It_proves_that_the_log_only_grew() =>
        node.Python.Equal("consistency", """{"grown":true,"verdict":"VALID"}""");

    [Theory]
    [InlineData("signature", "SIGNATURE_INVALID")]
    [InlineData("highS", "SIGNATURE_INVALID")]
    [InlineData("channel", "WRONG_CHANNEL")]
    [InlineData("type", "UNKNOWN_TYPE")]
    [InlineData("action", "INVALID_FIELD")]
    [InlineData("attribute", "INVALID_FIELD")]
    [InlineData("missing", "MISSING_FIELD")]
    [InlineData("role", "NOT_AUTHORISED")]
    [InlineData("key", "UNKNOWN_KEY")]
    [InlineData("kind", "UNKNOWN_KIND")]
    [InlineData("expired", "EXPIRED")]
    [InlineData("lifetime", "LIFETIME_TOO_LONG")]
    [InlineData("trailing", "MALFORMED")]
    [InlineData("default", "MALFORMED")]
    [InlineData("noRecord", "MALFORMED")]
    [InlineData("records", "TOO_LARGE")]
    [InlineData("decimal", "MALFORMED")]
    [InlineData("large", "MALFORMED")]
    [InlineData("receipt", "NOT_FOUND")]
    [InlineData("block", "NOT_FOUND")]
    [InlineData("id", "INVALID_ARGUMENT")]
    public void A_refusal_has_the_reason_and_the_status_of_the_page(string attempt, string reason)
    {
        var result = node.Python["refusals"];

        Assert.False(result.TryGetProperty("error", out var error), error.ToString());
        Assert.Equal($"{SpecPages.StatusOf(reason)} {reason}", result.GetProperty(attempt).GetString());
    }
}
