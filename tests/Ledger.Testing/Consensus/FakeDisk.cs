using Ledger.Consensus;
using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;

namespace Ledger.Testing.Consensus;

/// <summary>An executed block as the fake executor makes it.</summary>
public sealed record FakeBlock(
    BlockHeader Header,
    byte[] HeaderBytes,
    Hash256 Hash,
    IReadOnlyList<Hash256> TransactionIds,
    ValidatorSet? NextValidators = null);

/// <summary>
/// What survives a crash of a simulated node: blocks, certificates and the vote log; and the executor, which is a hash
/// chain. It keeps the rules that docs/spec/consensus.md gives an executor.
/// </summary>
public sealed class FakeDisk
{
    private readonly ChannelId _channel;
    private readonly Func<Hash256, ValidatorSet?> _changeOf;
    private readonly List<FakeBlock> _blocks = [];
    private readonly HashSet<Hash256> _executedIds = [];
    private readonly SortedDictionary<ulong, QuorumCertificate> _certificates = [];
    private readonly SortedDictionary<(ulong Height, int Kind), VoteRecord> _votes = [];

    /// <param name="channel">The channel.</param>
    /// <param name="changeOf">The validators that a transaction brings about; null when it changes none.</param>
    public FakeDisk(ChannelId channel, Func<Hash256, ValidatorSet?>? changeOf = null)
    {
        _channel = channel;
        _changeOf = changeOf ?? (_ => null);
        _blocks.Add(Build(0, Hash256.Zero, new Timestamp(1), new ValidatorIndex(0), []));
    }

    public IReadOnlyList<FakeBlock> Blocks => _blocks;

    public BlockHeight Tip => _blocks[^1].Header.Height;

    public BlockHeight Certified => new(_certificates.Count == 0 ? 0 : _certificates.Keys.Last());

    public IEnumerable<VoteRecord> Votes => _votes.Values;

    /// <summary>The epoch of the block above the tip.</summary>
    public Epoch NextEpoch => _blocks[^1] switch
    {
        { NextValidators: { } next } => next.Epoch,
        var tip => tip.Header.Epoch,
    };

    /// <summary>The last certified block that ended an epoch; null in epoch 0.</summary>
    public FakeBlock? LastCertifiedEnd => _blocks.LastOrDefault(
        b => b.NextValidators is not null && _certificates.ContainsKey(b.Header.Height.Value));

    public bool Contains(Hash256 transactionId) => _executedIds.Contains(transactionId);

    public QuorumCertificate? CertificateOf(ulong height) => _certificates.GetValueOrDefault(height);

    public void Write(VoteRecord record) => _votes[(record.Height.Value, (int)record.Kind)] = record;

    public void Prune(BlockHeight below)
    {
        var old = _votes.Keys.Where(k => k.Height != 0 && k.Height < below.Value).ToArray();
        foreach (var key in old) _votes.Remove(key);
    }

    public void Certify(BlockHeight height, QuorumCertificate certificate) => _certificates[height.Value] = certificate;

    /// <summary>
    /// Executes a proposal on top of the chain: repeated transactions are left out, time always advances.
    /// </summary>
    public FakeBlock Execute(Proposal proposal)
    {
        var below = _blocks[^1];
        if (proposal.Height != below.Header.Height.Next) throw new InvalidOperationException("executed out of order");
        if (proposal.Epoch != NextEpoch) throw new InvalidOperationException("executed a void proposal");
        var time = Math.Max(proposal.Time.UnixMilliseconds, below.Header.Time.UnixMilliseconds + 1);
        var ids = proposal.TransactionIds.Where(id => !_executedIds.Contains(id)).ToArray();
        var block = Build(proposal.Height.Value, below.Hash, new Timestamp(time), proposal.Proposer, ids);
        Append(block);
        return block;
    }

    public void Append(FakeBlock block)
    {
        _blocks.Add(block);
        foreach (var id in block.TransactionIds) _executedIds.Add(id);
    }

    public ReplicaState Recover()
    {
        var stable = Certified;
        var at = _blocks[(int)stable.Value];
        return ReplicaState.Restore(
            new StableCheckpoint(stable, at.HeaderBytes, CertificateOf(stable.Value)),
            [.. _blocks.Skip((int)stable.Value + 1).Select(b => (ReadOnlyMemory<byte>)b.HeaderBytes)],
            [.. _votes.Values]);
    }

    private FakeBlock Build(
        ulong height, Hash256 previous, Timestamp time, ValidatorIndex proposer, Hash256[] ids)
    {
        var epoch = height == 0 ? new Epoch(0) : NextEpoch;
        // One change a block, and only for the epoch that the block is of.
        var next = ids.Select(_changeOf).FirstOrDefault(set => set?.Epoch == epoch.Next);
        byte[] packed = [.. ids.SelectMany(id => id.ToArray())];
        var header = new BlockHeader
        {
            Channel = _channel,
            Height = new BlockHeight(height),
            Previous = previous,
            Time = time,
            TransactionCount = (uint)ids.Length,
            TransactionRoot = Sha256.Instance.Hash(packed),
            ResultRoot = Hash256.Zero,
            LogSize = 0,
            LogRoot = Hash256.Zero,
            StateRoot = Hash256.Zero,
            Epoch = epoch,
            Proposer = proposer,
            NextValidators = next?.HashWith(Sha256.Instance),
        };
        var bytes = header.Encode();
        return new FakeBlock(header, bytes, BlockHeader.HashOf(bytes, Sha256.Instance), ids, next);
    }
}
