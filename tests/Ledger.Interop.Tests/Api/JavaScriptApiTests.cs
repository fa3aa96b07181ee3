using System.Text.Json;

namespace Ledger.Interop.Tests.Api;

/// <summary>A client of @grpc/grpc-js on the published ledger.proto uses a real node.</summary>
[Collection(NodeTests.Name)]
public sealed class JavaScriptApiTests(NodeFixture node)
{
    [Fact]
    public void It_reads_the_status() => node.JavaScript.Equal("status", $$"""
        {"channel":"{{node.Node.Genesis.Channel}}","name":"main","role":"validator","ready":true,"certified":true}
        """);

    [Fact]
    public void It_submits_what_another_client_signed() => node.JavaScript.Equal("submit", $$"""
        {"transaction":"{{node.Handed}}","state":"COMMITTED","leaves":1,"same":true}
        """);

    [Fact]
    public void It_streams_all_blocks_in_order_and_leaves() =>
        node.JavaScript.Equal("blocks", """{"inOrder":true,"equal":true,"code":1}""");

    [Fact]
    public void Its_deadline_ends_a_subscription_that_waits() =>
        node.JavaScript.Equal("deadline", """{"blocks":0,"code":4}""");

    [Fact]
    public void It_reads_the_reason_of_a_refusal() =>
        node.JavaScript.Equal("refusal", """{"code":3,"reason":"MALFORMED","domain":"ledger"}""");

    [Fact]
    public void Without_a_token_it_is_told_why_it_is_refused() =>
        node.JavaScript.Equal("stranger", """{"code":16,"reason":"CREDENTIAL_MISSING","domain":"ledger"}""");

    [Fact]
    public void Reflection_lists_the_service_with_all_its_methods()
    {
        var methods = Core.Api.V1.LedgerReflection.Descriptor.Services.Single().Methods;

        node.JavaScript.Equal("reflection", JsonSerializer.Serialize(new
        {
            services = new[]
            {
                "grpc.health.v1.Health",
                "grpc.reflection.v1.ServerReflection",
                "grpc.reflection.v1alpha.ServerReflection",
                "ledger.v1.AuditService",
                "ledger.v1.LedgerService",
            },
            methods = methods.Select(m => m.Name).Order(StringComparer.Ordinal),
        }));
    }

    [Fact]
    public void Node_and_service_are_healthy() =>
        node.JavaScript.Equal("health", """{"whole":"SERVING","ledger":"SERVING"}""");
}
