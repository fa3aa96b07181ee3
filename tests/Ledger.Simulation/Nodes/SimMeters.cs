using System.Diagnostics.Metrics;

namespace Ledger.Simulation.Nodes;

/// <summary>Instruments that nobody listens to.</summary>
internal sealed class SimMeters : IMeterFactory
{
    public Meter Create(MeterOptions options) => new(options);

    public void Dispose()
    {
    }
}
