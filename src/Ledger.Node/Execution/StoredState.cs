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
/// The state on disk as execution reads it. Used between commits only, so it never sees half a block.
/// </summary>
/// <remarks>Not thread-safe: the executor's.</remarks>
internal sealed class StoredState(LedgerStore store, MemberDirectory members) : IExecutionState
{
    private readonly TimelineCache _timelines = new();

    public MemberDirectory Members => members;

    public IContractLedger Ledger { get; } = new StoredContractLedger(store.Live, members);

    public ValidatorSet Validators(Epoch epoch) => store.Live.Blocks.Validators(epoch)
        ?? throw new StorageException(StorageFault.Corruption, $"the validators of epoch {epoch} are missing");

    public IStateNodes StatePages => store.Live.State;

    public void Load(IReadOnlyList<Timeline> timelines)
    {
        var absent = new List<Timeline>();
        foreach (var timeline in timelines)
        {
            timeline.Head = _timelines.Find(timeline.Path);
            if (timeline.Head is null) absent.Add(timeline);
        }

        if (absent.Count > 0) Read(absent);
    }

    public void OnCommitted(IReadOnlyList<Timeline> timelines)
    {
        foreach (var timeline in timelines) _timelines.Set(timeline.Path, timeline.Head!.Value);
    }

    public bool IsRecorded(in Hash256 transactionId) => store.Live.Blocks.Contains(transactionId);

    // All at once, because that is far cheaper than one by one, and in key order, which is cheaper still.
    private void Read(List<Timeline> timelines)
    {
        timelines.Sort(static (a, b) => string.CompareOrdinal(a.Subject, b.Subject));
        var values = store.Live.State.GetMany(
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
