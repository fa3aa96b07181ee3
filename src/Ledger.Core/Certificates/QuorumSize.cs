namespace Ledger.Core.Certificates;

/// <summary>
/// Quorum arithmetic of PBFT (Castro and Liskov, OSDI '99, section 3) for any n: f = floor((n-1)/3) faults are
/// tolerated, and a quorum is the smallest number such that any two quorums share an honest validator.
/// </summary>
/// <param name="Validators">Number of validators, n.</param>
/// <param name="Faults">Faults tolerated, f.</param>
/// <param name="Quorum">ceil((n+f+1)/2); 2f+1 when n = 3f+1.</param>
public readonly record struct QuorumSize(int Validators, int Faults, int Quorum)
{
    /// <summary>f+1: among that many validators at least one is honest.</summary>
    public int OneHonest => Faults + 1;

    /// <summary>The arithmetic for <paramref name="validators"/> validators.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not positive.</exception>
    public static QuorumSize For(int validators)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(validators);
        var faults = (validators - 1) / 3;
        return new QuorumSize(validators, faults, (validators + faults + 2) / 2);
    }
}
