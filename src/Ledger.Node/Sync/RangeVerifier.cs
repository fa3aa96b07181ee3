using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Node.Admission;
using Ledger.Node.Execution;
using Ledger.Node.Wire;

namespace Ledger.Node.Sync;

/// <summary>What came of checking a run of blocks.</summary>
/// <param name="Fault">What is wrong with it.</param>
/// <param name="Waits">Nothing is known to be wrong, but an epoch or a sender is not known before blocks below are
/// applied.</param>
/// <param name="Blocks">The blocks up to the last that a certificate reaches; empty when none does.</param>
internal readonly record struct RangeVerdict(SyncFault Fault, bool Waits, IReadOnlyList<CertifiedBlock> Blocks)
{
    public static RangeVerdict Refused(SyncFault fault) => new(fault, false, []);

    public static RangeVerdict NotYet { get; } = new(SyncFault.None, true, []);
}

/// <summary>
/// Checks a run of blocks from a peer: everything but the link of its first block to the chain below, which may not be
/// here yet. docs/spec/sync.md section 3.
/// </summary>
/// <remarks>
/// Nearly all of the time goes into the senders' signatures, which are spread over <paramref name="cores"/>; with one, the
/// caller's thread does it all. The verdict does not depend on it.
/// </remarks>
internal sealed class RangeVerifier(
    Genesis genesis, TransactionRules rules, Func<MemberDirectory> members, Func<Epoch, ValidatorSet?> validators,
    int cores)
{
    private readonly CryptoSuite _suite = genesis.Suite;
    private long _signatures;

    /// <summary>Transaction signatures that were verified so far.</summary>
    public long SignaturesChecked => Interlocked.Read(ref _signatures);

    /// <summary>Checks an answer to a request for blocks.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="blocks">The answer.</param>
    /// <param name="isNext">Whether everything below is applied, so that nothing can be unknown.</param>
    public RangeVerdict Verify(SyncRequest.Blocks request, IReadOnlyList<SyncBlock> blocks, bool isNext)
    {
        if (blocks.Count > request.Count) return RangeVerdict.Refused(SyncFault.TooMuch);
        var run = new List<(BlockHeader Header, Hash256 Hash)>(blocks.Count);
        var certified = 0;
        foreach (var block in blocks)
        {
            var expected = new BlockHeight(request.From.Value + (ulong)run.Count);
            if (!BlockHeader.TryDecode(block.HeaderBytes.Span, out var header, out _))
                return RangeVerdict.Refused(SyncFault.MalformedHeader);
            if (header.Channel != genesis.Channel || header.Height != expected
                || (run.Count > 0 && header.Previous != run[^1].Hash))
            {
                return RangeVerdict.Refused(SyncFault.NotNext);
            }

            if (run.Count > 0 && header.Epoch != run[^1].Header.Epoch)
                return RangeVerdict.Refused(SyncFault.OtherEpoch);
            var hash = BlockHeader.HashOf(block.HeaderBytes.Span, _suite.Hash);
            run.Add((header, hash));
            if (block.Certificate is { } certificate)
            {
                if (validators(header.Epoch) is not { } set)
                    return isNext ? RangeVerdict.Refused(SyncFault.OtherEpoch) : RangeVerdict.NotYet;
                if (certificate.Verify(hash, set, _suite) != CertificateFault.None)
                    return RangeVerdict.Refused(SyncFault.NotCertified);
                certified = run.Count;
            }

            // The next block is certified by validators that only this one's execution names.
            if (header.NextValidators is not null) break;
        }

        return certified == 0
            ? new RangeVerdict(SyncFault.None, false, [])
            : VerifyTransactions(blocks, run, certified, isNext);
    }

    private RangeVerdict VerifyTransactions(
        IReadOnlyList<SyncBlock> blocks, List<(BlockHeader Header, Hash256 Hash)> run, int certified, bool isNext)
    {
        var places = new List<(int Block, int Position)>();
        for (var i = 0; i < certified; i++)
        {
            if (blocks[i].Transactions.Count != run[i].Header.TransactionCount)
                return RangeVerdict.Refused(SyncFault.OtherTransactions);
            for (var j = 0; j < blocks[i].Transactions.Count; j++) places.Add((i, j));
        }

        var directory = members();
        var decoded = new CheckedTransaction?[places.Count];
        ForEach(places.Count, i =>
        {
            var encoded = blocks[places[i].Block].Transactions[places[i].Position];
            if (rules.TryDecode(encoded, out var transaction).IsAccepted) decoded[i] = transaction;
        });
        if (Array.IndexOf(decoded, null) >= 0) return RangeVerdict.Refused(SyncFault.BadTransaction);

        var result = new List<CertifiedBlock>(certified);
        for (int i = 0, first = 0; i < certified; i++)
        {
            var count = blocks[i].Transactions.Count;
            var transactions = new ArraySegment<CheckedTransaction>(decoded!, first, count);
            first += count;
            var (header, hash) = run[i];
            if (BlockRoots.TransactionRoot(_suite.Hash, transactions.Select(t => t.Id)) != header.TransactionRoot)
                return RangeVerdict.Refused(SyncFault.OtherTransactions);
            result.Add(new CertifiedBlock(header, blocks[i].HeaderBytes, hash, blocks[i].Certificate, transactions));
        }

        return VerifySignatures(decoded!, directory, isNext) ?? new RangeVerdict(SyncFault.None, false, result);
    }

    // The certificate covers ids, which are hashes of payloads. The signature beside a payload is not under any hash of
    // the chain, so a peer could have put another in its place: it is what makes a record the sender's word.
    private RangeVerdict? VerifySignatures(CheckedTransaction[] transactions, MemberDirectory directory, bool isNext)
    {
        if (!isNext && transactions.Any(t => directory.Find(t.Signed.Content.Sender) is null)) return RangeVerdict.NotYet;
        var wrong = 0;
        ForEach(transactions.Length, i =>
        {
            // Execution refuses a stranger's transaction whatever its signature.
            if (directory.Find(transactions[i].Signed.Content.Sender) is null) return;
            Interlocked.Increment(ref _signatures);
            if (!rules.CheckSignature(transactions[i].Signed, directory).IsAccepted) Volatile.Write(ref wrong, 1);
        });
        return wrong == 0 ? null : RangeVerdict.Refused(SyncFault.BadSignature);
    }

    private void ForEach(int count, Action<int> action)
    {
        if (cores > 1)
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = cores }, action);
            return;
        }

        for (var i = 0; i < count; i++) action(i);
    }
}
