using System.Globalization;

namespace Ledger.EndToEnd.Tests.Harness;

/// <summary>What scripts/soak sets; the tests by themselves have the defaults.</summary>
internal static class Settings
{
    private const ulong DefaultSeed = 20_260_101;

    /// <summary>What random faults are drawn from: LEDGER_E2E_SEED.</summary>
    public static ulong Seed { get; } = Read("LEDGER_E2E_SEED", DefaultSeed);

    /// <summary>How many rounds of faults: LEDGER_E2E_ROUNDS, or what a test thinks enough.</summary>
    public static int Rounds(int usual) => (int)Read("LEDGER_E2E_ROUNDS", (ulong)usual);

    private static ulong Read(string name, ulong usual) =>
        ulong.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value)
            ? value
            : usual;
}
