namespace Ledger.Contracts.Engine;

/// <summary>
/// Addresses in guest memory that are the same in every image of an engine, because all of them grow out of one base
/// image.
/// </summary>
internal sealed record GuestHandles
{
    /// <summary>The functions that the prelude gives, in its order.</summary>
    public const int Functions = 12;

    public int Runtime { get; init; }

    public int Context { get; init; }

    public int Undefined { get; init; }

    /// <summary>Room for the pointers to a call's arguments.</summary>
    public int Arguments { get; init; }

    /// <summary>Room for short texts on their way in.</summary>
    public int Scratch { get; init; }

    public int Install { get; init; }

    public int Harden { get; init; }

    public int Bind { get; init; }

    public int Bound { get; init; }

    public int Run { get; init; }

    public int Finish { get; init; }

    public int Read { get; init; }

    public int Watch { get; init; }

    public int Shown { get; init; }

    public int Describe { get; init; }

    public int Fail { get; init; }

    public int Parse { get; init; }
}
