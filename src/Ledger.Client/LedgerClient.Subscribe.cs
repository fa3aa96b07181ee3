using System.Runtime.CompilerServices;
using Ledger.Client.Subscribe;
using Ledger.Client.Transport;
using Ledger.Core.Api.V1;

namespace Ledger.Client;

public sealed partial class LedgerClient
{
    /// <summary>
    /// Follows the chain: every certified block from the start on, each exactly once and in order, then each new one as
    /// it is certified. Every certificate, every link between blocks and, when transactions are asked for, every
    /// transaction and result is verified. When a connection breaks, the subscription goes on with the next node where
    /// it stood.
    /// </summary>
    /// <param name="start">The first block; <see cref="SubscriptionStart.After"/> resumes after one that was dealt
    /// with.</param>
    /// <param name="includeTransactions">Whether the blocks come with their transactions and results.</param>
    /// <param name="cancellation">Ends the subscription.</param>
    /// <exception cref="LedgerUnavailableException">No node delivered a block in as many attempts as
    /// allowed.</exception>
    /// <exception cref="LedgerIntegrityException">Every node that answers sends blocks that do not hold.</exception>
    public async IAsyncEnumerable<CertifiedBlock> SubscribeAsync(
        SubscriptionStart start,
        bool includeTransactions = false,
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var checker = new BlockChecker(_options.Genesis, _verifier, start, includeTransactions);
        Exception? last = null;
        for (var failures = 0; failures < _options.MaxAttempts; failures++)
        {
            if (failures > 0) await _pool.PauseAsync(failures, last as RpcException, cancellation);
            var request = new SubscribeRequest
            {
                FromHeight = checker.Next.Value,
                IncludeTransactions = includeTransactions,
            };
            var node = _pool.Preferred;
            await using var blocks = node.SubscribeAsync(request, cancellation).GetAsyncEnumerator(cancellation);
            while (true)
            {
                CertifiedBlock? block;
                try
                {
                    block = null;
                    if (await blocks.MoveNextAsync())
                    {
                        await LearnEpochsAsync(blocks.Current.Header.Memory, cancellation);
                        if (includeTransactions)
                            await BlockContent.CompleteAsync(node, blocks.Current, _options.CallTimeout, cancellation);
                        block = checker.Check(blocks.Current);
                    }
                }
                catch (RpcException fault) when (!NodePool.IsWorthRetrying(fault))
                {
                    throw new LedgerRefusedException(fault);
                }
                catch (Exception fault) when (fault is RpcException or LedgerIntegrityException)
                {
                    last = fault;
                    break;
                }

                if (block is null) break;
                yield return block;
                failures = 0;
                last = null;
            }

            _pool.Rotate();
        }

        if (last is LedgerIntegrityException integrity)
            throw new LedgerIntegrityException(integrity.Message, integrity);
        throw new LedgerUnavailableException(
            $"no node delivered block {checker.Next} in {_options.MaxAttempts} attempts", last);
    }
}
