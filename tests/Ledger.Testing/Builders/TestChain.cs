using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Membership;
using Ledger.Core.Merkle;
using Ledger.Core.Receipts;
using Ledger.Core.Transactions;

namespace Ledger.Testing.Builders;

/// <summary>
/// A certified chain in memory, with the log tree and the timelines, for tests that need real blocks and receipts. The
/// state root stays zero. Deterministic. Not thread-safe.
/// </summary>
public sealed class TestChain : ILogNodes
{
    private readonly Genesis _genesis;
    private readonly HashFunction _hash;
    private readonly LogFrontier _frontier;
    private readonly Dictionary<(int Level, ulong Index), Hash256> _nodes = [];
    private readonly List<byte[]> _leaves = [];
    private readonly List<CertifiedHeader> _blocks = [];
    private readonly List<EpochChange> _changes = [];
    private readonly Dictionary<string, (ulong Sequence, Hash256 Hash)> _timelines = new(StringComparer.Ordinal);

    public TestChain(Genesis genesis)
    {
        _genesis = genesis;
        _hash = genesis.Suite.Hash;
        _frontier = new LogFrontier(_hash);
        Validators = genesis.Validators;
    }

    /// <summary>The validators of the current epoch.</summary>
    public ValidatorSet Validators { get; private set; }

    /// <summary>The certified blocks from height 1 on.</summary>
    public IReadOnlyList<CertifiedHeader> Blocks => _blocks;

    /// <summary>How each past epoch ended.</summary>
    public IReadOnlyList<EpochChange> EpochChanges => _changes;

    /// <summary>Encoded leaves in the order of the log.</summary>
    public IReadOnlyList<byte[]> Leaves => _leaves;

    /// <summary>Adds a block with one transaction of these records, or with none when there are no records.</summary>
    public BlockHeader Add(params IReadOnlyList<EvidenceRecord> records) => Add(records, null);

    /// <summary>Adds a block that ends the epoch.</summary>
    public BlockHeader EndEpoch(ValidatorSet next) => Add([], next);

    /// <summary>
    /// The receipt of a leaf under the newest block, or under the block with a height at which the leaf was in the log.
    /// </summary>
    public Receipt Receipt(ulong index, ulong? height = null)
    {
        var block = height is { } h ? _blocks[(int)h - 1] : _blocks[^1];
        if (!BlockHeader.TryDecode(block.HeaderBytes.Span, out var header, out _))
            throw new InvalidOperationException("the chain's own header does not decode");
        return new Receipt
        {
            LeafBytes = _leaves[(int)index],
            Index = new LogIndex(index),
            Path = LogProofs.Inclusion(_hash, index, header.LogSize, this),
            HeaderBytes = block.HeaderBytes,
            CertificateBytes = block.Certificate.Encode(),
            EpochChanges = [.. _changes.Take((int)header.Epoch.Value)],
        };
    }

    /// <inheritdoc/>
    public Hash256 Node(int level, ulong index) => _nodes[(level, index)];

    private BlockHeader Add(IReadOnlyList<EvidenceRecord> records, ValidatorSet? next)
    {
        var height = (ulong)_blocks.Count + 1;
        var member = _genesis.Members[(int)(height % (ulong)_genesis.Members.Count)].Id;
        var header = A.Header(_genesis, height);
        var ids = new List<Hash256>();
        var results = new List<ReadOnlyMemory<byte>>();
        if (records.Count > 0)
        {
            var transaction = A.Transaction(_genesis, member, records);
            var first = new LogIndex(_frontier.Size);
            for (var i = 0; i < records.Count; i++) Append(records[i], transaction, (uint)i, member, header.Time);
            ids.Add(transaction.Id);
            results.Add(new TransactionResult(transaction.Id, Refusal.None, first, (uint)records.Count).Encode());
        }

        header = header with
        {
            Previous = _blocks.Count == 0 ? Hash256.Zero : BlockHeader.HashOf(_blocks[^1].HeaderBytes.Span, _hash),
            TransactionCount = (uint)ids.Count,
            TransactionRoot = BlockRoots.TransactionRoot(_hash, ids),
            ResultRoot = BlockRoots.ResultRoot(_hash, results),
            LogSize = _frontier.Size,
            LogRoot = _frontier.Root(),
            Epoch = Validators.Epoch,
            NextValidators = next?.HashWith(_hash),
        };
        var bytes = header.Encode();
        var certificate = A.Certificate(bytes, Validators);
        _blocks.Add(new CertifiedHeader(bytes, certificate));
        if (next is not null)
        {
            _changes.Add(new EpochChange(bytes, certificate.Encode(), next.Encoded));
            Validators = next;
        }

        return header;
    }

    private void Append(
        EvidenceRecord record, SignedTransaction transaction, uint place, string member, Timestamp time)
    {
        _timelines.TryGetValue(record.Subject, out var head);
        var leaf = new EvidenceLeaf
        {
            RecordBytes = record.Encode(),
            Id = new EvidenceId(transaction.Id, place),
            Sender = transaction.Content.Sender,
            Member = member,
            SubjectSequence = head.Sequence + 1,
            Previous = head.Sequence == 0 ? null : head.Hash,
            Time = time,
        }.Encode();
        var leafHash = EvidenceLeaf.HashOf(leaf, _hash);
        var completed = new List<LogNode>();
        _nodes[(0, _frontier.Size)] = leafHash;
        _frontier.Append(leafHash, completed);
        foreach (var node in completed) _nodes[(node.Level, node.Index)] = node.Hash;
        _leaves.Add(leaf);
        _timelines[record.Subject] = (head.Sequence + 1, leafHash);
    }
}
