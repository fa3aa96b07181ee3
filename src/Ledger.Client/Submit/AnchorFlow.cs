using Google.Protobuf;
using Ledger.Client.Transport;
using Ledger.Core.Api.V1;
using Ledger.Core.Blocks;
using Ledger.Core.Contracts;
using Ledger.Core.Transactions;

namespace Ledger.Client.Submit;

/// <summary>
/// Brings one signed transaction to a decision. Every attempt submits the very same bytes, so trying again can never
/// record the records twice. Stateless beyond its pool; safe for concurrent use.
/// </summary>
internal sealed class AnchorFlow(NodePool pool, LedgerClientOptions options, Func<int> oneHonest)
{
    /// <summary>
    /// Submits until the outcome is certified, or certain not to come, or the patience is at its end.
    /// </summary>
    public async Task<AnchorOutcome> RunAsync(
        SignedTransaction transaction, TimeSpan patience, CancellationToken cancellation)
    {
        var request = new SubmitAndWaitRequest { Transaction = UnsafeByteOperations.UnsafeWrap(transaction.Encoded) };
        var started = options.Time.GetTimestamp();
        RpcException? last = null;
        string? problem = null;
        var mayBeHeld = false;
        for (var attempt = 0; ; attempt++)
        {
            if (attempt > 0)
            {
                if (options.Time.GetElapsedTime(started) >= patience) return Undecided(transaction, problem, last);
                await pool.PauseAsync(attempt, last, cancellation);
            }

            var node = pool.Preferred;
            try
            {
                var outcome = Read(
                    await node.SubmitAndWaitAsync(request, options.CallTimeout, cancellation), transaction, node);
                if (outcome.State != AnchorState.Undecided) return outcome;
                (last, problem) = (null, "the transaction is waiting for its block");
                mayBeHeld = true;
            }
            catch (RpcException fault) when (NodePool.IsWorthRetrying(fault))
            {
                (last, problem) = (fault, fault.Message);
                if (NodePool.IsFull(fault)) continue;
                mayBeHeld = true;
                pool.Rotate();
            }
            catch (RpcException fault) when (NodePool.IsAboutCaller(fault) && attempt + 1 < pool.Nodes.Count)
            {
                (last, problem) = (fault, fault.Message);
                pool.Rotate();
            }
            catch (RpcException fault)
            {
                // A duplicate is what a retry looks like to a node that is strict about it; an expired one may be on
                // the chain already; and one that an earlier attempt left with some node may yet be. These are
                // questions for the chain, not refusals.
                if (!mayBeHeld
                    && fault.Reason != Refusal.Duplicate.WireName() && fault.Reason != Refusal.Expired.WireName())
                    return Refused(transaction, fault);
                var outcome = await DecideAsync(transaction, cancellation);
                if (outcome.State != AnchorState.Undecided) return outcome;
                (last, problem) = (fault, $"{fault.Message} {outcome.Detail}");
            }
        }
    }

    /// <summary>Asks what became of a transaction, without submitting it.</summary>
    public async Task<AnchorOutcome> AskAsync(SignedTransaction transaction, CancellationToken cancellation)
    {
        var request = new GetTransactionRequest { TransactionId = ByteString.CopyFrom(transaction.Id.AsSpan()) };
        return await pool.CallAsync(
            async (node, timeout, stop) =>
                Read(await node.GetTransactionAsync(request, timeout, stop), transaction, node),
            cancellation);
    }

    /// <summary>
    /// Whether a refusal is for good although the transaction has not lapsed. Nobody that keeps the rules prepares a
    /// proposal with a transaction that breaks those that its bytes alone decide, so it is when f+1 nodes (or all there
    /// are) refuse it by one of them.
    /// </summary>
    public async Task<bool> IsRefusedForGoodAsync(SignedTransaction transaction, CancellationToken cancellation)
    {
        var request = new SubmitRequest { Transaction = UnsafeByteOperations.UnsafeWrap(transaction.Encoded) };
        var refusals = 0;
        foreach (var node in pool.Nodes)
        {
            try
            {
                await node.SubmitAsync(request, options.CallTimeout, cancellation);
                return false;
            }
            catch (RpcException fault)
            {
                if (Settlements.IsOfRecords(fault.Reason)) refusals++;
            }
        }

        return refusals >= Math.Min(pool.Nodes.Count, oneHonest());
    }

    // Whether the transaction can still be recorded. It cannot once the certified head's time is past valid_until and
    // the transaction is not on the chain: block times only grow. One node could lie, so f+1 must say so (or all there
    // are).
    private async Task<AnchorOutcome> DecideAsync(SignedTransaction transaction, CancellationToken cancellation)
    {
        var needed = Math.Min(pool.Nodes.Count, oneHonest());
        var certain = 0;
        var head = default(Timestamp);
        var request = new GetTransactionRequest { TransactionId = ByteString.CopyFrom(transaction.Id.AsSpan()) };
        foreach (var node in pool.Nodes)
        {
            try
            {
                // The head first: a transaction recorded between the two answers must be seen by the second.
                var status = await node.GetStatusAsync(new GetStatusRequest(), options.CallTimeout, cancellation);
                if (status.CertifiedTimeMs > Timestamp.MaxUnixMilliseconds)
                    throw new LedgerIntegrityException($"{node.Name} claims a head beyond the year 9999");
                var answer = await node.GetTransactionAsync(request, options.CallTimeout, cancellation);
                var outcome = Read(answer, transaction, node);
                if (outcome.State != AnchorState.Undecided) return outcome;
                head = new Timestamp(status.CertifiedTimeMs);
                if (answer.State == TransactionOutcome.Types.State.Unknown && head > transaction.Content.ValidUntil)
                    certain++;
            }
            catch (RpcException fault) when (NodePool.IsWorthRetrying(fault))
            {
                continue;
            }
        }

        return certain >= needed
            ? new AnchorOutcome
            {
                Transaction = transaction,
                State = AnchorState.NotRecorded,
                Reason = Refusal.Expired.WireName(),
                Detail = "its validity passed before any block took it",
            }
            : Undecided(
                transaction,
                head > transaction.Content.ValidUntil
                    ? $"too few nodes answered to be certain: {certain} of {needed}"
                    : $"it may be recorded until the chain's time, now {head}, passes "
                        + $"{transaction.Content.ValidUntil}");
    }

    private static AnchorOutcome Read(TransactionOutcome answer, SignedTransaction transaction, INodeApi node)
    {
        if (!answer.TransactionId.Span.SequenceEqual(transaction.Id.AsSpan()))
            throw new LedgerIntegrityException($"{node.Name} answered about another transaction");
        if (answer.TimeMs > Timestamp.MaxUnixMilliseconds)
            throw new LedgerIntegrityException($"{node.Name} answered with a time beyond the year 9999");
        ContractOutcome? contract = null;
        if (!answer.ContractOutcome.IsEmpty
            && !ContractOutcome.TryDecode(answer.ContractOutcome.Span, out contract, out var error))
        {
            throw new LedgerIntegrityException($"{node.Name} answered with a malformed contract outcome: {error}");
        }

        return new AnchorOutcome
        {
            Transaction = transaction,
            State = answer.State switch
            {
                TransactionOutcome.Types.State.Committed => AnchorState.Recorded,
                TransactionOutcome.Types.State.Failed => AnchorState.Failed,
                _ => AnchorState.Undecided,
            },
            Height = new BlockHeight(answer.Height),
            FirstLeaf = new LogIndex(answer.FirstLeaf),
            LeafCount = answer.LeafCount,
            Time = new Timestamp(answer.TimeMs),
            Detail = contract is { Message.Length: > 0 } ? contract.Message : null,
            Contract = contract,
            Reason = answer.State == TransactionOutcome.Types.State.Failed ? answer.Reason : null,
        };
    }

    private static AnchorOutcome Undecided(SignedTransaction transaction, string? detail, RpcException? last = null) =>
        new()
        {
            Transaction = transaction,
            State = AnchorState.Undecided,
            Detail = detail,
            NoAnswer = last is not null && NodePool.IsWorthRetrying(last) && !NodePool.IsFull(last),
        };

    private static AnchorOutcome Refused(SignedTransaction transaction, RpcException fault) => new()
    {
        Transaction = transaction,
        State = AnchorState.Refused,
        Reason = fault.Reason ?? fault.Code.ToString(),
        Detail = fault.Status.Message,
    };
}
