using Ledger.Contracts.Runtime;
using System.Text;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Core.Merkle;
using Ledger.Core.State;
using Ledger.Node.Admission;
using Ledger.Storage;

namespace Ledger.Node.Execution;

/// <summary>
/// The state as execution reads it: what is on disk, and over it the newest block while that is being written. The
/// database may have that block already or not: each answer is the same.
/// </summary>
/// <remarks>Not thread-safe: the executor's.</remarks>
internal sealed class StoredState : IExecutionState
{
    private readonly LedgerStore _store;
    private readonly TimelineCache _timelines = new();
    private readonly StateOverlay _pages;
    private PendingBlock? _pending;
    private (long Batch, IReadOnlyList<StatePageWrite> Pages) _overlaid;

    public StoredState(LedgerStore store, MemberDirectory members)
    {
        _store = store;
        _pages = new StateOverlay(store.Live.State);
        Members = members;
        Ledger = new SettledContractLedger(new StoredContractLedger(store.Live, members), () => _pending);
    }

    public MemberDirectory Members { get; }

    public IContractLedger Ledger { get; }

    public ValidatorSet Validators(Epoch epoch) => _store.Live.Blocks.Validators(epoch)
        ?? throw new StorageException(StorageFault.Corruption, $"the validators of epoch {epoch} are missing");

    public IStateNodes StatePages => _pages;

    public void Load(IReadOnlyList<Timeline> timelines)
    {
        var absent = new List<Timeline>();
        foreach (var timeline in timelines)
        {
            timeline.Head = _timelines.Find(timeline.Path) ?? _pending?.TimelineOf(timeline.Subject);
            if (timeline.Head is null) absent.Add(timeline);
        }

        if (absent.Count > 0) Read(absent);
    }

    public void OnExecuted(ExecutedBlock block, IBlockWriter? writer)
    {
        foreach (var timeline in block.Timelines) _timelines.Set(timeline.Path, timeline.Head!.Value);
        if (writer is null) return;
        if (_pending is not null) throw new InvalidOperationException("the block below is still being written");
        _pending = new PendingBlock(block, writer);
        _overlaid = (_pages.Add(block.Commit.StatePages), block.Commit.StatePages);
    }

    public void OnWritten()
    {
        if (_pending is null) return;
        _pending = null;
        _pages.Settle(_overlaid.Batch, _overlaid.Pages);
        _overlaid = default;
    }

    public bool IsRecorded(in Hash256 transactionId) =>
        _pending?.Contains(transactionId) == true || _store.Live.Blocks.Contains(transactionId);

    // All at once, because that is far cheaper than one by one, and in key order, which is cheaper still.
    private void Read(List<Timeline> timelines)
    {
        timelines.Sort(static (a, b) => string.CompareOrdinal(a.Subject, b.Subject));
        var values = _store.Live.State.GetMany(
            StateNamespaces.Timelines,
            [.. timelines.Select(t => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(t.Subject))]);
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] is not { } value) continue;
            if (!TimelineHead.TryDecode(value, out var head, out var error))
                throw new StorageException(StorageFault.Corruption, $"timeline of '{timelines[i].Subject}': {error}");
            timelines[i].Head = head;
            _timelines.Set(timelines[i].Path, head.Value);
        }
    }
}
