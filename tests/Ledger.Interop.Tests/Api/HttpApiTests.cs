using System.Diagnostics;
using Ledger.Interop.Tests.Observability;

namespace Ledger.Interop.Tests.Api;

/// <summary>What supervisors and Prometheus ask a real node, asked with curl over HTTP/1.1.</summary>
[Collection(NodeTests.Name)]
public sealed class HttpApiTests(NodeFixture node)
{
    [Theory]
    [InlineData("/healthz", "ok\n")]
    [InlineData("/readyz", "ready\n")]
    public async Task The_node_tells_its_health(string path, string expected)
    {
        var (head, body) = await CurlAsync(path);

        Assert.Equal("200 1.1 text/plain; charset=utf-8", head);
        Assert.Equal(expected, body);
    }

    [Fact]
    public async Task Promtool_finds_no_fault_in_the_nodes_metrics()
    {
        var (head, body) = await CurlAsync("/metrics");

        Assert.Equal("200 1.1 text/plain; version=0.0.4; charset=utf-8", head);
        Assert.Contains("ledger_api_grpc_duration_seconds_count{", body, StringComparison.Ordinal);
        Assert.Contains("ledger_reason=\"SIGNATURE_INVALID\"", body, StringComparison.Ordinal);
        Assert.Equal("", await Promtool.LintAsync(body));
    }

    [Fact]
    public async Task A_stranger_reaches_nothing_else_on_the_port() =>
        Assert.EndsWith("401 1.1 application/problem+json", (await CurlAsync("/anything")).Head, StringComparison.Ordinal);

    // The line behind the body has status, HTTP version and content type.
    private async Task<(string Head, string Body)> CurlAsync(string path)
    {
        using var curl = Process.Start(new ProcessStartInfo(
            "curl",
            [
                "--silent", "--show-error", "--max-time", "20", "--http1.1",
                "--write-out", "%{http_code} %{http_version} %{content_type}", new Uri(node.Node.Http, path).ToString(),
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = curl.StandardError.ReadToEndAsync();
        var output = await curl.StandardOutput.ReadToEndAsync();
        await curl.WaitForExitAsync();
        Assert.Equal("", await errors);
        var end = output.LastIndexOf('\n') + 1;
        return (output[end..], output[..end]);
    }
}
