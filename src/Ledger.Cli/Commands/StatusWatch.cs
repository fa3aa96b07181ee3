using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Ledger.Cli.Nodes;
using Ledger.Cli.Output;
using Ledger.Core.Blocks;

namespace Ledger.Cli.Commands;

/// <summary>
/// <c>ledger status --watch</c>. On a terminal the table is redrawn in place; elsewhere a line is written when something
/// changed; with --json an object on a line of its own for every look. Not thread-safe.
/// </summary>
internal sealed class StatusWatch(CliHost host, ParseResult parsed, NodesToAsk nodes)
{
    private readonly bool _isJson = parsed.GetValue(GlobalOptions.Json);
    private int _drawnLines;
    private string _said = "";
    private (ulong Records, long At)? _before;

    /// <summary>Looks until it is told to stop; that is its orderly end.</summary>
    public async Task<int> RunAsync(TimeSpan interval, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(interval, host.Time);
        try
        {
            do
            {
                var answers = await NodeAnswer.AskAllAsync(host, nodes, cancellation);
                if (_isJson) WriteJson(answers);
                else if (host.OutIsTerminal) Redraw(answers);
                else SayWhenChanged(answers);
            }
            while (await timer.WaitForNextTickAsync(cancellation));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The table stays where it is, and the prompt goes below it.
        }

        return ExitCodes.Ok;
    }

    private void Redraw(NodeAnswer[] answers)
    {
        var paint = Paint.Of(host);
        var time = host.Time.GetUtcNow().ToString("HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        string[] lines =
        [
            .. NodeStatusTable.Lines(answers, paint), $"{time}  {Rate(answers)}  Ctrl-C ends",
        ];
        var text = new StringBuilder();
        // ECMA-48: up to the first line, and each line erased to its end, so that nothing flickers.
        if (_drawnLines > 0) text.Append(CultureInfo.InvariantCulture, $"\e[{_drawnLines}A");
        foreach (var line in lines) text.Append(Fitted(line)).Append("\e[K\n");
        text.Append("\e[J");
        host.Out.Write(text.ToString());
        host.Out.Flush();
        _drawnLines = lines.Length;
    }

    // A line that wraps would take two, and the next redrawing would begin too low. Escapes have no width.
    private string Fitted(string line)
    {
        var width = 0;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '\e')
            {
                i = line.IndexOf('m', i);
                continue;
            }

            if (++width == host.Width) return line[..i] + (line.Contains('\e') ? "\e[0m" : "");
        }

        return line;
    }

    private void SayWhenChanged(NodeAnswer[] answers)
    {
        var heights = answers.Select(a => a.Status?.CertifiedHeight ?? 0).DefaultIfEmpty().Max();
        var ready = answers.Count(a => a.Status is { Ready: true });
        var wrong = answers.Where(a => !a.IsWell)
            .Select(a => $"; {a.Address} {(a.Status is { } s ? s.NotReadyReason : $"down: {a.Problem}")}");
        var view = answers.Where(a => !a.IsAudit).Select(a => a.Status?.View ?? 0).DefaultIfEmpty().Max();
        var expected = answers.Count(a => a.RemovedIn is null);
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"{ready}/{expected} ready, certified {heights}, view {view}{string.Concat(wrong)}");
        if (line == _said) return;
        _said = line;
        host.Out.WriteLine($"{host.Time.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss'Z'}  {line}");
        host.Out.Flush();
    }

    private void WriteJson(NodeAnswer[] answers)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("time", new Timestamp((ulong)host.Time.GetUtcNow().ToUnixTimeMilliseconds()).ToString());
            json.WriteStartArray("nodes");
            foreach (var answer in answers) NodeStatusJson.Write(json, answer);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        host.Out.WriteLine(Encoding.UTF8.GetString(buffer.ToArray()));
        host.Out.Flush();
    }

    // Records a second since the last look, by the node that has most.
    private string Rate(NodeAnswer[] answers)
    {
        var records = answers.Select(a => a.Status?.LogSize ?? 0).DefaultIfEmpty().Max();
        var now = host.Time.GetTimestamp();
        var rate = _before is { } before && records >= before.Records
            ? (records - before.Records) / Math.Max(1e-3, host.Time.GetElapsedTime(before.At, now).TotalSeconds)
            : 0;
        _before = (records, now);
        return string.Create(CultureInfo.InvariantCulture, $"{rate:0} records/s");
    }
}
