using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Node.Admission;
using Ledger.Storage;

namespace Ledger.Node.Execution;

/// <summary>The newest certified block.</summary>
/// <param name="Header">Its header.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="Proof">Header bytes and certificate; null at genesis, which needs none.</param>
internal sealed record CertifiedHead(BlockHeader Header, Hash256 Hash, CertifiedHeader? Proof);

/// <summary>The newest executed block, and when the next scheduled call falls due in the state after it.</summary>
internal sealed record ExecutedState(BlockHeight Height, Timestamp? NextDue)
{
    /// <summary>Whether a scheduled call is due at a time.</summary>
    public bool IsDue(Timestamp time) => NextDue is { } due && due <= time;
}

/// <summary>
/// What everybody but the execution stage sees of the chain: immutable snapshots, published by one write each. Clients
/// are shown certified blocks only; an executed block without a certificate is nobody's business yet.
/// </summary>
/// <remarks>Safe for concurrent use. <c>Publish…</c> belongs to the stages that own the facts.</remarks>
internal sealed class ChainView
{
    private readonly LedgerStore _store;
    private CertifiedHead _certified;
    private ValidatorSet _validators;
    private ExecutedState _executed;
    private TaskCompletionSource _next = NewSignal();

    public ChainView(LedgerStore store, MemberDirectory members, CertifiedHead certified, BlockHeight executed)
    {
        _store = store;
        _validators = store.Live.Blocks.Validators(store.Live.Blocks.Header(executed)!.Header.NextEpoch)!;
        Members = members;
        _certified = certified;
        _executed = new ExecutedState(executed, null);
    }

    /// <summary>The newest certified block.</summary>
    public CertifiedHead Certified => Volatile.Read(ref _certified);

    /// <summary>The newest executed block.</summary>
    public BlockHeight Executed => ExecutedState.Height;

    /// <summary>The newest executed block, and what is due after it.</summary>
    public ExecutedState ExecutedState => Volatile.Read(ref _executed);

    /// <summary>Members and their keys: those of genesis.</summary>
    public MemberDirectory Members { get; }

    /// <summary>The validators of the block above the newest executed one.</summary>
    public ValidatorSet Validators => Volatile.Read(ref _validators);

    /// <summary>Whether a transaction is in an executed block.</summary>
    public bool IsRecorded(in Hash256 transactionId) => _store.Live.Blocks.Contains(transactionId);

    /// <summary>Ends when a block above <paramref name="height"/> is certified.</summary>
    public async Task WaitAboveAsync(BlockHeight height, CancellationToken cancel)
    {
        while (true)
        {
            var signal = Volatile.Read(ref _next);
            if (Certified.Header.Height > height) return;
            await signal.Task.WaitAsync(cancel).ConfigureAwait(false);
        }
    }

    public void PublishExecuted(BlockHeight height, Timestamp? nextDue = null) =>
        Volatile.Write(ref _executed, new ExecutedState(height, nextDue));

    public void PublishCertified(CertifiedHead head)
    {
        if (head.Header.Height <= Certified.Header.Height) return;
        Volatile.Write(ref _certified, head);
        Interlocked.Exchange(ref _next, NewSignal()).SetResult();
    }

    public void PublishValidators(ValidatorSet validators) => Volatile.Write(ref _validators, validators);

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
