using System.Diagnostics;

namespace Ledger.EndToEnd.Tests.Harness;

/// <summary>
/// Ends every process of one consortium and removes its folder, when disposed of or when this process ends in whatever
/// way, kill -9 included: a shell waits for the end of its input, which is a pipe that only this process holds.
/// </summary>
internal sealed class Reaper : IAsyncDisposable
{
    // The folder's name is random and is an argument of every process that belongs to it, and of no other. The shell
    // gets it by the environment, so as not to find itself.
    private const string Script = """
        trap '' INT TERM HUP
        cat >/dev/null
        for file in $(grep -lsaF -- "$LEDGER_E2E_FOLDER" /proc/[0-9]*/cmdline); do
            process=${file#/proc/}
            kill -9 "${process%/cmdline}" 2>/dev/null
        done
        rm -rf -- "$LEDGER_E2E_FOLDER"
        """;

    private readonly Process _shell;

    public Reaper(string folder)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(Script);
        start.Environment["LEDGER_E2E_FOLDER"] = folder;
        _shell = Process.Start(start)!;
    }

    public async ValueTask DisposeAsync()
    {
        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync();
        _shell.Dispose();
    }
}
