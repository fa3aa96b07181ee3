using System.Globalization;
using Ledger.Benchmarks.Load;
using Ledger.Benchmarks.Report;
using Ledger.Benchmarks.Small;
using Npgsql;

// The steps of scripts/bench. Each leaves its result in the run's folder; the last makes the report of them.
double Option(string name, double otherwise)
{
    var at = Array.IndexOf(args, name);
    return at < 0 || at + 1 == args.Length ? otherwise : double.Parse(args[at + 1], CultureInfo.InvariantCulture);
}

string? Text(string name)
{
    var at = Array.IndexOf(args, name);
    return at < 0 || at + 1 == args.Length ? null : args[at + 1];
}

TimeSpan Seconds(string name, double otherwise) => TimeSpan.FromSeconds(Option(name, otherwise));

var duration = Seconds("--seconds", 20);
var warmUp = Seconds("--warm-up", 10);
switch (args)
{
    case ["machine", var folder, ..]:
        BenchReport.Write(Path.Combine(folder, BenchReport.MachineFile), MachineFacts.Collect(folder, Text("--load")));
        return 0;

    case ["small", var folder, ..]:
        BenchReport.Write(
            Path.Combine(folder, "small.json"), SmallSuite.Run(Text("--filter") ?? "*", args.Contains("--quick"), folder));
        return 0;

    case ["fingerprint", var folder, ..]:
        await FingerprintBenchmark.PrintAsync(folder, (int)Option("--mebibytes", 256)).ConfigureAwait(false);
        return 0;

    case ["gas", ..]:
        return GasPrices.Print((int)Option("--runs", 15), Option("--most", double.MaxValue)) ? 0 : 1;

    case ["start", var program, ..]:
        FirstCallBenchmark.Print(program, (int)Option("--runs", 20));
        return 0;

    case ["singles" or "batches", var folder, ..]:
        var consortium = new ConsortiumBenchmark(Consortium.Open(Path.Combine(folder, args[0])), duration, warmUp);
        BenchReport.Write(
            Path.Combine(folder, args[0] + ".json"),
            await (args[0] == "singles" ? consortium.RunSinglesAsync() : consortium.RunBatchesAsync()).ConfigureAwait(false));
        return 0;

    case ["contracts", var folder, ..]:
        BenchReport.Write(
            Path.Combine(folder, "contracts.json"),
            await new ContractBenchmark(Consortium.Open(Path.Combine(folder, args[0])), duration, warmUp).RunAsync()
                .ConfigureAwait(false));
        return 0;

    case ["execution", ..]:
        var execution = new ExecutionBenchmark(
            duration, (int)Option("--transactions", 32), (int)Option("--records", 100)).Run();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{execution.RecordsPerSecond:N0} records/s, {execution.MicrosecondsPerRecord:N1} µs of processor time and "
            + $"{execution.AllocatedPerRecord:N0} bytes allocated a record"));
        return 0;

    case ["outbox", ..]:
        var chain = Text("--consortium") is { } at ? Consortium.Open(at) : null;
        var outbox = await ClientBenchmark.OutboxAsync((int)Option("--records", 100_000), chain).ConfigureAwait(false);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{outbox.RecordsPerSecond:N0} records/s, {outbox.MicrosecondsPerRecord:N1} µs of processor time a record"));
        return 0;

    case ["roundtrip", var folder, ..]:
        var trips = await ClientBenchmark.RoundTripsAsync(Consortium.Open(folder), (int)Option("--pairs", 300))
            .ConfigureAwait(false);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"median of a bare call {trips.Bare:N3} ms, of the client {trips.Client:N3} ms: it adds "
            + $"{trips.Client - trips.Bare:N3} ms"));
        return 0;

    case ["catchup", var folder, ..]:
        BenchReport.Write(
            Path.Combine(folder, "catchup.json"),
            await new CatchUpBenchmark((int)Option("--records", 100_000)).RunAsync().ConfigureAwait(false));
        return 0;

    case ["join", ..]:
        var join = await new JoinBenchmark((int)Option("--records", 50_000)).RunAsync().ConfigureAwait(false);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{join.Records:N0} records and {join.Calls:N0} contract calls in {join.Blocks:N0} blocks: replay "
            + $"{join.ReplaySeconds:N1} s ({join.ReplayProcessorSeconds:N1} s of processor time), snapshot with all leaves "
            + $"{join.JoinSeconds:N1} s ({join.JoinProcessorSeconds:N1} s), {join.JoinBytes:N0} bytes"));
        return 0;

    case ["postgres", var folder, ..]:
        var connection = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = (int)Option("--port", 5432),
            Username = Text("--user") ?? "postgres",
            Database = "postgres",
        };
        await using (var source = NpgsqlDataSource.Create(connection))
        {
            BenchReport.Write(
                Path.Combine(folder, "postgres.json"),
                await new PostgresBenchmark(source, duration, warmUp).RunAsync().ConfigureAwait(false));
        }

        return 0;

    case ["report", var folder, ..]:
        var report = BenchReport.Collect(folder);
        Console.Write(ReportText.Of(report));
        if (Text("--json") is { } path) BenchReport.Write(path, report);
        return 0;

    default:
        await Console.Error.WriteLineAsync(
            "usage: machine|small|execution|outbox|roundtrip|singles|batches|catchup|join|postgres|report FOLDER [options]; "
            + "scripts/bench runs them in order; gas; start LEDGER.DLL").ConfigureAwait(false);
        return 2;
}
