using System.Diagnostics;
using Ledger.Testing.Network;
using Npgsql;

namespace Ledger.EndToEnd.Tests.Harness;

/// <summary>A PostgreSQL server of its own in a new folder, made by the distribution's programs. Not thread-safe.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private readonly string _folder;
    private readonly string _programs;

    private PostgresServer(string folder, string programs, int port)
    {
        (_folder, _programs) = (folder, programs);
        ConnectionString = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1", Port = port, Username = "ledger", Database = "postgres", Pooling = false,
        }.ConnectionString;
    }

    public string ConnectionString { get; }

    private string Data => Path.Combine(_folder, "data");

    public static async Task<PostgresServer> StartAsync()
    {
        var programs = Directory.EnumerateDirectories("/usr/lib/postgresql").Select(d => Path.Combine(d, "bin")).Max()
            ?? throw new InvalidOperationException("there is no PostgreSQL; run scripts/setup --tests");
        var port = FreePorts.Take();
        // Not below the tests' own folder: the server's account must be able to reach it.
        var folder = Path.Combine("/tmp", $"ledger-postgres-{port}");
        Directory.CreateDirectory(folder);
        var server = new PostgresServer(folder, programs, port);
        try
        {
            if (IsRoot) await RunAsync("chown", "postgres", folder);
            await server.RunAsServerAsync("initdb", "-D", server.Data, "-U", "ledger", "-A", "trust", "-E", "UTF8");
            await server.RunAsServerAsync(
                "pg_ctl", "-D", server.Data, "-l", Path.Combine(folder, "log"), "-w",
                "-o", $"-p {port} -k {folder} -c listen_addresses=127.0.0.1", "start");
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Directory.Exists(Data)) await RunAsServerAsync("pg_ctl", "-D", Data, "-m", "immediate", "stop");
        Directory.Delete(_folder, recursive: true);
    }

    // PostgreSQL refuses to run as root.
    private static bool IsRoot => Environment.IsPrivilegedProcess;

    private Task RunAsServerAsync(string program, params string[] arguments)
    {
        string[] command = [Path.Combine(_programs, program), .. arguments];
        return IsRoot
            ? RunAsync("runuser", ["-u", "postgres", "--", .. command])
            : RunAsync(command[0], command[1..]);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = "/" };
        // The server that pg_ctl starts keeps what it inherits open: its output goes nowhere.
        foreach (var argument in (string[])["-c", "exec \"$0\" \"$@\" >/dev/null 2>&1 </dev/null", program, .. arguments])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var command = $"{program} {string.Join(' ', arguments)}";
        Assert.Equal((command, 0), (command, await Programs.EndAsync(process, command)));
    }
}
