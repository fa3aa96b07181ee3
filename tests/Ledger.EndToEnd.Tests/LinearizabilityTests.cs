using Ledger.EndToEnd.Tests.Harness;
using Ledger.EndToEnd.Tests.Harness.Faults;
using Xunit.Abstractions;

namespace Ledger.EndToEnd.Tests;

/// <summary>
/// Clients anchor and read through all nodes while faults drawn from a seed happen. LEDGER_E2E_SEED and LEDGER_E2E_ROUNDS
/// make other and longer runs (scripts/soak); the seed is printed.
/// </summary>
public sealed class LinearizabilityTests(ITestOutputHelper output)
{
    private const int DefaultRounds = 8;

    [Fact]
    public Task What_clients_are_told_is_as_if_there_were_one_list_on_one_machine() =>
        Consortium.RunBehindProxyAsync(async (consortium, proxy) =>
        {
            var seed = Settings.Seed;
            output.WriteLine($"seed {seed}");
            var load = HistoryLoad.Start(consortium, "history", seed);
            var faults = new FaultSchedule(consortium, proxy, seed, output.WriteLine);
            for (var round = 0; round < Settings.Rounds(DefaultRounds); round++)
            {
                await faults.RunOneAsync();
                await load.MakesProgressAsync(20);
            }

            await load.HasSeenAsync(appends: 100, readsOfEachKind: 20);
            await load.StopAndCheckAsync();

            var (current, plain) = load.Reads;
            output.WriteLine($"{load.Acknowledged} acknowledged, {load.Unknown} unknown, {current}+{plain} reads");
            await consortium.StopAsync();
            consortium.DatabasesAreSound();
        });
}
