using System.Buffers.Binary;
using System.Diagnostics;

namespace Ledger.Storage.Tests.Support;

/// <summary>Runs this assembly as another process, so that it can be killed with SIGKILL at any point.</summary>
internal sealed class ChildProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    // A child that hangs is ended, and is found out as one that died.
    private readonly Timer _watchdog;

    private ChildProcess(Process process)
    {
        _process = process;
        _watchdog = new Timer(_ => process.Kill(), null, Patience, Timeout.InfiniteTimeSpan);
    }

    public static ChildProcess Start(string role, string directory)
    {
        var host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var start = new ProcessStartInfo(host)
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        foreach (var argument in (string[])["exec", typeof(ChildProcess).Assembly.Location, role, directory])
        {
            start.ArgumentList.Add(argument);
        }

        return new ChildProcess(Process.Start(start) ?? throw new InvalidOperationException("no child process"));
    }

    /// <summary>The next acknowledgement; null when the child is gone.</summary>
    public ulong? ReadAcknowledgement()
    {
        Span<byte> bytes = stackalloc byte[8];
        return _process.StandardOutput.BaseStream.ReadAtLeast(bytes, 8, throwOnEndOfStream: false) == 8
            ? BinaryPrimitives.ReadUInt64BigEndian(bytes)
            : null;
    }

    /// <summary>The next acknowledgement of a child that must be alive.</summary>
    public ulong RequireAcknowledgement() =>
        ReadAcknowledgement() ?? throw new InvalidOperationException("the child process died early");

    /// <summary>Kills it, and returns the last acknowledgement that it got out before it died.</summary>
    public ulong? KillAndDrain()
    {
        _process.Kill();
        ulong? last = null;
        while (ReadAcknowledgement() is { } next) last = next;
        _process.WaitForExit();
        return last;
    }

    public void Dispose()
    {
        using (var fired = new ManualResetEvent(false))
        {
            if (_watchdog.Dispose(fired)) fired.WaitOne();
        }

        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }
}
