namespace Ledger.Testing.Consensus;

/// <summary>
/// Steele, Lea and Flood's SplitMix64: a generator of our own, because a test's seed must mean the same on every
/// version of the framework. Not thread-safe.
/// </summary>
public sealed class SplitMix64
{
    private ulong _state;

    public SplitMix64(ulong seed) => _state = seed;

    public ulong Next()
    {
        unchecked
        {
            _state += 0x9E3779B97F4A7C15;
            var z = _state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }

    /// <summary>A number from 0 to <paramref name="bound"/>-1.</summary>
    public int Below(int bound) => (int)(Next() % (ulong)bound);

    /// <summary>True <paramref name="permille"/> times in a thousand.</summary>
    public bool Chance(int permille) => Below(1000) < permille;
}
