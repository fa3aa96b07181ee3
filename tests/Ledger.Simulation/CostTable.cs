namespace Ledger.Simulation;

internal static class CostTable
{
    public static void Write(TextWriter output) => output.WriteLine("costs");
}
