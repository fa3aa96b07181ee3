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

    public IContractLedger Ledger { get; } = new StoredContractLedger(store.Live, members, () => store.BaseLogSize);

    public ValidatorSet Validators(Epoch epoch) => store.Live.Blocks.Validators(epoch)
        ?? throw new StorageException(StorageFault.Corruption, $"the validators of epoch {epoch} are missing");

    public IStateNodes StatePages => store.Live.State;

    public TimelineHead?[] Timelines(IReadOnlyList<string> subjects)
    {
        var heads = new TimelineHead?[subjects.Count];
        var absent = new List<int>();
        for (var i = 0; i < heads.Length; i++)
        {
            heads[i] = _timelines.Find(subjects[i]);
            if (heads[i] is null) absent.Add(i);
        }

        if (absent.Count > 0) Load(subjects, absent, heads);
        return heads;
    }

    public void OnCommitted(BlockCommit commit) => _timelines.OnCommitted(commit);

    public bool IsRecorded(in Hash256 transactionId) => store.Live.Blocks.Contains(transactionId);

    private void Load(IReadOnlyList<string> subjects, List<int> absent, TimelineHead?[] heads)
    {
        var values = store.Live.State.GetMany(
            StateNamespaces.Timelines,
            [.. absent.Select(i => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(subjects[i]))]);
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] is not { } value) continue;
            var subject = subjects[absent[i]];
            if (!TimelineHead.TryDecode(value, out var head, out var error))
                throw new StorageException(StorageFault.Corruption, $"timeline of '{subject}': {error}");
            heads[absent[i]] = head;
            _timelines.Set(subject, head.Value);
        }
    }
}
