using System.Runtime.CompilerServices;
using Ledger.Client.Subscribe;
using Ledger.Core.Api.V1;
using Ledger.Core.Blocks;
using Block = Ledger.Core.Api.V1.Block;

namespace Ledger.Client;

public sealed partial class LedgerClient
{
    /// <summary>
    /// Fetches a certified block with everything in it: its certificate, its transactions and results, checked against the
    /// header's roots.
    /// </summary>
    /// <exception cref="LedgerUnavailableException">No node answered.</exception>
    /// <exception cref="LedgerRefusedException">There is no such block yet, or the caller may not read it.</exception>
    /// <exception cref="LedgerIntegrityException">Something in it does not hold.</exception>
    public async Task<CertifiedBlock> GetBlockAsync(BlockHeight height, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfZero(height.Value);
        var request = new GetBlockRequest { Height = height.Value, IncludeTransactions = true };
        // Pages come from the node that gave the header: another may not be so far.
        var block = await _pool.CallAsync(
            async (node, timeout, stop) =>
            {
                var found = await node.GetBlockAsync(request, timeout, stop);
                await BlockContent.CompleteAsync(node, found, timeout, stop);
                return found;
            },
            cancellation);
        await LearnEpochsAsync(block.Header.Memory, cancellation);
        return new BlockChecker(_options.Genesis, _verifier, new SubscriptionStart(height), true).Check(block);
    }

    /// <summary>
    /// Lists headers, newest first; pages are fetched as the enumeration goes on. Each is certified, by a certificate of
    /// its own or by that of a later block which leads to it by hashes: so none is left out between two.
    /// </summary>
    /// <param name="below">Begin below this height; the default begins at the newest certified block of a node.</param>
    /// <param name="cancellation">Cancels the calls.</param>
    /// <exception cref="LedgerUnavailableException">No node answered.</exception>
    /// <exception cref="LedgerRefusedException">The node's history begins above.</exception>
    /// <exception cref="LedgerIntegrityException">A header does not hold, or is not the next.</exception>
    public async IAsyncEnumerable<BlockHeader> ListBlocksAsync(
        BlockHeight below = default, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var request = new ListBlocksRequest { BeforeHeight = below.Value };
        BlockHeader? above = null;
        while (true)
        {
            var page = await _pool.CallAsync(
                (node, timeout, stop) => node.ListBlocksAsync(request, timeout, stop), cancellation);
            foreach (var block in page.Blocks)
            {
                var header = await CheckListedAsync(block, above, cancellation);
                if (above is null && below.Value > 0 && header.Height.Value >= below.Value)
                    throw new LedgerIntegrityException($"the node was asked for blocks below {below}");
                above = header;
                yield return header;
            }

            // Heights fall by one each, so that a node which never ends its pages comes to genesis all the same.
            if (page.BeforeHeight == 0 || page.Blocks.Count == 0) yield break;
            request = new ListBlocksRequest { BeforeHeight = above!.Height.Value };
            if (request.BeforeHeight == 0) yield break;
        }
    }

    private async Task<BlockHeader> CheckListedAsync(Block block, BlockHeader? above, CancellationToken cancellation)
    {
        if (!BlockHeader.TryDecode(block.Header.Span, out var header, out var error))
            throw new LedgerIntegrityException($"a header from the node is malformed: {error}");
        var hash = BlockHeader.HashOf(block.Header.Span, _options.Suite.Hash);
        if (above is not null)
        {
            return above.Height.Value > 0 && header.Height.Value == above.Height.Value - 1 && above.Previous == hash
                ? header
                : throw new LedgerIntegrityException($"block {header.Height} is not the one below block {above.Height}");
        }

        return (await VerifyAsync(block.Header.Memory, block.Certificate.Memory, cancellation)).Header;
    }
}
