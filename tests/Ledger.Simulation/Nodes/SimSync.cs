using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Node.Admission;
using Ledger.Node.Execution;
using Ledger.Node.Wire;
using Ledger.Simulation.World;

namespace Ledger.Simulation.Nodes;

/// <summary>
/// Catches up by certified blocks, with the checks that the product makes: one peer after the other, as long as each has
/// more.
/// </summary>
internal sealed class SimSync(SimWorld world, SimNode node, NodeLife life, Genesis genesis, TransactionRules rules)
{
    private const int TimeoutMs = 1000;
    private const int PauseMs = 200;

    private BlockHeight _target;
    private bool _active;
    private int _rounds;
    private int _nextPeer = node.Index;

    // The last block of an answer that execution works on.
    private ApplyCertified? _last;

    public void Request(BlockHeight atLeast)
    {
        if (atLeast > _target) _target = atLeast;
        if (_active) return;
        _active = true;
        _rounds = 0;
        AskNext();
    }

    /// <summary>Execution has done a request.</summary>
    public void OnApplied(ExecutionRequest request)
    {
        if (_last is null || !ReferenceEquals(request, _last)) return;
        _last = null;
        _rounds--;
        _nextPeer--;
        AskNext();
    }

    private void AskNext()
    {
        var others = world.Plan.Validators - 1;
        if (life.ChainView.Certified.Header.Height >= _target || _rounds++ >= 2 * others)
        {
            world.After(PauseMs, () => _active = false);
            return;
        }

        var peer = (node.Index + 1 + ((_nextPeer++ & int.MaxValue) % others)) % world.Plan.Validators;
        var from = life.ChainView.Certified.Header.Height.Next;
        life.Ask(peer, SyncMessages.EncodeRequest(from), TimeoutMs, answer =>
        {
            if (answer is not { } bytes || !TryApply(bytes)) AskNext();
        });
    }

    private bool TryApply(ReadOnlyMemory<byte> answer)
    {
        if (!SyncMessages.TryDecode(answer, out var blocks) || blocks.Count == 0) return false;
        var head = life.ChainView.Certified;
        var (height, hash) = (head.Header.Height, head.Hash);
        var requests = new List<ApplyCertified>(blocks.Count);
        foreach (var block in blocks)
        {
            if (Check(block, height, hash) is not { } request) return false;
            requests.Add(request);
            (height, hash) = (request.Header.Height, request.Hash);
        }

        var certified = requests.FindLastIndex(r => r.Certificate is not null) + 1;
        if (certified == 0) return false;
        _last = requests[certified - 1];
        foreach (var request in requests.Take(certified)) life.Apply(request);
        world.Trace($"node {node.Index} catches up to block {_last.Header.Height}");
        return true;
    }

    private ApplyCertified? Check(SyncBlock block, BlockHeight below, in Hash256 belowHash)
    {
        var hashing = genesis.Suite.Hash;
        if (!BlockHeader.TryDecode(block.HeaderBytes.Span, out var header, out _)) return null;
        if (header.Channel != genesis.Channel || header.Height != below.Next || header.Previous != belowHash) return null;
        if (header.Epoch != genesis.Validators.Epoch) return null;
        var hash = BlockHeader.HashOf(block.HeaderBytes.Span, hashing);
        if (block.Certificate is { } certificate
            && certificate.Verify(hash, genesis.Validators, genesis.Suite) != CertificateFault.None)
        {
            return null;
        }

        if (block.Transactions.Count != header.TransactionCount) return null;
        var transactions = new List<CheckedTransaction>(block.Transactions.Count);
        foreach (var encoded in block.Transactions)
        {
            if (!rules.TryDecode(encoded, out var transaction).IsAccepted) return null;
            if (!rules.CheckSignature(transaction!.Signed, life.ChainView.Members).IsAccepted) return null;
            transactions.Add(transaction);
        }

        if (BlockRoots.TransactionRoot(hashing, transactions.Select(t => t.Id)) != header.TransactionRoot) return null;
        return new ApplyCertified(header, block.HeaderBytes, hash, block.Certificate, transactions, Done: null);
    }
}
