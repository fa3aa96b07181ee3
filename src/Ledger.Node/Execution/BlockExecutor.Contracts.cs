using Ledger.Contracts.Runtime;
using Ledger.Core.Blocks;
using Ledger.Core.Contracts;
using Ledger.Core.Evidence;
using Ledger.Core.Evidence.Catalogue;
using Ledger.Core.Merkle;
using Ledger.Core.State;
using Ledger.Core.Transactions;
using Ledger.Node.Admission;

namespace Ledger.Node.Execution;

/// <content>Contract transactions and scheduled calls. docs/spec/contracts.md section 4.</content>
internal sealed partial class BlockExecutor
{
    private sealed partial class Run
    {
        // Null on a channel without contracts.
        private readonly BlockContractLedger? _ledger =
            owner._contracts is null ? null : new BlockContractLedger(owner._state.Ledger);

        // Bound: MaxDueCalls.
        private readonly List<TransactionResult> _scheduled = [];
        private readonly List<(ContractStatus Status, ulong Gas)> _ended = [];
        private int _scheduledLeaves;

        /// <summary>Executes what has fallen due, before the transactions.</summary>
        public void ExecuteDue(BlockHeight height)
        {
            if (_ledger is null) return;
            var gas = 0UL;
            while (_scheduled.Count < MaxDueCalls && gas < owner._dueGas
                && owner._contracts!.ExecuteDue(height, time, _ledger) is { } due)
            {
                gas += due.Effects.Outcome.GasUsed;
                // Nobody signed it: the leaves name the contract where others name a member.
                var origin = new Origin(due.Id, default, StateNamespaces.OfContract(due.Contract), uint.MaxValue);
                _scheduled.Add(TakeEffect(
                    origin, due.Effects, ContractLimits.ScheduledOutcomeBytes,
                    keep: w => w.Space == StateNamespaces.Schedule));
            }

            _scheduledLeaves = _leaves.Count;
        }

        private TransactionResult Call(CheckedTransaction transaction, ContractBody body, BlockHeight height)
        {
            var sender = transaction.Signed.Content.Sender;
            var member = owner._state.Members.Find(sender)!.Value.Member;
            var request = new ContractRequest(body, transaction.Id, sender, member, height, time);
            var effects = owner._contracts!.Execute(request, _ledger!);
            return TakeEffect(
                new Origin(transaction.Id, sender, member.Id, (uint)_transactions.Count), effects,
                ContractLimits.OutcomeBytesOf(body.GasLimit), keep: _ => false);
        }

        // What breaks a rule of the format takes no effect but for the writes that it has in any case.
        private TransactionResult TakeEffect(
            in Origin origin, ContractEffects effects, int maxOutcomeBytes, Func<ContractWrite, bool> keep)
        {
            var first = new LogIndex(_log.Size);
            var (outcome, items) = Judge(effects.Outcome, maxOutcomeBytes, out var encoded);
            var stands = ReferenceEquals(outcome, effects.Outcome);
            _ended.Add((outcome.Status, outcome.GasUsed));
            foreach (var write in effects.Writes)
            {
                if (!stands && !keep(write)) continue;
                RequireContractSpace(write);
                _ledger!.Write(write);
            }

            for (var i = 0; i < items.Count; i++) Append(origin, (uint)i, items[i]);
            var refusal = outcome.Status == ContractStatus.Returned ? Refusal.None : Refusal.ContractFailed;
            return ResultOf(origin.Id, refusal, first, encoded);
        }

        private static (ContractOutcome Outcome, IReadOnlyList<EvidenceBody.Item> Items) Judge(
            ContractOutcome outcome, int maxBytes, out byte[] encoded)
        {
            encoded = outcome.Encode();
            if (encoded.Length > maxBytes)
            {
                return (Fail(outcome, "OUTCOME_TOO_LARGE",
                    $"result, events and records together have {encoded.Length} bytes and may have "
                    + $"{maxBytes}: declare more gas, or return less", out encoded), []);
            }

            var items = new List<EvidenceBody.Item>(outcome.Records.Count);
            foreach (var bytes in outcome.Records)
            {
                if (!EvidenceRecord.TryDecode(bytes.Span, out var record, out var error))
                    return (Fail(outcome, "RECORD_INVALID", $"record {items.Count}: {error}", out encoded), []);
                if (EvidenceCatalogue.Check(record) is { IsAccepted: false } verdict)
                    return (Fail(outcome, "RECORD_INVALID", $"record {items.Count}: {verdict.Detail}", out encoded), []);
                items.Add(new EvidenceBody.Item(record, bytes));
            }

            return (outcome, items);
        }

        private static ContractOutcome Fail(ContractOutcome was, string code, string message, out byte[] encoded)
        {
            var outcome = new ContractOutcome
            {
                Status = ContractStatus.Failed,
                Code = code,
                Message = message,
                GasUsed = was.GasUsed,
            };
            encoded = outcome.Encode();
            return outcome;
        }

        // A runtime that writes elsewhere is broken, and no block may tell of it.
        private static void RequireContractSpace(in ContractWrite write)
        {
            var isOwn = write.Space is StateNamespaces.Contracts or StateNamespaces.ContractSources
                or StateNamespaces.Accounts or StateNamespaces.Schedule
                || write.Space.StartsWith(StateNamespaces.OfContract(""), StringComparison.Ordinal);
            if (!isOwn || write.Key.Length > StateHash.MaxKeyLength)
                throw new InvalidOperationException($"contracts do not write to '{write.Space}'");
        }

        // The results of scheduled calls follow those of the transactions, whose number is known only now.
        private void PlaceScheduled()
        {
            var leaf = 0;
            for (var i = 0; i < _scheduled.Count; i++)
            {
                var position = checked((uint)(_transactions.Count + i));
                for (var end = leaf + (int)_scheduled[i].LeafCount; leaf < end; leaf++)
                    _leaves[leaf] = _leaves[leaf] with { Position = position };
            }

            if (leaf != _scheduledLeaves) throw new InvalidOperationException("scheduled calls' leaves come first");
            _results.AddRange(_scheduled);
        }
    }
}
