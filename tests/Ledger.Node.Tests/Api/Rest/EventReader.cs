using System.Net;
using System.Text.Json.Nodes;
using Ledger.Node.Tests.Support;

namespace Ledger.Node.Tests.Api.Rest;

/// <summary>A stream of server-sent events, read event by event as the HTML standard says.</summary>
internal sealed class EventReader : IDisposable
{
    private static readonly TimeSpan Limit = TestCluster.Limit;

    private readonly HttpResponseMessage _answer;
    private readonly StreamReader _lines;

    private EventReader(HttpResponseMessage answer, Stream body)
    {
        _answer = answer;
        _lines = new StreamReader(body);
    }

    public HttpStatusCode Status => _answer.StatusCode;

    public string? ContentType => _answer.Content.Headers.ContentType?.ToString();

    public static async Task<EventReader> OpenAsync(HttpClient client, string path, ulong? after = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (after is { } id) request.Headers.Add("Last-Event-ID", $"{id}");
        var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return new EventReader(answer, await answer.Content.ReadAsStreamAsync());
    }

    /// <summary>The next event; null when the stream has ended.</summary>
    public async Task<(string Name, ulong? Id, JsonNode Data)?> NextAsync()
    {
        var (name, id, data) = ("message", (ulong?)null, "");
        using var limit = new CancellationTokenSource(Limit);
        while (await _lines.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.Length == 0)
            {
                if (data.Length > 0) return (name, id, JsonNode.Parse(data)!);
                continue;
            }

            var (field, value) = line.Split(": ", 2) is [var f, var v] ? (f, v) : (line, "");
            switch (field)
            {
                case "event": name = value; break;
                case "id": id = ulong.Parse(value, System.Globalization.CultureInfo.InvariantCulture); break;
                case "data": data += value; break;
                case "retry" or "": break;
                default: Assert.Fail($"a line that is no event's: {line}"); break;
            }
        }

        return null;
    }

    public void Dispose()
    {
        _lines.Dispose();
        _answer.Dispose();
    }
}
