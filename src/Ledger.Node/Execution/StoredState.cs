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
internal sealed class StoredState(LedgerStore store, MemberDirectory members) : IExecutionState
{
    public MemberDirectory Members => members;

    public ValidatorSet Validators(Epoch epoch) => store.Live.Blocks.Validators(epoch)
        ?? throw new StorageException(StorageFault.Corruption, $"the validators of epoch {epoch} are missing");

    public IStateNodes StatePages => store.Live.State;

    public TimelineHead? Timeline(string subject)
    {
        var value = store.Live.State.Get(StateNamespaces.Timelines, Encoding.UTF8.GetBytes(subject));
        if (value is null) return null;
        return TimelineHead.TryDecode(value, out var head, out var error)
            ? head
            : throw new StorageException(StorageFault.Corruption, $"timeline of '{subject}': {error}");
    }

    public bool IsRecorded(in Hash256 transactionId) => store.Live.Blocks.Contains(transactionId);
}
