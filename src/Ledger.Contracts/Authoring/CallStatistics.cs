namespace Ledger.Contracts.Authoring;

/// <summary>What calls of one function cost over all tests.</summary>
/// <remarks>Not thread-safe; of one run of tests.</remarks>
public sealed class CallStatistics
{
    /// <summary>Calls that returned.</summary>
    public int Returned { get; private set; }

    /// <summary>Calls that were refused or failed.</summary>
    public int Refused { get; private set; }

    /// <summary>Least gas of a call that returned.</summary>
    public long LeastGas { get; private set; }

    /// <summary>Most gas of a call that returned.</summary>
    public long MostGas { get; private set; }

    /// <summary>Gas of all calls that returned.</summary>
    public long TotalGas { get; private set; }

    /// <summary>Mean gas of a call that returned; 0 when none did.</summary>
    public long MeanGas => Returned == 0 ? 0 : TotalGas / Returned;

    internal void Add(bool returned, long gas)
    {
        if (!returned)
        {
            Refused++;
            return;
        }

        LeastGas = Returned == 0 ? gas : Math.Min(LeastGas, gas);
        MostGas = Math.Max(MostGas, gas);
        TotalGas += gas;
        Returned++;
    }
}
