using System.Diagnostics;
using System.Globalization;

namespace Ledger.Cli.Tests;

public sealed class CompletionTests
{
    private readonly CliFixture _cli = new();

    [Theory]
    [InlineData("ledger ver", "verify")]
    [InlineData("ledger contract de", "deploy")]
    [InlineData("ledger receipt g", "get")]
    [InlineData("ledger verify --disc", "--disclosure")]
    [InlineData("ledger anchor x --type fingerprint.v", "fingerprint.verification")]
    [InlineData("ledger fingerprint x --rule cs", "csv")]
    [InlineData("ledger completion z", "zsh")]
    [InlineData("/usr/bin/ledger statu", "status")]
    public async Task What_could_stand_at_the_cursor_is_offered(string line, string expected) =>
        Assert.Equal([expected], await SuggestAsync(line, line.Length));

    [Theory]
    [InlineData("ledger verify --receipt x")]
    [InlineData("ledger frobnicate ")]
    [InlineData("ledger")]
    [InlineData("")]
    public async Task Where_nothing_fits_nothing_is_offered(string line) =>
        Assert.Empty(await SuggestAsync(line, line.Length));

    [Fact]
    public async Task The_cursor_may_be_in_the_midst_of_the_line()
    {
        Assert.Equal(["verify"], await SuggestAsync("ledger ver --json", 10));
        Assert.Equal(["verify"], await SuggestAsync("ledger ver", 9999));
        Assert.Contains("anchor", await SuggestAsync("ledger ", 7));
        Assert.DoesNotContain("--json", await SuggestAsync("ledger ", 7));
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _ledger ledger")]
    [InlineData("zsh", "#compdef ledger")]
    [InlineData("fish", "complete --command ledger")]
    public async Task Each_shell_has_its_script(string shell, string expected)
    {
        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync("completion", shell));

        Assert.Contains(expected, _cli.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, await _cli.RunAsync("completion", "tcsh"));
    }

    [Fact]
    public async Task Bash_completes_with_the_script()
    {
        const string Script = """
            set -eu
            . ./ledger.bash
            COMP_WORDS=(ledger contract de); COMP_CWORD=2; COMP_LINE='ledger contract de'; COMP_POINT=${#COMP_LINE}
            _ledger
            printf '%s\n' "${COMPREPLY[@]}"
            complete -p ledger
            """;

        Assert.Equal("deploy\ncomplete -o default -F _ledger ledger\n", await RunAsync("bash", "-c", Script));
    }

    [Fact]
    public async Task Fish_completes_with_the_script()
    {
        const string Script = """
            source ledger.fish
            complete -C 'ledger contract de'
            complete -C 'echo x; ledger ver'
            """;

        Assert.Equal("deploy\nverify\n", await RunAsync("fish", "--no-config", "-c", Script));
    }

    // A terminal of its own, and a tab.
    [Fact]
    public async Task Zsh_completes_with_the_script()
    {
        const string Script = """
            zmodload zsh/zpty
            zpty -b z zsh -f -i
            zpty -w z 'autoload -Uz compinit; compinit -u -D; source ./ledger.zsh; PS1=READY'
            zpty -r z line '*READY[^;]#'
            zpty -w -n z $'ledger contract de\t'
            zpty -r z line '*deploy*' && print completed
            zpty -d z
            """;

        Assert.Equal("completed\n", await RunAsync("zsh", "-f", "-o", "extendedglob", "-c", Script));
    }

    // Runs a shell in a folder that has its script, and on whose path there is the command.
    private async Task<string> RunAsync(string shell, params string[] arguments)
    {
        await _cli.RunAsync("completion", shell);
        await File.WriteAllTextAsync(_cli.PathOf($"ledger.{shell}"), _cli.Out);
        var program = Path.Combine(AppContext.BaseDirectory, "ledger.dll");
        await File.WriteAllTextAsync(_cli.PathOf("ledger"), $"#!/bin/sh\nexec dotnet exec '{program}' \"$@\"\n");
        if (OperatingSystem.IsWindows()) throw new PlatformNotSupportedException();
        File.SetUnixFileMode(
            _cli.PathOf("ledger"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        // A shell that waits for what never comes ends all the same.
        var start = new ProcessStartInfo("timeout", ["60", shell, .. arguments])
        {
            WorkingDirectory = _cli.Folder,
            RedirectStandardOutput = true,
        };
        start.Environment["PATH"] = $"{_cli.Folder}:{Environment.GetEnvironmentVariable("PATH")}";
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output;
    }

    private async Task<string[]> SuggestAsync(string line, int position)
    {
        var at = position.ToString(CultureInfo.InvariantCulture);
        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync($"[suggest:{at}]", line));
        return _cli.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
