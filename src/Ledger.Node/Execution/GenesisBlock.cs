using System.Text;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Core.Merkle;
using Ledger.Core.State;
using Ledger.Storage;

namespace Ledger.Node.Execution;

/// <summary>
/// Block 0: a function of the genesis document alone. It holds the first members and validators as state.
/// </summary>
internal static class GenesisBlock
{
    /// <summary>Builds block 0.</summary>
    public static ExecutedBlock Create(Genesis genesis)
    {
        var hash = genesis.Suite.Hash;
        var writes = new List<StateWrite>();
        foreach (var member in genesis.Members)
            writes.Add(new StateWrite(StateNamespaces.Members, Encoding.UTF8.GetBytes(member.Id), member.Encode()));
        writes.Add(new StateWrite(StateNamespaces.Validators, ReadOnlyMemory<byte>.Empty, genesis.Validators.Encoded));
        var changes = writes
            .Select(w => new StateChange(
                StateHash.PathOf(hash, w.Namespace, w.Key.Span), StateHash.ValueHashOf(hash, w.Value!.Value.Span)))
            .OrderBy(c => c.Path)
            .ToArray();
        var update = new StateTree(hash).Apply(StateTree.EmptyRoot, NoPages.Instance, changes);
        var log = new LogFrontier(hash);
        var header = new BlockHeader
        {
            Channel = genesis.Channel,
            Height = new BlockHeight(0),
            Previous = Hash256.Zero,
            Time = genesis.Created,
            TransactionCount = 0,
            TransactionRoot = BlockRoots.TransactionRoot(hash, []),
            ResultRoot = BlockRoots.ResultRoot(hash, []),
            LogSize = 0,
            LogRoot = log.Root(),
            StateRoot = update.Root,
            Epoch = genesis.Validators.Epoch,
            Proposer = new ValidatorIndex(0),
        };
        var bytes = header.Encode();
        var commit = new BlockCommit
        {
            Block = new Block(header, BlockHeader.HashOf(bytes, hash), [], []),
            StateWrites = writes,
            StateChanges = changes,
            StatePages = update.Writes,
        };
        return new ExecutedBlock(commit, bytes, log);
    }

    private sealed class NoPages : IStateNodes
    {
        public static readonly NoPages Instance = new();

        public int ReadPage(in StatePageKey key, Span<byte> destination) => -1;
    }
}
