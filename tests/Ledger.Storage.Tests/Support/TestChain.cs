using System.Globalization;
using System.Text;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Membership;
using Ledger.Core.Merkle;
using Ledger.Core.State;
using Ledger.Core.Transactions;

namespace Ledger.Storage.Tests.Support;

/// <summary>
/// Makes a chain of real blocks, the same for the same number of blocks in every process: four validators, two members,
/// evidence over a few subjects, now and then a refused transaction.
/// </summary>
internal sealed class TestChain(Genesis genesis) : IStateNodes
{
    private const ulong Start = 1_700_000_000_000;
    private const int Subjects = 5;

    private static readonly CryptoSuite Suite = Secp256k1Suite.Default;
    private static readonly HashFunction Hash = Suite.Hash;
    private static readonly ISigner[] ValidatorKeys = [.. Enumerable.Range(1, 4).Select(i => Signer((byte)i))];
    private static readonly ISigner[] ClientKeys = [Signer(100), Signer(101)];

    private readonly Dictionary<StatePageKey, byte[]> _pages = [];
    private readonly Dictionary<string, TimelineHead> _timelines = [];
    private readonly LogFrontier _log = new(Hash);
    private Hash256 _previous;
    private Hash256 _stateRoot = StateTree.EmptyRoot;
    private ulong _height;
    private int _records;

    public TestChain()
        : this(Genesis)
    {
    }

    public static Genesis Genesis { get; } = MakeGenesis("test");

    /// <summary>A channel with contracts, of which there are none: what stores keep for them is kept.</summary>
    public static Genesis WithContracts { get; } =
        MakeGenesis("contracts", new ContractParameters { Engine = Hash.Hash("engine"u8) });

    public static Genesis OtherGenesis { get; } = MakeGenesis("other");

    /// <summary>The number of transactions in every block but the first.</summary>
    public int TransactionsPerBlock { get; init; } = 3;

    /// <summary>The number of records in every transaction.</summary>
    public int RecordsPerTransaction { get; init; } = 2;

    /// <summary>The block that ends the first epoch; none by default.</summary>
    public ulong? EpochEndsAt { get; init; }

    /// <summary>The next block.</summary>
    public BlockCommit Next()
    {
        var commit = _height == 0 ? GenesisCommit() : EvidenceCommit();
        _height++;
        return commit;
    }

    /// <summary>The next blocks.</summary>
    public List<BlockCommit> Take(int count) => [.. Enumerable.Range(0, count).Select(_ => Next())];

    /// <summary>A certificate of a block by the first three validators.</summary>
    public static QuorumCertificate Certify(BlockCommit commit)
    {
        var keys = KeysOf(commit.Block.Header.Epoch);
        return QuorumCertificate.Create(
            commit.Block.Hash,
            keys.Length,
            Enumerable.Range(0, 3).ToDictionary(
                i => new ValidatorIndex(i),
                i => keys[i].Sign(DomainTag.Checkpoint, QuorumCertificate.SignedBytes(commit.Block.Hash))));
    }

    /// <summary>A store that holds the first blocks, each with its certificate.</summary>
    public static LedgerStore FilledStore(string path, int blocks, Action<BlockCommit>? each = null) =>
        new TestChain().Fill(path, blocks, each);

    /// <summary>The same of this chain, which is at its beginning.</summary>
    public LedgerStore Fill(string path, int blocks, Action<BlockCommit>? each = null)
    {
        // So little that each block writes the pages of the one before, and the last block's are not written.
        var store = LedgerStore.Open(new StorageOptions { Path = path, PendingPageBytes = 1 }, genesis);
        foreach (var commit in Take(blocks))
        {
            store.Commit(commit);
            store.SaveCertificate(commit.Block.Header.Height, Certify(commit));
            each?.Invoke(commit);
        }

        return store;
    }

    public int ReadPage(in StatePageKey key, Span<byte> destination)
    {
        if (!_pages.TryGetValue(key, out var page)) return -1;
        page.CopyTo(destination);
        return page.Length;
    }

    private static ISigner Signer(byte number)
    {
        var secret = new byte[CryptoSuite.SecretKeySize];
        secret[^1] = number;
        return Suite.CreateSigner(secret);
    }

    private static Genesis MakeGenesis(string channel, ContractParameters? contracts = null) => new(
        "consortium",
        channel,
        Suite,
        new Timestamp(Start),
        new ChannelParameters { Contracts = contracts },
        MakeSet(new Epoch(0)),
        [
            MakeMember("hospital", ClientKeys[0]),
            MakeMember("insurer", ClientKeys[1]),
        ]);

    // The second epoch has the same validators in another order.
    private static ISigner[] KeysOf(Epoch epoch) => epoch.Value == 0 ? ValidatorKeys : [.. ValidatorKeys.Reverse()];

    private static ValidatorSet MakeSet(Epoch epoch) =>
        new(epoch, KeysOf(epoch).Select((k, i) => new Validator("hospital", k.PublicKey, $"node{i}:7000")));

    private static Member MakeMember(string id, ISigner key) =>
        new() { Id = id, Name = id, Roles = [], Keys = [new MemberKey(key.PublicKey, "client")] };

    private BlockCommit GenesisCommit()
    {
        var writes = genesis.Members
            .Select(m => new StateWrite(StateNamespaces.Members, Encoding.UTF8.GetBytes(m.Id), m.Encode()))
            .Append(new StateWrite(StateNamespaces.Validators, ReadOnlyMemory<byte>.Empty, genesis.Validators.Encoded))
            .ToList();
        return Finish([], [], [], [], writes);
    }

    private BlockCommit EvidenceCommit()
    {
        List<SignedTransaction> transactions = [];
        List<TransactionResult> results = [];
        List<CommittedLeaf> leaves = [];
        List<LogNode> nodes = [];
        HashSet<string> touched = [];
        for (var position = 0; position < TransactionsPerBlock; position++)
        {
            var client = ClientKeys[position % ClientKeys.Length];
            var records = Enumerable.Range(0, RecordsPerTransaction).Select(_ => Record()).ToList();
            var transaction = SignedTransaction.Create(
                new Transaction(
                    genesis.Channel, client.PublicKey.Id, TransactionKind.Evidence, new Timestamp(Start + 86_400_000),
                    EvidenceBody.Encode(records)),
                client,
                Suite);
            transactions.Add(transaction);
            // The last transaction of every fourth block is refused.
            if (_height % 4 == 3 && position == TransactionsPerBlock - 1)
            {
                results.Add(new TransactionResult(transaction.Id, Refusal.NotAuthorised, default, 0));
                continue;
            }

            results.Add(new TransactionResult(
                transaction.Id, Refusal.None, new LogIndex(_log.Size), (uint)records.Count));
            Anchor((uint)position, transaction, leaves, nodes, touched);
        }

        var writes = touched.Order(StringComparer.Ordinal)
            .Select(s => new StateWrite(StateNamespaces.Timelines, Encoding.UTF8.GetBytes(s), _timelines[s].Encode()))
            .ToList();
        return Finish(transactions, results, leaves, nodes, writes);
    }

    private EvidenceRecord Record()
    {
        var number = _records++;
        var text = number.ToString(CultureInfo.InvariantCulture);
        return new EvidenceRecord
        {
            Type = number % 3 == 0 ? "authorisation.scene-review" : "authorisation.request",
            Subject = $"subject-{number % Subjects}",
            Actor = $"actor-{number % 4}",
            Action = "submit",
            Role = "clinic",
            OccurredAt = new Timestamp(Start + (ulong)number),
            Digests =
            [
                new EvidenceDigest("sha-256", Hash.Hash(Encoding.UTF8.GetBytes(text)).ToArray(), "text/plain"),
                new EvidenceDigest("x-same", Hash.Hash(Encoding.UTF8.GetBytes(text)).ToArray()),
                new EvidenceDigest("sha-256", new byte[32]),
            ],
            Attributes = [EvidenceAttribute.Integer("number", number)],
        };
    }

    private void Anchor(
        uint position, SignedTransaction transaction, List<CommittedLeaf> leaves, List<LogNode> nodes,
        HashSet<string> touched)
    {
        Assert.True(EvidenceBody.TryDecode(transaction.Content.Body, out var body, out _));
        for (var i = 0; i < body!.Items.Count; i++)
        {
            var (record, bytes) = body.Items[i];
            TimelineHead? head = _timelines.TryGetValue(record.Subject, out var known) ? known : null;
            var leaf = new EvidenceLeaf
            {
                RecordBytes = bytes,
                Id = new EvidenceId(transaction.Id, (uint)i),
                Sender = transaction.Content.Sender,
                Member = genesis.FindKey(transaction.Content.Sender)!.Value.Member.Id,
                SubjectSequence = (head?.Sequence ?? 0) + 1,
                Previous = head?.LeafHash,
                Time = Time,
            };
            var hash = EvidenceLeaf.HashOf(leaf.Encode(), Hash);
            leaves.Add(new CommittedLeaf(position, leaf, record, hash));
            _timelines[record.Subject] = new TimelineHead(leaf.SubjectSequence, hash, new LogIndex(_log.Size));
            touched.Add(record.Subject);
            _log.Append(hash, nodes);
        }
    }

    private Timestamp Time => new(Start + (_height * 1000));

    private BlockCommit Finish(
        List<SignedTransaction> transactions, List<TransactionResult> results, List<CommittedLeaf> leaves,
        List<LogNode> nodes, List<StateWrite> writes)
    {
        var changes = writes
            .Select(w => new StateChange(
                StateHash.PathOf(Hash, w.Namespace, w.Key.Span), StateHash.ValueHashOf(Hash, w.Value!.Value.Span)))
            .OrderBy(c => c.Path).ToArray();
        var update = new StateTree(Hash).Apply(_stateRoot, this, changes);
        foreach (var write in update.Writes)
        {
            if (write.Page is null) _pages.Remove(write.Key);
            else _pages[write.Key] = write.Page;
        }

        var next = _height == EpochEndsAt ? MakeSet(new Epoch(1)) : null;
        var header = new BlockHeader
        {
            Channel = genesis.Channel,
            Height = new BlockHeight(_height),
            Previous = _previous,
            Time = Time,
            TransactionCount = (uint)transactions.Count,
            TransactionRoot = RootOf(transactions.Select(t => t.Id.ToArray())),
            ResultRoot = RootOf(results.Select(r => r.Encode())),
            LogSize = _log.Size,
            LogRoot = _log.Root(),
            StateRoot = update.Root,
            Epoch = new Epoch(_height > EpochEndsAt ? 1UL : 0UL),
            Proposer = new ValidatorIndex((int)(_height % 4)),
            NextValidators = next?.HashWith(Hash),
        };
        var hash = BlockHeader.HashOf(header.Encode(), Hash);
        (_previous, _stateRoot) = (hash, update.Root);
        return new BlockCommit
        {
            Block = new Block(header, hash, transactions, results),
            Leaves = leaves,
            LogNodes = nodes,
            StateWrites = writes,
            StateChanges = changes,
            StatePages = update.Writes,
            NextValidators = next,
            VoteSequence = _height,
        };
    }

    private static Hash256 RootOf(IEnumerable<byte[]> leaves) =>
        LogTree.RootOf(Hash, [.. leaves.Select(l => LogTree.LeafHash(Hash, l))]);
}
