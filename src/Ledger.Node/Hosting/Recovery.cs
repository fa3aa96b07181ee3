using Ledger.Consensus;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
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

    /// <summary>
    /// Gives the block store the certificate that the vote log has and it lost: certificates are not synced there. Before
    /// anything else is read, as it says where the window of the votes begins.
    /// </summary>
    public static void EnsureCertificate(LedgerStore store, VoteLog votes)
    {
        if (VoteJournal.Certificate(votes) is not var (height, certificate)) return;
        if (store.Certified is { } known && known >= height) return;
        // A block that is not here either: the chain was lost, and BlockBelowVotes says what follows from that.
        if (height > store.Watermark!.Height) return;
        store.SaveCertificate(height, certificate, sync: true);
    }

    /// <summary>
    /// The block upon which this node's votes rest, when the chain on disk does not reach it: the chain was lost, or is an
    /// old copy, and the votes were kept. Null when it is there. A replica that began below it would have forgotten what it
    /// promised in between: those votes were dropped once the blocks were certified. docs/spec/sync.md section 7.
    /// </summary>
    public static BlockHeight? BlockBelowVotes(LedgerStore store, VoteLog votes)
    {
        var newest = VoteJournal.Certificate(votes)?.Height ?? new BlockHeight(0);
        // Blocks that came by sync were certified without a vote; what shows them is that the votes below were dropped.
        if (votes.Floor.Value > newest.Value + 1) newest = new BlockHeight(votes.Floor.Value - 1);
        return newest > (store.Certified ?? new BlockHeight(0)) ? newest : null;
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

    /// <summary>
    /// The validators of the epoch that this node is in, and the last block before it. An epoch begins here once the
    /// last block of the one before is certified, not when it is executed.
    /// </summary>
    public static (ValidatorSet Validators, BlockHeight Base) Epoch(LedgerStore store)
    {
        var certified = store.Live.Certified ?? new BlockHeight(0);
        var header = store.Live.Blocks.Header(certified)!.Header;
        var epoch = header.NextEpoch;
        var validators = store.Live.Blocks.Validators(epoch)
            ?? throw new StorageException(StorageFault.Corruption, $"the validators of epoch {epoch} are missing");
        return (validators, epoch.Value == 0 ? new BlockHeight(0) : LastOf(store, new Epoch(epoch.Value - 1)));
    }

    /// <summary>The validators of the epoch before one; null before epoch 1.</summary>
    public static ValidatorPeers? PeersBefore(LedgerStore store, Epoch epoch) =>
        epoch.Value > 0 && store.Live.Blocks.Validators(new Epoch(epoch.Value - 1)) is { } set
            ? new ValidatorPeers(set, null)
            : null;

    /// <summary>The validators of the epoch after one, when a block that is executed here names them.</summary>
    public static ValidatorPeers? PeersAfter(LedgerStore store, EpochParts epoch) =>
        store.Live.Blocks.Validators(epoch.Validators.Epoch.Next) is { } next ? epoch.Expect(next) : null;

    /// <summary>Whether a key is a validator's in an epoch that has begun here.</summary>
    public static bool WasValidator(LedgerStore store, KeyId key)
    {
        var last = store.Live.Blocks.Header(store.Watermark!.Height)!.Header.NextEpoch;
        for (var epoch = last; ; epoch = new Epoch(epoch.Value - 1))
        {
            if (store.Live.Blocks.Validators(epoch)?.IndexOf(key) is not null) return true;
            if (epoch.Value == 0) return false;
        }
    }

    /// <summary>
    /// The last block of an epoch, of those that are here. Epochs ascend with heights, so it is found by halving.
    /// </summary>
    public static BlockHeight LastOf(LedgerStore store, Epoch epoch)
    {
        // Of an epoch that ended before this node's history, the snapshot's manifest tells.
        if (store.BaseManifest?.Epochs is { } before && epoch.Value < (ulong)before.Count
            && BlockHeader.TryDecode(before[(int)epoch.Value].HeaderBytes.Span, out var ending, out _))
        {
            return ending.Height;
        }

        var (low, high) = (store.Base?.Value ?? 0, store.Watermark!.Height.Value);
        while (low < high)
        {
            var middle = low + ((high - low + 1) / 2);
            if (store.Live.Blocks.Header(new BlockHeight(middle))!.Header.Epoch.Value <= epoch.Value) low = middle;
            else high = middle - 1;
        }

        return new BlockHeight(low);
    }

    /// <summary>The replica's state: a replica that starts from it never contradicts what it signed.</summary>
    /// <exception cref="StorageException">
    /// The vote log lost votes that were sent: this replica must not vote.
    /// </exception>
    public static ReplicaState Replica(LedgerStore store, VoteLog votes, ValidatorSet validators)
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
        {
            var header = store.Live.Blocks.Header(height)!;
            // Sync may be at work, and be in a later epoch already; the replica is made anew when it hears of that.
            if (header.Header.Epoch != validators.Epoch) break;
            executed.Add(header.Bytes);
        }

        return ReplicaState.Restore(checkpoint, executed, VoteJournal.Read(votes).Votes);
    }

    /// <summary>Puts the transactions of accepted proposals back into the pool.</summary>
    public static void RestoreBodies(LedgerStore store, VoteLog votes, TransactionPool pool, AdmissionService admission)
    {
        var epoch = Epoch(store).Validators.Epoch;
        foreach (var stored in VoteJournal.Read(votes).Bodies)
        {
            if (stored.Height <= store.Watermark!.Height) continue;
            if (!TransactionMessages.TryDecodeBatch(stored.Batch, out var transactions)) continue;
            var ids = admission.Restore(transactions);
            // A proposal of an epoch that has ended is void: its transactions wait again.
            if (stored.Epoch == epoch) pool.PlaceCarriedOver(stored.Height, ids);
        }
    }
}
