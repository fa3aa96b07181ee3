using System.Text.Json;
using Ledger.Benchmarks.Load;
using Ledger.Benchmarks.Small;

namespace Ledger.Benchmarks.Report;

/// <summary>Everything that one run of <c>scripts/bench</c> measured; what its <c>--json</c> writes.</summary>
/// <param name="Machine">The machine.</param>
/// <param name="Small">The small parts; null when left out.</param>
/// <param name="Singles">The consortium with one record in a transaction; null when left out.</param>
/// <param name="SinglesDisk">Its disk use.</param>
/// <param name="Batches">The consortium with a hundred records in a transaction; null when left out.</param>
/// <param name="BatchesDisk">Its disk use.</param>
/// <param name="CatchUp">A node that is behind; null when left out.</param>
/// <param name="Postgres">PostgreSQL on the same machine; null when left out.</param>
internal sealed record BenchReport(
    MachineFacts Machine,
    IReadOnlyList<SmallResult>? Small,
    ConsortiumResult? Singles,
    DiskUse? SinglesDisk,
    ConsortiumResult? Batches,
    DiskUse? BatchesDisk,
    IReadOnlyList<CatchUpBenchmark.Result>? CatchUp,
    PostgresResult? Postgres)
{
    /// <summary>Name of the file in the run's folder that holds the machine's facts.</summary>
    public const string MachineFile = "machine.json";

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    /// <summary>
    /// Puts together what the steps left in the run's folder: <c>singles</c> and <c>batches</c>, each with a stopped
    /// consortium, and a <c>.json</c> file for each step.
    /// </summary>
    public static BenchReport Collect(string folder)
    {
        var singles = Path.Combine(folder, "singles");
        var batches = Path.Combine(folder, "batches");
        return new BenchReport(
            Read<MachineFacts>(Path.Combine(folder, MachineFile))
                ?? throw new InvalidDataException($"{folder} is not the folder of a run: {MachineFile} is missing"),
            Read<SmallResult[]>(Path.Combine(folder, "small.json")),
            Read<ConsortiumResult>(singles + ".json"),
            Directory.Exists(singles) ? DiskUse.OfFirstNode(singles) : null,
            Read<ConsortiumResult>(batches + ".json"),
            Directory.Exists(batches) ? DiskUse.OfFirstNode(batches) : null,
            Read<CatchUpBenchmark.Result[]>(Path.Combine(folder, "catchup.json")),
            Read<PostgresResult>(Path.Combine(folder, "postgres.json")));
    }

    /// <summary>Writes a result as JSON.</summary>
    public static void Write<T>(string path, T result) =>
        File.WriteAllText(path, JsonSerializer.Serialize(result, Json) + "\n");

    private static T? Read<T>(string path)
        where T : class => File.Exists(path) ? JsonSerializer.Deserialize<T>(File.ReadAllBytes(path), Json) : null;
}
