using System.IO.Compression;
using System.Net;
using System.Text.RegularExpressions;
using Ledger.Node.WebConsole;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Ledger.Node.Tests.WebConsole;

/// <summary>The console's files as any browser gets them.</summary>
public sealed partial class ConsoleEndpointsTests : IAsyncLifetime, IDisposable
{
    private readonly HttpClient _client =
        new(new HttpClientHandler { AutomaticDecompression = DecompressionMethods.None });
    private WebApplication _app = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        ConsoleEndpoints.Map(_app);
        await _app.StartAsync();
        var addresses = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        _client.BaseAddress = new Uri(addresses.Single());
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        Dispose();
    }

    public void Dispose() => _client.Dispose();

    [Theory]
    [InlineData("/")]
    [InlineData("/blocks")]
    [InlineData("/blocks/17")]
    [InlineData("/subjects/a%2Fb%20c")]
    [InlineData("/verify")]
    public async Task Its_own_paths_show_the_page_and_are_asked_for_again(string path)
    {
        using var answer = await _client.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/html; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.True(answer.Headers.CacheControl!.NoCache);
        Assert.Contains("id=\"app\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/nowhere")]
    [InlineData("/index.html")]
    [InlineData("/assets/")]
    [InlineData("/assets/main.js")]
    [InlineData("/v1/status")]
    public async Task Other_paths_are_not_the_consoles(string path)
    {
        using var answer = await _client.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task The_policy_lets_nothing_in_from_elsewhere_and_nothing_inline()
    {
        using var answer = await _client.GetAsync("/");

        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith(
            "default-src 'none'; script-src 'self'; style-src 'self'; ", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
        Assert.Equal("same-origin", answer.Headers.GetValues("Cross-Origin-Opener-Policy").Single());
        var page = await answer.Content.ReadAsStringAsync();
        Assert.DoesNotMatch(@"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|https?://", page);
    }

    [Fact]
    public async Task What_the_page_names_is_there_and_may_be_kept_for_ever()
    {
        var page = await _client.GetStringAsync("/");
        var assets = Asset().Matches(page).Select(m => m.Value).ToList();

        Assert.Equal(3, assets.Count);
        foreach (var asset in assets)
        {
            using var answer = await _client.GetAsync(asset);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("public, max-age=31536000, immutable", answer.Headers.CacheControl!.ToString());
        }
    }

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    public async Task Who_takes_compressed_files_gets_them(string encoding)
    {
        var path = Asset().Match(await _client.GetStringAsync("/")).Value;
        var plain = await _client.GetByteArrayAsync(path);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Accept-Encoding", encoding);

        using var answer = await _client.SendAsync(request);

        Assert.Equal(encoding, answer.Content.Headers.ContentEncoding.Single());
        Assert.Contains("Accept-Encoding", answer.Headers.Vary);
        var body = await answer.Content.ReadAsStreamAsync();
        await using Stream unpacked = encoding == "br"
            ? new BrotliStream(body, CompressionMode.Decompress)
            : new GZipStream(body, CompressionMode.Decompress);
        using var content = new MemoryStream();
        await unpacked.CopyToAsync(content);
        Assert.Equal(plain, content.ToArray());
    }

    [Fact]
    public async Task Who_has_a_file_is_told_so()
    {
        using var first = await _client.GetAsync("/");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        using var again = await _client.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Empty(await again.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public void The_node_and_the_console_know_the_same_paths()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Ledger.sln"))) folder = folder.Parent!;
        var router = File.ReadAllText(Path.Combine(folder.FullName, "src", "Ledger.Console", "src", "router.ts"));
        var list = Sections().Match(router).Groups[1].Value;

        Assert.Equal(ConsoleEndpoints.Sections, Name().Matches(list).Select(m => m.Groups[1].Value));
    }

    [GeneratedRegex(@"/assets/[\w.-]+")]
    private static partial Regex Asset();

    [GeneratedRegex(@"SECTIONS = \[([^\]]*)\]")]
    private static partial Regex Sections();

    [GeneratedRegex("\"([a-z-]+)\"")]
    private static partial Regex Name();
}
