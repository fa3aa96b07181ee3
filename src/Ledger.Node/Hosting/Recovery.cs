using Ledger.Consensus;
using Ledger.Core.Blocks;
using Ledger.Core.Merkle;
using Ledger.Node.Admission;
using Ledger.Node.Driver;
using Ledger.Node.Execution;
using Ledger.Node.Mempool;
using Ledger.Node.Wire;
using Ledger.Storage;
using Ledger.Storage.Blocks;
using Ledger.Storage.Votes;

namespace Ledger.Node.Hosting;

/// <summary>What a node finds on its disk when it starts, and everything that is rebuilt from it.</summary>
internal static class Recovery
{
    /// <summary>Writes block 0 into a new database, or checks that the one that is there is this genesis's.</summary>
    public static void EnsureGenesis(LedgerStore store)
    {
        var genesis = GenesisBlock.Create(store.Genesis);
        if (store.Watermark is null)
        {
            store.Commit(genesis.Commit);
        }
        // A store that began from a snapshot does not hold block 0; its manifest leads back to genesis.
        else if (store.Base is null && store.Live.Blocks.Header(new BlockHeight(0))!.Hash != genesis.Commit.Block.Hash)
        {
            throw new StorageException(
                StorageFault.Conflict, "block 0 on disk is not the one that this software makes of the genesis document");
        }
    }

    /// <summary>The newest certified block.</summary>
    public static CertifiedHead CertifiedHead(LedgerStore store)
    {
        var height = store.Live.Certified ?? new BlockHeight(0);
        var header = store.Live.Blocks.Header(height)!;
        return new CertifiedHead(header.Header, header.Hash, store.Live.Blocks.CertifiedHeader(height));
    }

    /// <summary>The log tree's right edge after the newest block.</summary>
    public static LogFrontier Log(LedgerStore store) =>
        LogFrontier.Restore(store.Genesis.Suite.Hash, store.Watermark!.LogSize, store.Live.Log);

    /// <summary>Blocks that are executed and not yet certified, ascending.</summary>
    public static IEnumerable<Block> Uncertified(LedgerStore store)
    {
        var first = (store.Live.Certified ?? new BlockHeight(0)).Next;
        for (var height = first; height <= store.Watermark!.Height; height = height.Next)
            yield return store.Live.Blocks.Block(height)!;
    }

    /// <summary>The replica's state: a replica that starts from it never contradicts what it signed.</summary>
    /// <exception cref="StorageException">
    /// The vote log lost votes that were sent: this replica must not vote.
    /// </exception>
    public static ReplicaState Replica(LedgerStore store, VoteLog votes)
    {
        if (votes.Sequence < store.Watermark!.VoteSequence)
        {
            throw new StorageException(
                StorageFault.Corruption,
                $"The vote log holds {votes.Sequence} batches, but {store.Watermark.VoteSequence} were written: votes that " +
                "were sent are lost. Without them this validator could contradict itself; docs/guide/operator/running.md " +
                "says how to restore it.");
        }

        var stableHeight = store.Live.Certified ?? new BlockHeight(0);
        StoredHeader stable = store.Live.Blocks.Header(stableHeight)!;
        var checkpoint = new StableCheckpoint(stableHeight, stable.Bytes, store.Live.Blocks.Certificate(stableHeight));
        var executed = new List<ReadOnlyMemory<byte>>();
        for (var height = stableHeight.Next; height <= store.Watermark.Height; height = height.Next)
            executed.Add(store.Live.Blocks.Header(height)!.Bytes);
        return ReplicaState.Restore(checkpoint, executed, VoteJournal.Read(votes).Votes);
    }

    /// <summary>Puts the transactions of accepted proposals back into the pool.</summary>
    public static void RestoreBodies(LedgerStore store, VoteLog votes, TransactionPool pool, AdmissionService admission)
    {
        foreach (var (height, batch) in VoteJournal.Read(votes).Bodies)
        {
            if (height <= store.Watermark!.Height) continue;
            if (!TransactionMessages.TryDecodeBatch(batch, out var transactions)) continue;
            var ids = admission.Restore(transactions);
            pool.PlaceCarriedOver(height, ids);
        }
    }
}
