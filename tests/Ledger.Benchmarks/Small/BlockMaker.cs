using System.Text;
using Ledger.Benchmarks.Load;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Membership;
using Ledger.Core.Merkle;
using Ledger.Core.State;
using Ledger.Core.Transactions;
using Ledger.Storage;
using Ledger.Testing.Builders;

namespace Ledger.Benchmarks.Small;

/// <summary>Makes a chain of real blocks of sample records for the store. Not thread-safe.</summary>
internal sealed class BlockMaker : IStateNodes
{
    private const string Member = "org-a";
    private static readonly HashFunction Hash = Sha256.Instance;

    private readonly SampleRecords _records = new("block");
    private readonly StateTree _tree = new(Hash);
    private readonly LogFrontier _log = new(Hash);

    // Bound: the subjects of the sample, and the pages of their tree.
    private readonly Dictionary<string, TimelineHead> _timelines = new(StringComparer.Ordinal);
    private readonly Dictionary<StatePageKey, byte[]> _pages = [];
    private Hash256 _previous;
    private Hash256 _stateRoot = StateTree.EmptyRoot;
    private ulong _height;

    public Genesis Genesis { get; } = A.Genesis();

    /// <summary>The block at height 0.</summary>
    public BlockCommit First() => Finish([], [], [], [], new SortedSet<string>(StringComparer.Ordinal));

    /// <summary>The next block.</summary>
    public BlockCommit Next(int transactions, int recordsEach)
    {
        var signed = new List<SignedTransaction>(transactions);
        var results = new List<TransactionResult>(transactions);
        var leaves = new List<CommittedLeaf>(transactions * recordsEach);
        var nodes = new List<LogNode>();
        var touched = new SortedSet<string>(StringComparer.Ordinal);
        for (var position = 0; position < transactions; position++)
        {
            EvidenceRecord[] records = [.. Enumerable.Range(0, recordsEach).Select(_ => _records.Next())];
            var transaction = A.Transaction(Genesis, Member, records);
            signed.Add(transaction);
            results.Add(new TransactionResult(transaction.Id, Refusal.None, new LogIndex(_log.Size), (uint)recordsEach));
            for (var i = 0; i < records.Length; i++)
            {
                leaves.Add(Anchor((uint)position, transaction, (uint)i, records[i], nodes));
                touched.Add(records[i].Subject);
            }
        }

        return Finish(signed, results, leaves, nodes, touched);
    }

    /// <inheritdoc/>
    public int ReadPage(in StatePageKey key, Span<byte> destination)
    {
        if (!_pages.TryGetValue(key, out var page)) return -1;
        page.CopyTo(destination);
        return page.Length;
    }

    private CommittedLeaf Anchor(
        uint position, SignedTransaction transaction, uint place, EvidenceRecord record, List<LogNode> nodes)
    {
        TimelineHead? head = _timelines.TryGetValue(record.Subject, out var known) ? known : null;
        var leaf = new EvidenceLeaf
        {
            RecordBytes = record.Encode(),
            Id = new EvidenceId(transaction.Id, place),
            Sender = transaction.Content.Sender,
            Member = Member,
            SubjectSequence = (head?.Sequence ?? 0) + 1,
            Previous = head?.LeafHash,
            Time = new Timestamp(A.Start.UnixMilliseconds + _height),
        };
        var hash = EvidenceLeaf.HashOf(leaf.Encode(), Hash);
        _timelines[record.Subject] = new TimelineHead(leaf.SubjectSequence, hash, new LogIndex(_log.Size));
        _log.Append(hash, nodes);
        return new CommittedLeaf(position, leaf, record, hash);
    }

    private BlockCommit Finish(
        List<SignedTransaction> transactions,
        List<TransactionResult> results,
        List<CommittedLeaf> leaves,
        List<LogNode> nodes,
        SortedSet<string> touched)
    {
        var writes = touched
            .Select(s => new StateWrite(StateNamespaces.Timelines, Encoding.UTF8.GetBytes(s), _timelines[s].Encode()))
            .ToArray();
        StateChange[] changes = [.. writes
            .Select(w => new StateChange(
                StateHash.PathOf(Hash, w.Namespace, w.Key.Span), StateHash.ValueHashOf(Hash, w.Value!.Value.Span)))
            .OrderBy(c => c.Path)];
        var update = _tree.Apply(_stateRoot, this, changes);
        foreach (var write in update.Writes) _pages[write.Key] = write.Page!;
        var header = A.Header(Genesis, _height) with
        {
            Previous = _previous,
            Time = new Timestamp(A.Start.UnixMilliseconds + _height),
            TransactionCount = (uint)transactions.Count,
            TransactionRoot = BlockRoots.TransactionRoot(Hash, transactions.Select(t => t.Id)),
            ResultRoot = BlockRoots.ResultRoot(Hash, results.Select(r => (ReadOnlyMemory<byte>)r.Encode())),
            LogSize = _log.Size,
            LogRoot = _log.Root(),
            StateRoot = update.Root,
        };
        _previous = BlockHeader.HashOf(header.Encode(), Hash);
        _stateRoot = update.Root;
        _height++;
        return new BlockCommit
        {
            Block = new Block(header, _previous, transactions, results),
            Leaves = leaves,
            LogNodes = nodes,
            StateWrites = writes,
            StateChanges = changes,
            StatePages = update.Writes,
            VoteSequence = _height,
        };
    }
}
