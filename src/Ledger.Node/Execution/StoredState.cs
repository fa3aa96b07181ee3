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
    private readonly UpperPages _pages = new(store.Live.State);

    public MemberDirectory Members => members;

    public IContractLedger Ledger { get; } = new StoredContractLedger(store.Live, members, () => store.BaseLogSize);

    public ValidatorSet Validators(Epoch epoch) => store.Live.Blocks.Validators(epoch)
        ?? throw new StorageException(StorageFault.Corruption, $"the validators of epoch {epoch} are missing");

    public IStateNodes StatePages => _pages;

    public TimelineHead?[] Timelines(IReadOnlyList<string> subjects)
    {
        var values = store.Live.State.GetMany(
            StateNamespaces.Timelines, [.. subjects.Select(s => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(s))]);
        var heads = new TimelineHead?[subjects.Count];
        for (var i = 0; i < heads.Length; i++)
        {
            if (values[i] is not { } value) continue;
            if (!TimelineHead.TryDecode(value, out heads[i], out var error))
                throw new StorageException(StorageFault.Corruption, $"timeline of '{subjects[i]}': {error}");
        }

        return heads;
    }

    public void OnCommitted(BlockCommit commit) => _pages.OnWritten(commit.StatePages);

    public bool IsRecorded(in Hash256 transactionId) => store.Live.Blocks.Contains(transactionId);
}
