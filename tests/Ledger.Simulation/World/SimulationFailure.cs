namespace Ledger.Simulation.World;

/// <summary>A property does not hold: the run found an error of the product, or of the simulator.</summary>
internal sealed class SimulationFailure(string property, string message) : Exception($"{property}: {message}")
{
    /// <summary>The property's name.</summary>
    public string Property => property;
}
