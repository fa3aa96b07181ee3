using Spectre.Console;

namespace Ledger.Cli.Output;

/// <summary>
/// Colours, where a person looks and has not said otherwise: never into a file or a pipe, never with --no-color, with the
/// variable NO_COLOR (any value but an empty one), or on a terminal that says it is dumb. Immutable.
/// </summary>
internal sealed class Paint(bool isOn)
{
    /// <summary>How results are painted.</summary>
    public static Paint Of(CliHost host) => new(host.OutIsTerminal && IsAllowed(host));

    public string Good(string text) => Colour(text, "32");

    public string Bad(string text) => Colour(text, "1;31");

    public string Warn(string text) => Colour(text, "33");

    public string Strong(string text) => Colour(text, "1");

    /// <summary>A console for bars, that draws by the same rule.</summary>
    public static IAnsiConsole Console(CliHost host, TextWriter writer)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            ColorSystem = IsAllowed(host) ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        });
        return console;
    }

    private static bool IsAllowed(CliHost host) =>
        !host.NoColour && string.IsNullOrEmpty(host.Variable("NO_COLOR")) && host.Variable("TERM") != "dumb";

    // Select Graphic Rendition, ECMA-48 section 8.3.117.
    private string Colour(string text, string code) => isOn ? $"\e[{code}m{text}\e[0m" : text;
}
