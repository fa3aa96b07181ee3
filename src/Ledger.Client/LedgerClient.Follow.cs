using System.Runtime.CompilerServices;
using Ledger.Client.Subscribe;

namespace Ledger.Client;

public sealed partial class LedgerClient
{
    /// <summary>
    /// Follows the chain from a checkpoint on, across nodes that fail and outages of any length: each certified block
    /// after it, exactly once and in order. It ends only when it is cancelled, or when no node's chain continues the
    /// checkpoint.
    /// </summary>
    /// <remarks>
    /// For effects that happen exactly once, store <see cref="SubscriptionCheckpoint.At"/> of a block in the same
    /// transaction as what the application does about it, and resume with what is stored.
    /// </remarks>
    /// <param name="checkpoint">The last block that was dealt with; null to begin with the first.</param>
    /// <param name="includeTransactions">Whether the blocks come with their transactions and results.</param>
    /// <param name="cancellation">Ends the subscription.</param>
    /// <exception cref="LedgerIntegrityException">No node's chain continues the checkpoint, or holds.</exception>
    /// <exception cref="LedgerRefusedException">The nodes refuse the subscription.</exception>
    public async IAsyncEnumerable<CertifiedBlock> SubscribeFromAsync(
        SubscriptionCheckpoint? checkpoint,
        bool includeTransactions = false,
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var start = checkpoint?.Next ?? SubscriptionStart.Beginning;
        while (true)
        {
            await using var blocks = SubscribeAsync(start, includeTransactions, cancellation)
                .GetAsyncEnumerator(cancellation);
            while (true)
            {
                try
                {
                    if (!await blocks.MoveNextAsync()) break;
                }
                catch (LedgerUnavailableException)
                {
                    await Task.Delay(_options.MaxBackoff, _options.Time, cancellation);
                    break;
                }

                yield return blocks.Current;
                start = SubscriptionStart.After(blocks.Current.Certified);
            }
        }
    }

    /// <summary>
    /// Hands each certified block after a store's checkpoint to a handler, and then stores that it was dealt with. A block
    /// whose handler fails, or whose process ends in it, is handed over again: each block at least once, and never out of
    /// order.
    /// </summary>
    /// <param name="store">Keeps the checkpoint.</param>
    /// <param name="handle">Deals with a block. What it throws ends the subscription.</param>
    /// <param name="includeTransactions">Whether the blocks come with their transactions and results.</param>
    /// <param name="cancellation">Ends the subscription.</param>
    /// <inheritdoc cref="SubscribeFromAsync" path="/exception"/>
    public async Task FollowAsync(
        ICheckpointStore store, Func<CertifiedBlock, CancellationToken, Task> handle, bool includeTransactions = false,
        CancellationToken cancellation = default)
    {
        var checkpoint = await store.LoadAsync(cancellation);
        await foreach (var block in SubscribeFromAsync(checkpoint, includeTransactions, cancellation))
        {
            await handle(block, cancellation);
            // Not cancelled between the two: what was dealt with is to be known.
            await store.SaveAsync(SubscriptionCheckpoint.At(block), CancellationToken.None);
        }
    }
}
