using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Contracts;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Merkle;
using Ledger.Core.Receipts;
using Ledger.Core.State;
using Ledger.Core.Transactions;

namespace Ledger.Client.Tests.Fakes;

/// <summary>
/// A chain in memory that executes each new transaction at once, in a block of its own, with real trees and
/// certificates. Safe for concurrent use.
/// </summary>
internal sealed class FakeChain : ILogNodes, IStateNodes
{
    private readonly Lock _lock = new();
    private readonly TestChannel _channel;
    private readonly ManualTime _time;
    private readonly LogFrontier _log;
    private readonly Dictionary<(int, ulong), Hash256> _logNodes = [];
    private readonly Dictionary<StatePageKey, byte[]> _pages = [];
    private readonly Dictionary<Hash256, byte[]> _values = [];
    private readonly Dictionary<string, TimelineHead> _heads = new(StringComparer.Ordinal);
    private readonly StateTree _state;
    private Hash256 _stateRoot = StateTree.EmptyRoot;

    public FakeChain(TestChannel channel, ManualTime time)
    {
        _channel = channel;
        _time = time;
        _log = new LogFrontier(channel.Suite.Hash);
        _state = new StateTree(channel.Suite.Hash);
    }

    public List<FakeBlock> Blocks { get; } = [];

    public List<(EvidenceLeaf Leaf, EvidenceRecord Record, byte[] Bytes, ulong Height)> Leaves { get; } = [];

    /// <summary>What execution makes of a transaction; null is success.</summary>
    public Func<SignedTransaction, Refusal?> Judge { get; set; } = _ => null;

    /// <summary>What contracts make of a contract transaction.</summary>
    public Func<SignedTransaction, ContractOutcome> Contract { get; set; } =
        _ => new ContractOutcome { Status = ContractStatus.Returned, Value = "null"u8.ToArray() };

    public Timestamp Now => new((ulong)_time.Now.ToUnixTimeMilliseconds());

    public Timestamp HeadTime => Blocks.Count == 0 ? _channel.Genesis.Created : Blocks[^1].Header.Time;

    public (FakeBlock Block, TransactionResult Result)? Find(Hash256 id)
    {
        lock (_lock)
        {
            foreach (var block in Blocks)
            {
                if (block.Transaction.Id == id) return (block, block.Result);
            }

            return null;
        }
    }

    public void Execute(SignedTransaction transaction)
    {
        lock (_lock)
        {
            if (Find(transaction.Id) is not null) return;
            var now = (ulong)_time.Now.ToUnixTimeMilliseconds();
            var time = new Timestamp(Math.Max(now, HeadTime.UnixMilliseconds + 1));
            var refusal = time > transaction.Content.ValidUntil ? Refusal.Expired : Judge(transaction) ?? Refusal.None;
            if (refusal == Refusal.None && transaction.Content.Kind == TransactionKind.Contract)
            {
                var outcome = Contract(transaction);
                var failed = outcome.Status == ContractStatus.Returned ? Refusal.None : Refusal.ContractFailed;
                Seal(transaction, new TransactionResult(transaction.Id, failed, default, 0, outcome.Encode()), time);
                return;
            }

            var first = new LogIndex((ulong)Leaves.Count);
            var count = refusal == Refusal.None ? Append(transaction, time) : 0;
            Seal(
                transaction, new TransactionResult(transaction.Id, refusal, count == 0 ? default : first, count), time);
        }
    }

    public Hash256 Node(int level, ulong index) => _logNodes[(level, index)];

    public int ReadPage(in StatePageKey key, Span<byte> destination)
    {
        if (!_pages.TryGetValue(key, out var page)) return -1;
        page.CopyTo(destination);
        return page.Length;
    }

    public (StateProof Proof, byte[]? Value) Prove(string space, ReadOnlySpan<byte> key)
    {
        var path = StateHash.PathOf(_channel.Suite.Hash, space, key);
        return (_state.Prove(_stateRoot, this, path), _values.GetValueOrDefault(path));
    }

    public Receipt Receipt(int index)
    {
        var head = Blocks[^1];
        return new Receipt
        {
            LeafBytes = Leaves[index].Bytes,
            Index = new LogIndex((ulong)index),
            Path = LogProofs.Inclusion(_channel.Suite.Hash, (ulong)index, head.Header.LogSize, this),
            HeaderBytes = head.Bytes,
            CertificateBytes = head.Certificate.Encode(),
        };
    }

    /// <summary>The receipt of a transaction's result, which is alone in its block.</summary>
    public ResultReceipt ResultReceipt(Hash256 id)
    {
        var (block, result) = Find(id)!.Value;
        return new ResultReceipt
        {
            ResultBytes = result.Encode(),
            Position = 0,
            Count = 1,
            Path = [],
            HeaderBytes = block.Bytes,
            CertificateBytes = block.Certificate.Encode(),
        };
    }

    private uint Append(SignedTransaction transaction, Timestamp time)
    {
        if (transaction.Content.Kind == TransactionKind.TimeMark) return 0;
        Assert.True(EvidenceBody.TryDecode(transaction.Content.Body, out var body, out _));
        var hash = _channel.Suite.Hash;
        uint place = 0;
        foreach (var item in body.Items)
        {
            var known = _heads.TryGetValue(item.Record.Subject, out var head);
            var leaf = new EvidenceLeaf
            {
                RecordBytes = item.Bytes,
                Id = new EvidenceId(transaction.Id, place++),
                Sender = transaction.Content.Sender,
                Member = "org",
                SubjectSequence = known ? head.Sequence + 1 : 1,
                Previous = known ? head.LeafHash : null,
                Time = time,
            };
            var bytes = leaf.Encode();
            var leafHash = EvidenceLeaf.HashOf(bytes, hash);
            var completed = new List<LogNode>();
            _log.Append(leafHash, completed);
            foreach (var node in completed) _logNodes[(node.Level, node.Index)] = node.Hash;
            _logNodes[(0, (ulong)Leaves.Count)] = leafHash;
            _heads[item.Record.Subject] = new TimelineHead(
                leaf.SubjectSequence, leafHash, new LogIndex((ulong)Leaves.Count));
            Put(StateNamespaces.Timelines, item.Record.Subject, _heads[item.Record.Subject].Encode());
            Leaves.Add((leaf, item.Record, bytes, (ulong)Blocks.Count + 1));
        }

        return place;
    }

    private void Put(string space, string key, byte[] value)
    {
        var hash = _channel.Suite.Hash;
        var path = StateHash.PathOf(hash, space, System.Text.Encoding.UTF8.GetBytes(key));
        var update = _state.Apply(_stateRoot, this, [new StateChange(path, StateHash.ValueHashOf(hash, value))]);
        foreach (var write in update.Writes)
        {
            if (write.Page is { } page) _pages[write.Key] = page;
            else _pages.Remove(write.Key);
        }

        _stateRoot = update.Root;
        _values[path] = value;
    }

    private void Seal(SignedTransaction transaction, TransactionResult result, Timestamp time)
    {
        var hash = _channel.Suite.Hash;
        var header = new BlockHeader
        {
            Channel = _channel.Genesis.Channel,
            Height = new BlockHeight((ulong)Blocks.Count + 1),
            Previous = Blocks.Count == 0 ? Hash256.Zero : Blocks[^1].Hash,
            Time = time,
            TransactionCount = 1,
            TransactionRoot = BlockRoots.TransactionRoot(hash, [transaction.Id]),
            ResultRoot = BlockRoots.ResultRoot(hash, [result.Encode()]),
            LogSize = (ulong)Leaves.Count,
            LogRoot = _log.Root(),
            StateRoot = _stateRoot,
            Epoch = new Epoch(0),
            Proposer = new ValidatorIndex(0),
        };
        var bytes = header.Encode();
        var headerHash = BlockHeader.HashOf(bytes, hash);
        var signatures = Enumerable.Range(0, 3).ToDictionary(
            i => new ValidatorIndex(i),
            i => _channel.ValidatorKeys[i].Sign(DomainTag.Checkpoint, QuorumCertificate.SignedBytes(headerHash)));
        var certificate = QuorumCertificate.Create(headerHash, 4, signatures);
        Blocks.Add(new FakeBlock(header, headerHash, bytes, certificate, transaction, result));
    }
}

internal sealed record FakeBlock(
    BlockHeader Header,
    Hash256 Hash,
    byte[] Bytes,
    QuorumCertificate Certificate,
    SignedTransaction Transaction,
    TransactionResult Result);
