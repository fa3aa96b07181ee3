using System.Runtime.InteropServices;
using System.Text;
using Ledger.Contracts.Runtime;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Membership;
using Ledger.Core.Merkle;
using Ledger.Core.State;
using Ledger.Core.Transactions;
using Ledger.Node.Admission;
using Ledger.Storage;

namespace Ledger.Node.Execution;

/// <content>What happens within a block.</content>
internal sealed partial class BlockExecutor
{
    /// <summary>The execution of one block.</summary>
    private sealed partial class Run(BlockExecutor owner, Timestamp time, int records)
    {
        private readonly LogFrontier _log = owner._log.Clone();
        private readonly List<SignedTransaction> _transactions = [];
        private readonly List<TransactionResult> _results = [];
        private readonly List<CommittedLeaf> _leaves = new(records);

        // A node a leaf in the long run, and at most one more for each level that the block completes.
        private readonly List<LogNode> _logNodes = new(records + 64);
        private readonly HashSet<Hash256> _seen = [];
        private ValidatorSet? _next;

        // All timelines that the block may touch. Keyed access only: its order of enumeration is never used.
        private readonly Dictionary<string, Timeline> _timelines = new(records, StringComparer.Ordinal);

        // Bound: the subjects of one block.
        private readonly List<Timeline> _touched = new(records);

        public void LoadTimelines(IReadOnlyList<CheckedTransaction> transactions)
        {
            var timelines = new List<Timeline>(records);
            foreach (var transaction in transactions)
            {
                foreach (var item in transaction.Items)
                {
                    var subject = item.Record.Subject;
                    if (!_timelines.ContainsKey(subject)) timelines.Add(AddTimeline(subject));
                }
            }

            owner._state.Load(timelines);
        }

        public void Execute(CheckedTransaction transaction, BlockHeight height)
        {
            // A proposal that a view change carried over can name a transaction that is in the chain by now. Nothing may
            // happen twice: the second occurrence is left out of the block.
            if (!_seen.Add(transaction.Id) || owner._state.IsRecorded(transaction.Id)) return;
            var verdict = owner._rules.CheckTime(transaction.Signed, time);
            if (verdict.IsAccepted) verdict = TransactionRules.CheckSender(transaction, owner._state.Members);
            if (verdict.IsAccepted) verdict = owner._rules.CheckCoSignatures(transaction, owner._state.Members);
            if (verdict.IsAccepted) verdict = Change(transaction);
            var result = verdict.IsAccepted && transaction.Contract is { } body
                ? Call(transaction, body, height)
                : Anchor(transaction, verdict);
            _transactions.Add(transaction.Signed);
            _results.Add(result);
        }

        public ExecutedBlock Finish(ProposedBlock proposed)
        {
            // Ordered, so that state writes come out in an order that is the same everywhere.
            _touched.Sort(static (a, b) => string.CompareOrdinal(a.Subject, b.Subject));
            var writes = new List<StateWrite>(_touched.Count);
            var changes = new List<StateChange>(_touched.Count);
            foreach (var timeline in _touched)
            {
                var key = Encoding.UTF8.GetBytes(timeline.Subject);
                owner._scratch.Clear();
                timeline.Head!.Value.WriteTo(owner._scratch);
                WriteAt(timeline.Path, StateNamespaces.Timelines, key, owner._scratch.ToArray());
            }

            if (_next is not null) Write(StateNamespaces.Validators, ReadOnlyMemory<byte>.Empty, _next.Encoded);
            foreach (var write in _ledger?.Writes ?? []) Write(write.Namespace, write.Key, write.Value);
            PlaceScheduled();

            void Write(string space, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte>? value) =>
                WriteAt(StateHash.PathOf(owner._hash, space, key.Span), space, key, value);

            void WriteAt(in Hash256 path, string space, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte>? value)
            {
                writes.Add(new StateWrite(space, key, value));
                changes.Add(new StateChange(
                    path, value is { } set ? StateHash.ValueHashOf(owner._hash, set.Span) : null));
            }

            changes.Sort((a, b) => a.Path.CompareTo(b.Path));
            var update = owner._stateTree.Apply(
                owner.Head.StateRoot, owner._state.StatePages, CollectionsMarshal.AsSpan(changes));
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
                StateChanges = changes,
                StatePages = update.Writes,
                NextValidators = _next,
            };
            return new ExecutedBlock(commit, bytes, _log) { Contracts = _ended, Timelines = _touched };
        }

        // An epoch ends once: the first change of a block is the only one.
        private Verdict Change(CheckedTransaction transaction)
        {
            if (transaction.Change is null) return Verdict.Accepted;
            if (_next is not null)
                return new Verdict(Refusal.EpochEnded, "another change in the same block ends the epoch");
            return owner._rules.CheckChange(transaction, owner._validators, out _next);
        }

        private TransactionResult Anchor(CheckedTransaction transaction, Verdict verdict)
        {
            var first = new LogIndex(_log.Size);
            if (verdict.IsAccepted)
            {
                var sender = transaction.Signed.Content.Sender;
                var origin = new Origin(
                    transaction.Id, sender, owner._state.Members.Find(sender)!.Value.Member.Id, (uint)_transactions.Count)
                {
                    CoSigners = CoSignersOf(transaction),
                };
                for (var i = 0; i < transaction.Items.Count; i++) Append(origin, (uint)i, transaction.Items[i]);
            }

            return ResultOf(transaction.Id, verdict.Refusal, first);
        }

        private TransactionResult ResultOf(
            in Hash256 id, Refusal refusal, LogIndex first, ReadOnlyMemory<byte> outcome = default)
        {
            var count = (uint)(_log.Size - first.Value);
            return new TransactionResult(id, refusal, count == 0 ? default : first, count, outcome);
        }

        private void Append(in Origin origin, uint record, in EvidenceBody.Item item)
        {
            var subject = item.Record.Subject;
            var timeline = TimelineOf(subject);
            var head = timeline.Head;
            if (head is null || head.Value.Index.Value < owner._log.Size) _touched.Add(timeline);
            var leaf = new EvidenceLeaf
            {
                RecordBytes = item.Bytes,
                Id = new EvidenceId(origin.Id, record),
                Sender = origin.Sender,
                Member = origin.Member,
                SubjectSequence = (head?.Sequence ?? 0) + 1,
                Previous = head?.LeafHash,
                Time = time,
                CoSigners = origin.CoSigners ?? [],
            };
            owner._scratch.Clear();
            leaf.WriteTo(owner._scratch);
            var leafHash = EvidenceLeaf.HashOf(owner._scratch.Written, owner._hash);
            _leaves.Add(new CommittedLeaf(origin.Position, leaf, item.Record, leafHash));
            timeline.Head = new TimelineHead(leaf.SubjectSequence, leafHash, new LogIndex(_log.Size));
            _ledger?.Append(new ContractLeaf(_log.Size, leaf, item.Record));
            _log.Append(leafHash, _logNodes);
        }

        // Those of evidence transactions were loaded at once; what a contract appends is known only now.
        private Timeline TimelineOf(string subject)
        {
            if (_timelines.TryGetValue(subject, out var timeline)) return timeline;
            timeline = AddTimeline(subject);
            owner._state.Load([timeline]);
            return timeline;
        }

        private Timeline AddTimeline(string subject)
        {
            Span<byte> key = stackalloc byte[EvidenceLimits.IdentifierBytes];
            key = key[..Encoding.UTF8.GetBytes(subject, key)];
            var timeline = new Timeline(subject, StateHash.PathOf(owner._hash, StateNamespaces.Timelines, key));
            _timelines.Add(subject, timeline);
            return timeline;
        }

        private static CoSigner[]? CoSignersOf(CheckedTransaction transaction) =>
            transaction.Body is { CoSignatures.Count: > 0 } body ? [.. body.CoSignatures.Select(s => s.Signer)] : null;

        private readonly record struct Origin(Hash256 Id, KeyId Sender, string Member, uint Position)
        {
            // Null for nearly all.
            public CoSigner[]? CoSigners { get; init; }
        }
    }
}
