using Ledger.Node.Admission;

namespace Ledger.Node.Mempool;

/// <summary>What transactions take of what a block has to share out.</summary>
/// <param name="Transactions">Places.</param>
/// <param name="Bytes">Bytes.</param>
/// <param name="Gas">Gas that they declare.</param>
internal readonly record struct BatchShare(ulong Transactions, ulong Bytes, ulong Gas)
{
    private const uint Scale = 1 << 30;

    /// <summary>With one more transaction.</summary>
    public BatchShare Plus(CheckedTransaction transaction) =>
        new(Transactions + 1, Bytes + (ulong)transaction.Size, Gas + transaction.Gas);

    /// <summary>Whether it is within the limits of a block.</summary>
    public bool Fits(in BatchShare most) =>
        Transactions <= most.Transactions && Bytes <= most.Bytes && Gas <= most.Gas;

    /// <summary>The largest of its three parts of the whole: dominant resource fairness.</summary>
    public UInt128 Of(in BatchShare whole) => UInt128.Max(
        UInt128.Max(Part(Transactions, whole.Transactions), Part(Bytes, whole.Bytes)), Part(Gas, whole.Gas));

    private static UInt128 Part(ulong used, ulong whole) => (UInt128)used * Scale / Math.Max(whole, 1);
}
