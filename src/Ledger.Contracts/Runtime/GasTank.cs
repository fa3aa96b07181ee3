using Ledger.Contracts.Engine;

namespace Ledger.Contracts.Runtime;

/// <summary>The gas of a transaction where no script is running: before its first contract and after it.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class GasTank : IScriptMeter
{
    private readonly long _limit;

    public GasTank(long limit) => GasLeft = _limit = limit;

    public long GasLeft { get; private set; }

    public long DepthLeft => ScriptLimits.MaxDepth;

    public long Used => _limit - GasLeft;

    public void Charge(long gas)
    {
        if (gas > GasLeft)
        {
            GasLeft = 0;
            throw new EmptyException();
        }

        GasLeft -= gas;
    }

    /// <summary>The tank is empty; ends the transaction.</summary>
    public sealed class EmptyException : Exception;
}
