using System.Globalization;
using System.Text.Json;
using Ledger.Client;
using Ledger.Client.Identity;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;

namespace Ledger.Benchmarks.Load;

/// <summary>
/// A running consortium as seen from its folder: what <c>ledger init</c> wrote and <c>ledger up</c> started.
/// </summary>
internal sealed class Consortium
{
    // Linux reports processor times in units of 1/100 s to user space, whatever the kernel's own tick.
    private const double TicksPerSecond = 100;

    private readonly string _folder;
    private readonly Genesis _genesis;
    private readonly ISigner _identity;
    private readonly Uri[] _endpoints;
    private readonly int[] _processes;

    private Consortium(string folder, Genesis genesis, ISigner identity, Uri[] endpoints)
    {
        _folder = folder;
        _genesis = genesis;
        _identity = identity;
        _endpoints = endpoints;
        _processes = [.. NodeFolders(folder).Select(ReadProcessId)];
    }

    /// <summary>Reads the profile of a consortium's folder, and what it names.</summary>
    /// <exception cref="InvalidDataException">The folder holds no running consortium.</exception>
    public static Consortium Open(string folder)
    {
        using var profile = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "ledger.profile.json")));
        string Named(string name) => Path.Combine(folder, profile.RootElement.GetProperty(name).GetString()!);
        if (!GenesisJson.TryParse(File.ReadAllBytes(Named("genesis")), out var genesis, out var error))
            throw new InvalidDataException($"{Named("genesis")} is not a genesis document: {error}");
        var endpoints = profile.RootElement.GetProperty("endpoints").EnumerateArray().Select(e => new Uri(e.GetString()!));
        return new Consortium(folder, genesis, IdentityFile.Load(Named("identity")), [.. endpoints]);
    }

    /// <summary>The folders of a consortium's nodes, by number.</summary>
    public static string[] NodeFolders(string folder) =>
        [.. Directory.GetDirectories(Path.Combine(folder, "nodes"))
            .OrderBy(d => int.Parse(Path.GetFileName(d), CultureInfo.InvariantCulture))];

    /// <summary>A client of each node, which it talks to first; over one connection each.</summary>
    public LedgerClient[] Connect() =>
        [.. Enumerable.Range(0, _endpoints.Length).Select(first => new LedgerClient(new LedgerClientOptions
        {
            Endpoints = [.. _endpoints[first..], .. _endpoints[..first]],
            Genesis = _genesis,
            Identity = _identity,
            // Shorter than a client's patience: a stall must end the run with a number, not hang it.
            AnchorPatience = TimeSpan.FromSeconds(30),
        }))];

    /// <summary>Processor time that all nodes together have used since they started.</summary>
    public TimeSpan CpuTime() => TimeSpan.FromSeconds(_processes.Sum(CpuTicks) / TicksPerSecond);

    /// <summary>Resident memory of each node, by number.</summary>
    public NodeMemory[] Memory() => [.. _processes.Select((id, index) =>
    {
        var status = File.ReadAllLines($"/proc/{id}/status");
        long Bytes(string name) => 1024 * long.Parse(
            status.First(l => l.StartsWith(name, StringComparison.Ordinal)).Split(':', 'k')[1], CultureInfo.InvariantCulture);
        return new NodeMemory(index, Bytes("VmRSS"), Bytes("VmHWM"));
    })];

    /// <summary>Number of records on the chain.</summary>
    public async Task<ulong> RecordCountAsync()
    {
        using var client = new LedgerClient(
            new LedgerClientOptions { Endpoints = _endpoints, Genesis = _genesis, Identity = _identity });
        return (await client.GetStatusAsync().ConfigureAwait(false)).LogSize;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{_endpoints.Length} nodes in {_folder}";

    private static int ReadProcessId(string node) =>
        int.Parse(File.ReadAllText(Path.Combine(node, "node.pid")).Split(' ')[0], CultureInfo.InvariantCulture);

    // proc(5): utime and stime are fields 14 and 15; counted from the closing bracket of field 2, which may hold anything.
    private static long CpuTicks(int process)
    {
        var stat = File.ReadAllText($"/proc/{process}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
    }
}

/// <summary>Resident memory of a node.</summary>
/// <param name="Node">Its number.</param>
/// <param name="ResidentBytes">Now.</param>
/// <param name="PeakBytes">At most, since it started.</param>
internal sealed record NodeMemory(int Node, long ResidentBytes, long PeakBytes);
