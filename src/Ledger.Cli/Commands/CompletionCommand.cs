using System.CommandLine;

namespace Ledger.Cli.Commands;

/// <summary><c>ledger completion</c>: scripts that teach a shell to complete this command.</summary>
internal static class CompletionCommand
{
    // Where nothing of ours fits, as for the value of --receipt, each script falls back to file names.
    private const string Bash = """
        # ledger completion for bash. Install: ledger completion bash > ~/.local/share/bash-completion/completions/ledger
        _ledger() {
          local candidates IFS=$'\n'
          candidates=$("${COMP_WORDS[0]}" "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null) || return
          COMPREPLY=($candidates)
        }
        complete -o default -F _ledger ledger

        """;

    private const string Zsh = """
        #compdef ledger
        # ledger completion for zsh. Install: ledger completion zsh > "${fpath[1]}/_ledger"
        _ledger() {
          local -a candidates
          candidates=("${(@f)$(ledger "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
          if [[ -n "${candidates[1]}" ]]; then compadd -a candidates; else _files; fi
        }
        if [ "$funcstack[1]" = "_ledger" ]; then _ledger; else compdef _ledger ledger; fi

        """;

    private const string Fish = """
        # ledger completion for fish. Install: ledger completion fish > ~/.config/fish/completions/ledger.fish
        function __ledger_candidates
          set --local line (commandline --current-process --cut-at-cursor | string trim --left)
          ledger "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete --command ledger --arguments '(__ledger_candidates)'

        """;

    public static Command Create(CliHost host)
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish." };
        shell.CompletionSources.Add("bash", "zsh", "fish");
        var command = new Command(
            "completion", "Writes a script that teaches a shell to complete ledger; the script says where it belongs.")
        {
            shell,
        };
        command.SetAction(parsed =>
        {
            host.Out.Write(parsed.GetRequiredValue(shell) switch
            {
                "bash" => Bash,
                "zsh" => Zsh,
                "fish" => Fish,
                var other => throw new CliException(
                    ExitCodes.Usage, $"there is no completion for '{other}'; there is for bash, zsh, fish"),
            });
            return ExitCodes.Ok;
        });
        return command;
    }
}
