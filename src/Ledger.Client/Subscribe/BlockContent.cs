using Ledger.Client.Transport;
using Ledger.Core.Api.V1;
using Ledger.Core.Receipts;

namespace Ledger.Client.Subscribe;

/// <summary>Fetches what a block is sent without because it would not fit into a message.</summary>
internal static class BlockContent
{
    /// <summary>
    /// Adds the transactions and results that a block was sent without, a page at a time. Whether they are the block's is
    /// for <see cref="BlockChecker"/> to say.
    /// </summary>
    /// <exception cref="LedgerIntegrityException">The node's pages do not follow each other.</exception>
    public static async Task CompleteAsync(
        INodeApi node, Block block, TimeSpan timeout, CancellationToken cancellation)
    {
        if (!block.WithoutContent) return;
        uint next = 0;
        do
        {
            var page = await node.ListTransactionsAsync(
                new ListTransactionsRequest { Height = block.Height, FirstPosition = next }, timeout, cancellation);
            foreach (var item in page.Items)
            {
                if (!item.Transaction.IsEmpty) block.Transactions.Add(item.Transaction);
                block.Results.Add(item.Result);
            }

            // A node that gives nothing, or begins again, would never come to an end.
            var goesOn = page.Items.Count > 0 && page.NextPosition == (ulong)next + (ulong)page.Items.Count;
            if ((page.NextPosition != 0 && !goesOn) || block.Results.Count > ResultReceipt.MaxResults)
                throw new LedgerIntegrityException($"the node's pages of block {block.Height} do not follow each other");
            next = page.NextPosition;
        }
        while (next != 0);
        block.WithoutContent = false;
    }
}
