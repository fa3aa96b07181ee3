namespace Ledger.Interop.Tests.Grpc;

/// <summary>What every gRPC client must see when it calls our server.</summary>
public abstract class ForeignClientTests(ForeignClientFixture client)
{
    [Fact]
    public void A_unary_call_is_answered() => client.Results.Equal("unary", """{"text":"证据","equal":true}""");

    [Fact]
    public void Ten_thousand_messages_arrive_in_order() =>
        client.Results.Equal("stream", """{"count":10000,"ordered":true}""");

    [Fact]
    public void A_stream_may_be_empty() => client.Results.Equal("empty", """{"count":0}""");

    [Fact]
    public void A_stream_may_fail_after_its_messages() =>
        client.Results.Equal("lateFailure", """{"count":20,"code":15}""");

    [Fact]
    public void A_refusal_arrives_with_text_reason_and_retry_delay() => client.Results.Equal("details", """
        {
          "code": 8,
          "message": "内存池已满 100%\nretry",
          "details": {
            "code": 8,
            "message": "内存池已满 100%\nretry",
            "reason": "MEMPOOL_FULL",
            "domain": "ledger",
            "retryMs": 1500
          }
        }
        """);

    [Fact]
    public void An_exception_of_the_node_arrives_without_its_text()
    {
        var result = client.Results["thrown"];

        Assert.Equal(13, result.GetProperty("code").GetInt32());
        Assert.DoesNotContain("secret", result.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_deadline_ends_the_call() => HasCode("deadline", 4);

    [Fact]
    public void A_stream_can_be_cancelled() => client.Results.Equal("cancel", """{"enough":true,"code":1}""");

    [Fact]
    public void Compressed_messages_work_in_both_directions() => client.Results.Equal("gzip", """{"equal":true}""");

    [Fact]
    public void A_message_over_the_limit_is_refused() => HasCode("tooLarge", 8);

    [Fact]
    public void A_method_that_is_not_mapped_is_unimplemented() => HasCode("unmapped", 12);

    [Fact]
    public void Health_is_checked_and_watched() =>
        client.Results.Equal("health", """{"whole":"SERVING","watched":"SERVING","unknown":5}""");

    [Theory]
    [InlineData("v1")]
    [InlineData("v1alpha")]
    public void Reflection_lists_services_and_describes_them(string version)
    {
        var result = client.Results["reflection"];
        Assert.False(result.TryGetProperty("error", out var error), error.ToString());

        ForeignResults.Equal(
            result.GetProperty(version),
            """
            {
              "services": [
                "grpc.health.v1.Health",
                "grpc.reflection.v1.ServerReflection",
                "grpc.reflection.v1alpha.ServerReflection",
                "ledger.testing.v1.Probe"
              ],
              "methods": ["Chat", "Count", "Echo", "Fail", "Hang", "Unmapped"]
            }
            """);
    }

    [Fact]
    public void Many_calls_run_in_parallel() => client.Results.Equal("parallel", """{"equal":true}""");

    private void HasCode(string name, int code)
    {
        Assert.True(client.Results[name].TryGetProperty("code", out var seen), client.Results[name].GetRawText());
        Assert.Equal(code, seen.GetInt32());
    }
}

/// <summary>@grpc/grpc-js calls our server.</summary>
public sealed class GrpcJsClientTests(GrpcJsClientFixture client)
    : ForeignClientTests(client), IClassFixture<GrpcJsClientFixture>;

/// <summary>python3-grpcio calls our server.</summary>
public sealed class PythonClientTests(PythonClientFixture client)
    : ForeignClientTests(client), IClassFixture<PythonClientFixture>;
