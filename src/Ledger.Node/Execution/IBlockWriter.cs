using Ledger.Storage;

namespace Ledger.Node.Execution;

/// <summary>
/// Writes a block while the next one is executed. Not more than one: what is executed is at most one block ahead of the
/// disk.
/// </summary>
/// <remarks>The execution stage's. What reads the ledger in its name may wait too.</remarks>
internal interface IBlockWriter : IDisposable
{
    /// <summary>
    /// Begins to write a block, which nobody changes any more. The block before it must have been waited for.
    /// </summary>
    void Begin(BlockCommit commit, bool sync);

    /// <summary>
    /// Returns once everything that was begun is written, and at once when it is. Throws what writing it threw, each time.
    /// </summary>
    void Wait();
}
