namespace Ledger.Interop.Tests.Api;

/// <summary>Programs of others use the REST API of a real node, and check it against its own document.</summary>
public sealed class RestInteropTests(RestFixture node) : IClassFixture<RestFixture>
{
    [Fact]
    public void Python_anchors_with_its_standard_library_alone() => node.Before.AllTrue("anchor");

    [Fact]
    public void Pages_follow_each_other_in_both_orders() => node.Before.AllTrue("pages");

    [Fact]
    public void A_receipt_passes_the_independent_verifier_and_is_not_sent_twice() =>
        node.Before.Equal("receipt", """{"verdict":"NONE","status":200,"kept":304}""");

    [Fact]
    public void A_stream_resumes_after_the_last_event_when_the_node_was_killed_without_loss_or_doubles()
    {
        var before = node.Before["stream"];
        Assert.False(before.TryGetProperty("error", out var error), error.ToString());
        Assert.True(before.GetProperty("gapless").GetBoolean());
        Assert.Equal("[0,1,2]", before.GetProperty("numbers").GetRawText().Replace(" ", "", StringComparison.Ordinal));
        node.After.Equal("resume", """{"gapless":true,"numbers":[3,4]}""");
    }

    [Fact]
    public void The_document_is_valid_OpenAPI_3_1() =>
        node.Checks.Equal("document", """{"valid":true,"errors":[],"version":"3.1.0"}""");

    [Fact]
    public void Every_example_of_the_document_fits_its_schema_and_every_operation_has_one() =>
        node.Checks.Equal("examples", """{"wrong":[],"without":[]}""");

    [Fact]
    public void Every_answer_of_the_node_fits_the_schema_of_the_document() =>
        node.Checks.Equal("answers", """{"wrong":[],"all":true}""");

    [Fact]
    public void Refusals_fit_the_schema_of_problems()
    {
        node.Checks.Equal("undocumented", """{"status":400,"reason":"INVALID_ARGUMENT","faults":[]}""");
        node.Checks.Equal("stranger", """{"status":401,"reason":"CREDENTIAL_MISSING","faults":[]}""");
    }
}
