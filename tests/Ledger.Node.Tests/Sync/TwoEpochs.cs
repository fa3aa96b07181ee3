using Ledger.Core.Blocks;
using Ledger.Core.Membership;
using Ledger.Node.Tests.Support;
using Ledger.Node.Wire;
using Ledger.Testing.Builders;

namespace Ledger.Node.Tests.Sync;

/// <summary>Four blocks of which the second ends epoch 0; epoch 1 has seven validators.</summary>
internal sealed class TwoEpochs
{
    private readonly ValidatorSet[] _sets;

    public TwoEpochs(ServedChain chain)
    {
        var genesis = chain.Ledger.Genesis;
        _sets = [genesis.Validators, A.ValidatorSet(1, A.Members(7))];
        var below = chain.Ledger.Store.Live.Blocks.Header(new BlockHeight(0))!.Hash;
        for (var height = 1UL; height <= 4; height++)
        {
            var transaction = Make.Transaction(genesis, $"e-{height}");
            var header = A.Header(genesis) with
            {
                Height = new BlockHeight(height),
                Previous = below,
                Epoch = new Epoch(height <= 2 ? 0UL : 1),
                TransactionCount = 1,
                TransactionRoot = BlockRoots.TransactionRoot(genesis.Suite.Hash, [transaction.Id]),
                NextValidators = height == 2 ? _sets[1].HashWith(genesis.Suite.Hash) : null,
            };
            var bytes = header.Encode();
            below = BlockHeader.HashOf(bytes, genesis.Suite.Hash);
            Blocks.Add(new SyncBlock(
                bytes, A.Certificate(bytes, _sets[(int)header.Epoch.Value]), [transaction.Encoded]));
        }
    }

    public List<SyncBlock> Blocks { get; } = [];

    public ValidatorSet? Set(Epoch epoch) => epoch.Value < 2 ? _sets[epoch.Value] : null;
}
