using System.Text.Json;
using System.Text.Json.Nodes;
using Ledger.Node.Options;
using Ledger.Node.Tests.Support;

namespace Ledger.Node.Tests.Options;

public sealed class NodeConfigTests : IDisposable
{
    private static readonly string Sample = Path.Combine(Golden.Root, "docs/guide/operator/node.sample.json");

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_sample_of_the_guide_loads_and_documents_every_key()
    {
        var config = NodeConfig.Load(Sample);

        var documented = Read().Select(p => p.Key).Order();
        var known = typeof(NodeConfig).GetProperties().Where(
                p => p.GetCustomAttributes(typeof(System.Text.Json.Serialization.JsonIgnoreAttribute), false).Length == 0)
            .Select(p => JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Name)).Order();
        Assert.Equal(known, documented);
        Assert.Equal("validator", config.Role);
        Assert.Equal(Path.Combine(Path.GetDirectoryName(Sample)!, "data"), config.Resolve(config.Data));
        Assert.Equal(7100, NodeConfig.Endpoint(config.GrpcListen).Port);
    }

    [Fact]
    public void Optional_keys_may_be_left_out()
    {
        var config = Load(c =>
        {
            c.Remove("log_level");
            c.Remove("key_passphrase_file");
        });

        Assert.Equal("Information", config.LogLevel);
        Assert.Null(config.KeyPassphraseFile);
    }

    [Theory]
    [InlineData("role")]
    [InlineData("genesis")]
    [InlineData("key")]
    [InlineData("data")]
    [InlineData("peer_listen")]
    [InlineData("grpc_listen")]
    [InlineData("http_listen")]
    public void What_is_missing_empty_or_null_is_named(string key)
    {
        Assert.Contains(key, Refused(c => c.Remove(key)), StringComparison.Ordinal);
        Assert.Contains(key, Refused(c => c[key] = ""), StringComparison.Ordinal);
        Refused(c => c[key] = null);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("7100")]
    [InlineData("localhost:7100")]
    [InlineData("127.0.0.1:70000")]
    [InlineData("127.0.0.1:0")]
    public void An_address_that_is_none_is_named(string address)
    {
        foreach (var key in new[] { "peer_listen", "grpc_listen", "http_listen" })
        {
            var message = Refused(c => c[key] = address);
            Assert.Contains(key, message, StringComparison.Ordinal);
            Assert.Contains(address, message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_typo_is_named()
    {
        Assert.Contains("grpc_lisen", Refused(c => c["grpc_lisen"] = "127.0.0.1:1"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_is_there_twice_is_named()
    {
        var text = Read().ToJsonString().Insert(1, "\"data\": \"elsewhere\",");

        Assert.Contains("data", Refused(text), StringComparison.Ordinal);
    }

    [Fact]
    public void A_role_of_the_future_is_named()
    {
        Assert.Contains("'gateway'", Refused(c => c["role"] = "gateway"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Loud")]
    [InlineData("99")]
    [InlineData("2")]
    public void A_level_that_is_none_is_named(string level)
    {
        Assert.Contains($"'{level}'", Refused(c => c["log_level"] = level), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_or_no_json_is_named()
    {
        var missing = Assert.Throws<ConfigurationException>(() => NodeConfig.Load(_folder.File("absent.json")));

        Assert.Contains("absent.json", missing.Message, StringComparison.Ordinal);
        Assert.Contains("node.json", Refused("{"), StringComparison.Ordinal);
        Assert.Contains("node.json", Refused("null"), StringComparison.Ordinal);
    }

    private static JsonObject Read() => JsonNode.Parse(
        File.ReadAllText(Sample), documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip })!
        .AsObject();

    private NodeConfig Load(Action<JsonObject> change)
    {
        var config = Read();
        change(config);
        return Load(config.ToJsonString());
    }

    private NodeConfig Load(string text)
    {
        var file = _folder.File("node.json");
        File.WriteAllText(file, text);
        return NodeConfig.Load(file);
    }

    private string Refused(Action<JsonObject> change) =>
        Assert.Throws<ConfigurationException>(() => Load(change)).Message;

    private string Refused(string text) => Assert.Throws<ConfigurationException>(() => Load(text)).Message;
}
