using Ledger.Client.Verify;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Core.Transactions;

namespace Ledger.Client.Subscribe;

/// <summary>
/// Checks the blocks of a subscription one after the other and remembers where it stands. Not thread-safe.
/// </summary>
internal sealed class BlockChecker(
    Genesis genesis, HeaderVerifier verifier, SubscriptionStart start, bool withTransactions)
{
    private Hash256? _previous = start.Previous;
    private Timestamp _time;

    /// <summary>The height of the next block.</summary>
    public BlockHeight Next { get; private set; } = start.Height.Value == 0 ? new BlockHeight(1) : start.Height;

    /// <summary>Checks the next block.</summary>
    /// <exception cref="LedgerIntegrityException">It is not the next block, or something in it does not
    /// hold.</exception>
    public CertifiedBlock Check(Core.Api.V1.Block block)
    {
        var certified = verifier.Verify(block.Header.Memory, block.Certificate.Span);
        var header = certified.Header;
        if (header.Height != Next)
            throw new LedgerIntegrityException($"the node sent block {header.Height} where {Next} is due");
        if (_previous is { } previous && header.Previous != previous)
            throw new LedgerIntegrityException($"block {header.Height} does not follow the block before it");
        if (header.Time <= _time)
            throw new LedgerIntegrityException($"block {header.Height} is not later than the block before it");
        var result = withTransactions ? CheckContent(certified, block) : new CertifiedBlock(certified, [], []);
        _previous = certified.Hash;
        _time = header.Time;
        Next = header.Height.Next;
        return result;
    }

    private CertifiedBlock CheckContent(CertifiedBlockHeader certified, Core.Api.V1.Block block)
    {
        var hash = genesis.Suite.Hash;
        var height = certified.Header.Height;
        var transactions = new List<SignedTransaction>(block.Transactions.Count);
        foreach (var bytes in block.Transactions)
        {
            if (!SignedTransaction.TryDecode(bytes.Memory, hash, out var transaction, out var error))
                throw new LedgerIntegrityException($"a transaction of block {height} is malformed: {error}");
            transactions.Add(transaction);
        }

        var results = new List<TransactionResult>(block.Results.Count);
        foreach (var bytes in block.Results)
        {
            if (!TransactionResult.TryDecode(bytes.Span, out var result, out var error))
                throw new LedgerIntegrityException($"a result of block {height} is malformed: {error}");
            results.Add(result.Value);
        }

        if ((uint)transactions.Count != certified.Header.TransactionCount
            || BlockRoots.TransactionRoot(hash, transactions.Select(t => t.Id)) != certified.Header.TransactionRoot)
        {
            throw new LedgerIntegrityException(
                $"the transactions of block {height} are not those that its header commits to");
        }

        var root = BlockRoots.ResultRoot(hash, block.Results.Select(r => r.Memory));
        // Results of scheduled calls follow those of the transactions.
        return results.Count >= transactions.Count && root == certified.Header.ResultRoot
            ? new CertifiedBlock(certified, transactions, results)
            : throw new LedgerIntegrityException(
                $"the results of block {height} are not those that its header commits to");
    }
}
