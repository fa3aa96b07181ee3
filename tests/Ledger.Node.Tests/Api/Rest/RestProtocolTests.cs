using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Ledger.Core.Cbor;
using Ledger.Core.Portable;
using Ledger.Core.Receipts;
using Ledger.Testing.Builders;

namespace Ledger.Node.Tests.Api.Rest;

/// <summary>What every operation does with requests that are not as the document says, and with those that are.</summary>
public sealed class RestProtocolTests : IAsyncLifetime
{
    private const string Zeros = "0000000000000000000000000000000000000000000000000000000000000000";

    private RestScene _scene = null!;

    public async Task InitializeAsync()
    {
        _scene = await RestScene.StartAsync();
        for (var i = 0; i < 3; i++) _scene.Ledger.Add(A.Transaction(_scene.Ledger.Genesis, "org-a", A.Record($"s-{i}")));
    }

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Theory]
    [InlineData("/v1/status?verbose=true", 400, "INVALID_ARGUMENT")]
    [InlineData("/v1/evidence?subject=a&subject=b", 400, "INVALID_ARGUMENT")]
    [InlineData("/v1/evidence?subject=a&actor=b", 400, "INVALID_ARGUMENT")]
    [InlineData("/v1/evidence", 400, "INVALID_ARGUMENT")]
    [InlineData("/v1/evidence?subject=", 400, "INVALID_ARGUMENT")]
    [InlineData("/v1/evidence?digest=ABCD", 400, "INVALID_ARGUMENT")]
    [InlineData("/v1/evidence?digest=abc", 400, "INVALID_ARGUMENT")]
    [InlineData("/v1/evidence?from=yesterday", 400, "INVALID_ARGUMENT")]
    [InlineData("/v1/evidence?from=2026-01-01T00:00:00%2B08:00", 400, "INVALID_ARGUMENT")]
    [InlineData("/v1/evidence?from=1969-01-01T00:00:00Z", 400, "INVALID_ARGUMENT")]
    [InlineData("/v1/evidence?subject=a&limit=1001", 400, "INVALID_ARGUMENT")]
    [InlineData("/v1/evidence?subject=a&limit=-1", 400, "INVALID_ARGUMENT")]
    [InlineData("/v1/evidence?subject=a&limit=01", 400, "INVALID_ARGUMENT")]
    [InlineData("/v1/evidence?subject=a&cursor=%20", 400, "INVALID_ARGUMENT")]
    [InlineData("/v1/evidence?subject=a&cursor=AAAA", 400, "INVALID_ARGUMENT")]
    [InlineData("/v1/evidence?subject=a&order=sideways", 400, "INVALID_ARGUMENT")]
    [InlineData("/v1/evidence?subject=a&minHeight=9", 503, "BEHIND")]
    [InlineData("/v1/evidence/xyz", 400, "INVALID_ARGUMENT")]
    [InlineData("/v1/evidence/" + Zeros, 404, "NOT_FOUND")]
    [InlineData("/v1/evidence/" + Zeros + ".01", 400, "INVALID_ARGUMENT")]
    [InlineData("/v1/evidence/" + Zeros + "/receipt", 404, "NOT_FOUND")]
    [InlineData("/v1/transactions/" + Zeros + "/result-receipt", 404, "NOT_FOUND")]
    [InlineData("/v1/log/9/receipt", 404, "NOT_FOUND")]
    [InlineData("/v1/log/consistency?from=9", 400, "INVALID_ARGUMENT")]
    [InlineData("/v1/blocks/99", 404, "NOT_FOUND")]
    [InlineData("/v1/blocks/-1", 400, "INVALID_ARGUMENT")]
    [InlineData("/v1/blocks/1?transactions=yes", 400, "INVALID_ARGUMENT")]
    [InlineData("/v1/blocks/99999999999999999999", 400, "INVALID_ARGUMENT")]
    [InlineData("/v1/contracts/shop", 404, "NOT_FOUND")]
    [InlineData("/v1/contracts/NoName", 400, "INVALID_ARGUMENT")]
    [InlineData("/v1/state/timelines/0xABCD", 400, "INVALID_ARGUMENT")]
    [InlineData("/v1/nothing", 404, "NO_SUCH_PATH")]
    [InlineData("/v1", 404, "NO_SUCH_PATH")]
    public async Task What_is_wrong_with_a_request_is_said(string path, int status, string reason)
    {
        using var answer = await _scene.Client.GetAsync(new Uri(path, UriKind.Relative));

        await IsProblem(answer, status, reason);
    }

    [Theory]
    [InlineData("POST", "/v1/status", "GET, HEAD, OPTIONS")]
    [InlineData("DELETE", "/v1/blocks/1", "GET, HEAD, OPTIONS")]
    [InlineData("GET", "/v1/transactions", "POST, OPTIONS")]
    [InlineData("PATCH", "/v1/contracts/a/queries/b", "POST, OPTIONS")]
    public async Task Another_method_is_refused_and_the_methods_are_named(string method, string path, string allow)
    {
        using var answer = await SendAsync(new HttpMethod(method), path);
        using var options = await SendAsync(HttpMethod.Options, path);

        await IsProblem(answer, 405, "METHOD_NOT_ALLOWED");
        Assert.Equal(allow, string.Join(", ", answer.Content.Headers.Allow));
        Assert.Equal(HttpStatusCode.NoContent, options.StatusCode);
        Assert.Equal(allow, string.Join(", ", options.Content.Headers.Allow));
        Assert.DoesNotContain(options.Headers, h => h.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Head_answers_as_Get_does_without_the_body()
    {
        foreach (var path in new[] { "/v1/blocks/1", "/v1/status", "/v1/blocks/99", "/v1/blocks/stream" })
        {
            using var head = await SendAsync(HttpMethod.Head, path);
            Assert.Empty(await head.Content.ReadAsByteArrayAsync());
            if (path.EndsWith("stream", StringComparison.Ordinal)) continue;
            using var get = await SendAsync(HttpMethod.Get, path);
            Assert.Equal(get.StatusCode, head.StatusCode);
            Assert.Equal(get.Content.Headers.ContentLength, head.Content.Headers.ContentLength);
            Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
        }
    }

    [Theory]
    [InlineData("text/html", 406)]
    [InlineData("application/*;q=0", 406)]
    [InlineData("not a type", 406)]
    [InlineData("*/*", 200)]
    [InlineData("application/*", 200)]
    [InlineData("text/html, application/json;q=0.1", 200)]
    public async Task The_form_is_negotiated(string accept, int status)
    {
        using var answer = await SendAsync(HttpMethod.Get, "/v1/status", ("Accept", accept));

        Assert.Equal(status, (int)answer.StatusCode);
        if (status == 406) await IsProblem(answer, 406, "NOT_ACCEPTABLE");
    }

    [Fact]
    public async Task A_receipt_comes_as_this_validators_cose_receipt()
    {
        using var answer = await SendAsync(
            HttpMethod.Get, "/v1/log/1/receipt", ("Accept", CoseReceipts.OneMediaType));

        Assert.Equal(CoseReceipts.OneMediaType, answer.Content.Headers.ContentType!.MediaType);
        var one = await answer.Content.ReadAsByteArrayAsync();
        var array = CborValue.Array(CborValue.Of(one)).Encode();
        Assert.True(CoseReceipts.TryDecode(array, out var receipt, out var error), error);
        Assert.Equal(A.ValidatorSigner("org-a").PublicKey.Id, Assert.Single(receipt.Attestations).Key);
        Assert.Equal(
            ReceiptFault.CertificateBelowQuorum,
            AttestedReceiptVerifier.Verify(receipt, _scene.Ledger.Genesis).Fault);
    }

    [Fact]
    public async Task A_receipt_comes_as_a_file_or_in_its_binary_form()
    {
        using var file = await SendAsync(HttpMethod.Get, "/v1/log/1/receipt");
        using var binary = await SendAsync(
            HttpMethod.Get, "/v1/log/1/receipt", ("Accept", "application/json;q=0.5, application/protobuf"));

        Assert.Equal("Accept", string.Join(", ", file.Headers.Vary));
        Assert.True(ReceiptJson.TryParse(await file.Content.ReadAsByteArrayAsync(), out var receipt, out _));
        Assert.Equal(receipt.Encode(), await binary.Content.ReadAsByteArrayAsync());
        Assert.True(ReceiptVerifier.Verify(receipt, _scene.Ledger.Genesis).IsValid);
    }

    [Fact]
    public async Task What_never_changes_may_be_kept_and_is_not_sent_twice()
    {
        using var block = await SendAsync(HttpMethod.Get, "/v1/blocks/1");
        using var again = await SendAsync(HttpMethod.Get, "/v1/blocks/1", ("If-None-Match", block.Headers.ETag!.Tag));
        using var status = await SendAsync(HttpMethod.Get, "/v1/status");

        var kept = block.Headers.CacheControl!;
        Assert.Equal((true, TimeSpan.FromDays(365)), (kept.Private, kept.MaxAge!.Value));
        Assert.Equal("immutable", Assert.Single(kept.Extensions).Name);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Empty(await again.Content.ReadAsByteArrayAsync());
        Assert.True(status.Headers.CacheControl!.NoStore);
        Assert.Null(status.Headers.ETag);
        Assert.Equal("nosniff", status.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Fact]
    public async Task A_transaction_is_taken_as_bytes_and_as_json_and_again()
    {
        var transaction = A.Transaction(_scene.Ledger.Genesis, "org-b", A.Record("posted"));
        var bytes = transaction.Encoded.ToArray();
        var json = Encoding.UTF8.GetBytes($$"""{"transactionBytes":"{{Convert.ToBase64String(bytes)}}"}""");

        using var first = await PostAsync("/v1/transactions", bytes, "application/octet-stream");
        using var second = await PostAsync("/v1/transactions", json, "application/json");
        var waiting = PostAsync("/v1/transactions?wait=60", bytes, "application/octet-stream");
        _scene.Ledger.Add(transaction);
        using var third = await waiting;

        Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);
        Assert.Equal($"/v1/transactions/{transaction.Id}", first.Headers.Location!.ToString());
        Assert.Equal("PENDING", (string)(await JsonOf(second))["state"]!);
        var outcome = await JsonOf(third);
        Assert.Equal("COMMITTED", (string)outcome["state"]!);
        Assert.Equal((4, 3), ((int)outcome["height"]!, (int)outcome["firstLogIndex"]!));
    }

    [Fact]
    public async Task Waiting_for_a_certificate_ends_when_the_time_is_over()
    {
        var transaction = A.Transaction(_scene.Ledger.Genesis, "org-b", A.Record("late"));

        using var answer = await PostAsync(
            "/v1/transactions?wait=1", transaction.Encoded.ToArray(), "application/octet-stream");

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal("PENDING", (string)(await JsonOf(answer))["state"]!);
    }

    [Theory]
    [InlineData("/v1/transactions", "application/octet-stream", "junk", 400, "MALFORMED")]
    [InlineData("/v1/transactions", "application/octet-stream", "", 400, "MALFORMED")]
    [InlineData("/v1/transactions", "text/plain", "junk", 415, "UNSUPPORTED_MEDIA_TYPE")]
    [InlineData("/v1/transactions", "application/json", "{}", 400, "INVALID_ARGUMENT")]
    [InlineData("/v1/transactions", "application/json", "null", 400, "INVALID_ARGUMENT")]
    [InlineData("/v1/transactions", "application/json", """{"transactionBytes":"!"}""", 400, "INVALID_ARGUMENT")]
    [InlineData("/v1/transactions", "application/json", """{"transactionBytes":"AA==","x":1}""", 400, "INVALID_ARGUMENT")]
    [InlineData(
        "/v1/transactions", "application/json", """{"transactionBytes":"AA==","transactionBytes":"AA=="}""", 400,
        "INVALID_ARGUMENT")]
    [InlineData("/v1/transactions?wait=61", "application/octet-stream", "junk", 400, "INVALID_ARGUMENT")]
    [InlineData("/v1/contracts/shop/queries/count", "application/json", "{}", 409, "NO_CONTRACTS")]
    public async Task A_body_that_is_not_taken_is_refused_with_the_reason(
        string path, string type, string body, int status, string reason)
    {
        using var answer = await PostAsync(path, Encoding.UTF8.GetBytes(body), type);

        await IsProblem(answer, status, reason);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused_whether_it_says_so_or_not()
    {
        var large = new byte[300 << 10];
        using var announced = await PostAsync("/v1/contracts/shop/queries/count", large, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/contracts/shop/queries/count");
        request.Content = new StreamContent(new MemoryStream(large));
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.TransferEncodingChunked = true;
        using var chunked = await _scene.Client.SendAsync(request);

        await IsProblem(announced, 413, "MESSAGE_TOO_LARGE");
        await IsProblem(chunked, 413, "MESSAGE_TOO_LARGE");
    }

    [Fact]
    public async Task A_full_pool_is_refused_with_the_time_to_wait()
    {
        var scene = _scene;
        var i = 0;
        HttpResponseMessage answer;
        do
        {
            var transaction = Support.Make.Transaction(scene.Ledger.Genesis, $"p-{i++}", padding: 200_000);
            answer = await PostAsync("/v1/transactions", transaction.Encoded.ToArray(), "application/octet-stream");
        }
        while (answer.StatusCode == HttpStatusCode.Accepted);

        using var refused = answer;
        await IsProblem(refused, 429, "POOL_FULL");
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
    }

    [Fact]
    public async Task Pages_follow_each_other_in_both_orders()
    {
        foreach (var (order, expected) in new[] { ("oldest", new[] { 0, 1, 2 }), ("newest", new[] { 2, 1, 0 }) })
        {
            var seen = new List<int>();
            var path = $"/v1/evidence?type=trade.payment&limit=1&order={order}";
            string? cursor = null;
            do
            {
                var page = JsonNode.Parse((await _scene.GetAsync(path + (cursor is null ? "" : "&cursor=" + cursor))).Body)!;
                seen.AddRange(page["evidence"]!.AsArray().Select(e => (int)e!["logIndex"]!));
                cursor = (string?)page["nextCursor"];
            }
            while (cursor is not null);
            Assert.Equal(expected, seen);
        }

        var heights = new List<int>();
        for (string next = ""; ;)
        {
            var page = JsonNode.Parse((await _scene.GetAsync("/v1/blocks?limit=2" + next)).Body)!;
            heights.AddRange(page["blocks"]!.AsArray().Select(b => (int)b!["height"]!));
            if (page["nextBefore"] is not { } before) break;
            next = "&before=" + before;
        }

        Assert.Equal([3, 2, 1, 0], heights);
        var members = JsonNode.Parse((await _scene.GetAsync("/v1/members?limit=3")).Body)!;
        var rest = JsonNode.Parse((await _scene.GetAsync("/v1/members?limit=3&cursor=" + members["nextCursor"])).Body)!;
        Assert.Equal("org-d", (string)Assert.Single(rest["members"]!.AsArray())!["id"]!);
        Assert.Null(rest["nextCursor"]);
    }

    private static async Task<JsonNode> JsonOf(HttpResponseMessage answer) =>
        JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;

    private static async Task IsProblem(HttpResponseMessage answer, int status, string reason)
    {
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.ToString());
        var problem = await JsonOf(answer);
        Assert.Equal((status, reason), ((int)answer.StatusCode, (string)problem["reason"]!));
        Assert.Equal(status, (int)problem["status"]!);
        Assert.Equal("urn:ledger:reason:" + reason, (string)problem["type"]!);
        Assert.True(answer.Headers.CacheControl!.NoStore);
    }

    private async Task<HttpResponseMessage> PostAsync(string path, byte[] body, string type)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new(type);
        return await _scene.Client.PostAsync(new Uri(path, UriKind.Relative), content);
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await _scene.Client.SendAsync(request);
    }
}
