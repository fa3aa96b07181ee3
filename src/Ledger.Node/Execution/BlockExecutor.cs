using System.Text;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Evidence;
using Ledger.Core.Membership;
using Ledger.Core.Merkle;
using Ledger.Core.State;
using Ledger.Core.Transactions;
using Ledger.Node.Admission;
using Ledger.Storage;

namespace Ledger.Node.Execution;

/// <summary>
/// Turns a decided proposal into a block: results, leaves, state and the header over all of them. A function of the
/// chain below and the proposal; every node computes the same bytes. docs/spec/block.md.
/// </summary>
/// <remarks>Not thread-safe; owned by the execution stage. Reads no clock.</remarks>
internal sealed class BlockExecutor
{
    private readonly HashFunction _hash;
    private readonly ChannelId _channel;
    private readonly TransactionRules _rules;
    private readonly IExecutionState _state;
    private readonly StateTree _stateTree;
    private readonly CanonicalWriter _scratch = new(1024);
    private LogFrontier _log;

    // Of the epoch of the block above the head.
    private ValidatorSet _validators;

    /// <param name="genesis">The channel's genesis.</param>
    /// <param name="rules">The rules of transactions.</param>
    /// <param name="state">The state after <paramref name="head"/>.</param>
    /// <param name="head">The newest block's header.</param>
    /// <param name="headHash">Its hash.</param>
    /// <param name="log">The log's frontier after it.</param>
    public BlockExecutor(
        Genesis genesis,
        TransactionRules rules,
        IExecutionState state,
        BlockHeader head,
        Hash256 headHash,
        LogFrontier log)
    {
        _hash = genesis.Suite.Hash;
        _channel = genesis.Channel;
        _rules = rules;
        _state = state;
        _stateTree = new StateTree(_hash);
        _log = log;
        Head = head;
        HeadHash = headHash;
        _validators = state.Validators(head.NextEpoch);
    }

    /// <summary>The newest block's header.</summary>
    public BlockHeader Head { get; private set; }

    /// <summary>Its hash.</summary>
    public Hash256 HeadHash { get; private set; }

    /// <summary>The validators of the block above the head.</summary>
    public ValidatorSet Validators => _validators;

    /// <summary>
    /// Executes the block above the head. Changes nothing: <see cref="Advance"/> does, once the block is durable.
    /// </summary>
    public ExecutedBlock Execute(ProposedBlock proposed)
    {
        if (proposed.Height != Head.Height.Next)
            throw new InvalidOperationException($"block {proposed.Height} does not follow {Head.Height}");
        if (proposed.Epoch != _validators.Epoch)
            throw new InvalidOperationException($"block {proposed.Height} is of epoch {_validators.Epoch}");
        // Consensus time always advances. Re-proposals after a view change may carry an old time, or none.
        var time = new Timestamp(Math.Max(proposed.Time.UnixMilliseconds, Head.Time.UnixMilliseconds + 1));
        var run = new Run(this, time, proposed.Transactions.Sum(t => t.Items.Count));
        run.LoadTimelines(proposed.Transactions);
        foreach (var transaction in proposed.Transactions) run.Execute(transaction);
        return run.Finish(proposed);
    }

    /// <summary>Makes an executed block the head.</summary>
    public void Advance(ExecutedBlock block)
    {
        Head = block.Commit.Block.Header;
        HeadHash = block.Commit.Block.Hash;
        _log = block.Log;
        _validators = block.Commit.NextValidators ?? _validators;
        _state.OnCommitted(block.Commit);
    }

    /// <summary>The execution of one block.</summary>
    private sealed class Run(BlockExecutor owner, Timestamp time, int records)
    {
        private readonly LogFrontier _log = owner._log.Clone();
        private readonly List<SignedTransaction> _transactions = [];
        private readonly List<TransactionResult> _results = [];
        private readonly List<CommittedLeaf> _leaves = new(records);
        private readonly List<LogNode> _logNodes = new(records);
        private readonly HashSet<Hash256> _seen = [];
        private ValidatorSet? _next;

        // The heads of all timelines that the block may touch; null for a new subject. Keyed access only: its order of
        // enumeration is never used.
        private readonly Dictionary<string, TimelineHead?> _timelines = new(StringComparer.Ordinal);

        // Bound: the subjects of one block.
        private readonly List<string> _touched = [];

        // All at once, because that is far cheaper than one by one, and in key order, which is cheaper still.
        public void LoadTimelines(IReadOnlyList<CheckedTransaction> transactions)
        {
            var subjects = new List<string>();
            foreach (var transaction in transactions)
            {
                foreach (var item in transaction.Items)
                {
                    if (_timelines.TryAdd(item.Record.Subject, null)) subjects.Add(item.Record.Subject);
                }
            }

            subjects.Sort(StringComparer.Ordinal);
            var heads = owner._state.Timelines(subjects);
            for (var i = 0; i < heads.Length; i++) _timelines[subjects[i]] = heads[i];
        }

        public void Execute(CheckedTransaction transaction)
        {
            // A proposal that a view change carried over can name a transaction that is in the chain by now. Nothing may
            // happen twice: the second occurrence is left out of the block.
            if (!_seen.Add(transaction.Id) || owner._state.IsRecorded(transaction.Id)) return;
            var verdict = owner._rules.CheckTime(transaction.Signed, time);
            if (verdict.IsAccepted) verdict = TransactionRules.CheckSender(transaction, owner._state.Members);
            if (verdict.IsAccepted) verdict = Change(transaction);
            var first = new LogIndex(_log.Size);
            if (verdict.IsAccepted) Anchor(transaction);
            var count = (uint)(_log.Size - first.Value);
            _transactions.Add(transaction.Signed);
            _results.Add(new TransactionResult(
                transaction.Id, verdict.Refusal, count == 0 ? default : first, count));
        }

        public ExecutedBlock Finish(ProposedBlock proposed)
        {
            // Ordered, so that state writes come out in an order that is the same everywhere.
            _touched.Sort(StringComparer.Ordinal);
            var writes = new List<StateWrite>(_touched.Count);
            var changes = new List<StateChange>(_touched.Count);
            foreach (var subject in _touched)
                Write(StateNamespaces.Timelines, Encoding.UTF8.GetBytes(subject), _timelines[subject]!.Value.Encode());
            if (_next is not null) Write(StateNamespaces.Validators, [], _next.Encoded);

            void Write(string space, byte[] key, ReadOnlyMemory<byte> value)
            {
                writes.Add(new StateWrite(space, key, value));
                changes.Add(new StateChange(
                    StateHash.PathOf(owner._hash, space, key), StateHash.ValueHashOf(owner._hash, value.Span)));
            }

            changes.Sort((a, b) => a.Path.CompareTo(b.Path));
            var update = owner._stateTree.Apply(owner.Head.StateRoot, owner._state.StatePages, changes.ToArray());
            var header = new BlockHeader
            {
                Channel = owner._channel,
                Height = proposed.Height,
                Previous = owner.HeadHash,
                Time = time,
                TransactionCount = (uint)_transactions.Count,
                TransactionRoot = BlockRoots.TransactionRoot(owner._hash, _transactions.Select(t => t.Id)),
                ResultRoot = BlockRoots.ResultRoot(owner._hash, _results.Select(r => (ReadOnlyMemory<byte>)r.Encode())),
                LogSize = _log.Size,
                LogRoot = _log.Root(),
                StateRoot = update.Root,
                Epoch = proposed.Epoch,
                Proposer = proposed.Proposer,
                NextValidators = _next?.HashWith(owner._hash),
            };
            var bytes = header.Encode();
            var block = new Block(header, BlockHeader.HashOf(bytes, owner._hash), _transactions, _results);
            var commit = new BlockCommit
            {
                Block = block,
                Leaves = _leaves,
                LogNodes = _logNodes,
                StateWrites = writes,
                StatePages = update.Writes,
                NextValidators = _next,
            };
            return new ExecutedBlock(commit, bytes, _log);
        }

        // An epoch ends once: the first change of a block is the only one.
        private Verdict Change(CheckedTransaction transaction)
        {
            if (transaction.Change is null) return Verdict.Accepted;
            if (_next is not null)
                return new Verdict(Refusal.EpochEnded, "another change in the same block ends the epoch");
            return owner._rules.CheckChange(transaction, owner._validators, out _next);
        }

        private void Anchor(CheckedTransaction transaction)
        {
            var sender = transaction.Signed.Content.Sender;
            var member = owner._state.Members.Find(sender)!.Value.Member.Id;
            for (var i = 0; i < transaction.Items.Count; i++)
            {
                var (record, recordBytes) = transaction.Items[i];
                var head = _timelines[record.Subject];
                if (head is null || head.Value.Index.Value < owner._log.Size) _touched.Add(record.Subject);
                var leaf = new EvidenceLeaf
                {
                    RecordBytes = recordBytes,
                    Id = new EvidenceId(transaction.Id, (uint)i),
                    Sender = sender,
                    Member = member,
                    SubjectSequence = (head?.Sequence ?? 0) + 1,
                    Previous = head?.LeafHash,
                    Time = time,
                };
                owner._scratch.Clear();
                leaf.WriteTo(owner._scratch);
                var leafHash = EvidenceLeaf.HashOf(owner._scratch.Written, owner._hash);
                _leaves.Add(new CommittedLeaf((uint)_transactions.Count, leaf, record, leafHash));
                _timelines[record.Subject] = new TimelineHead(leaf.SubjectSequence, leafHash, new LogIndex(_log.Size));
                _log.Append(leafHash, _logNodes);
            }
        }
    }
}

/// <summary>A block that was executed and is to be made durable.</summary>
/// <param name="Commit">What to write.</param>
/// <param name="HeaderBytes">The header's exact bytes.</param>
/// <param name="Log">The log's frontier after it.</param>
internal sealed record ExecutedBlock(BlockCommit Commit, ReadOnlyMemory<byte> HeaderBytes, LogFrontier Log);
