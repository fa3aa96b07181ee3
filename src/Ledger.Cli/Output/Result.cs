using System.Buffers;
using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Ledger.Cli.Output;

/// <summary>
/// How a command says what it did: as lines for people, or as one JSON object for programs. Immutable.
/// </summary>
internal sealed class Result(CliHost host, ParseResult command)
{
    private static readonly JsonWriterOptions Layout = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    };

    /// <summary>Whether the result is wanted as JSON.</summary>
    public bool IsJson { get; } = command.GetValue(GlobalOptions.Json);

    /// <summary>Says it: the lines, or the object.</summary>
    public void Say(Action<TextWriter> lines, Action<Utf8JsonWriter> json)
    {
        if (IsJson) host.Out.Write(ToJson(json));
        else lines(host.Out);
    }

    /// <summary>One JSON object with a line end.</summary>
    public static string ToJson(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Layout))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }
}
