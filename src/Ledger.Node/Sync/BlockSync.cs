using System.Threading.Channels;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Network;
using Ledger.Node.Admission;
using Ledger.Node.Driver;
using Ledger.Node.Execution;
using Ledger.Node.Wire;
using Ledger.Storage;

namespace Ledger.Node.Sync;

/// <summary>
/// Catches up from other validators when voting cannot: fetches certified blocks, checks each against the chain and its
/// certificate, and hands them to the execution stage, which computes them anew. A lying peer costs one request.
/// </summary>
internal sealed partial class BlockSync
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly IPeerNetwork _network;
    private readonly EpochView _epochs;
    private readonly LedgerStore _store;
    private readonly Genesis _genesis;
    private readonly TransactionRules _rules;
    private readonly ChainView _chain;
    private readonly ExecutionStage _execution;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    // Holds at most the newest wish: an older one is part of it.
    private readonly Channel<BlockHeight> _wishes = Channel.CreateBounded<BlockHeight>(
        new BoundedChannelOptions(1) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest });

    private int _nextPeer;

    public BlockSync(
        IPeerNetwork network,
        EpochView epochs,
        LedgerStore store,
        TransactionRules rules,
        ChainView chain,
        ExecutionStage execution,
        TimeProvider time,
        ILogger<BlockSync> logger)
    {
        _network = network;
        _epochs = epochs;
        _store = store;
        _genesis = store.Genesis;
        _rules = rules;
        _chain = chain;
        _execution = execution;
        _time = time;
        _logger = logger;
    }

    /// <summary>Asks for the chain up to a height at least. Returns at once.</summary>
    public void Request(BlockHeight atLeast) => _wishes.Writer.TryWrite(atLeast);

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        await foreach (var target in _wishes.Reader.ReadAllAsync(stop).ConfigureAwait(false))
        {
            var start = _chain.Executed;
            if (start >= target && _chain.Certified.Header.Height >= target) continue;
            var others = _epochs.Validators.Others;
            for (var round = 0; round < 2 * others.Count && _chain.Certified.Header.Height < target; round++)
            {
                var peer = others[_nextPeer++ % others.Count];
                while (await FetchFromAsync(peer, stop).ConfigureAwait(false))
                {
                    // As long as this peer has more.
                }
            }

            if (_chain.Executed > start) LogCaughtUp(start.Value, _chain.Executed.Value);
            // Wishes repeat while they hold; asking again at once would find the same.
            else await Task.Delay(Pause, _time, stop).ConfigureAwait(false);
        }
    }

    private async Task<bool> FetchFromAsync(PeerId peer, CancellationToken stop)
    {
        var head = _chain.Certified;
        IReadOnlyList<SyncBlock>? blocks;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stop);
        timeout.CancelAfter(RequestTimeout);
        try
        {
            var request = SyncMessages.EncodeRequest(head.Header.Height.Next);
            var answer = await _network.RequestAsync(peer, LedgerProtocols.Sync, request, timeout.Token)
                .ConfigureAwait(false);
            if (!SyncMessages.TryDecode(answer, out blocks))
            {
                LogRefused(peer, "not an answer of this protocol");
                return false;
            }
        }
        catch (PeerRequestException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return false;
        }

        return blocks.Count > 0 && await ApplyAsync(peer, head, blocks, stop).ConfigureAwait(false);
    }

    private async Task<bool> ApplyAsync(
        PeerId peer, CertifiedHead head, IReadOnlyList<SyncBlock> blocks, CancellationToken stop)
    {
        var requests = new List<ApplyCertified>(blocks.Count);
        var (height, hash) = (head.Header.Height, head.Hash);
        foreach (var block in blocks)
        {
            if (Check(block, height, hash, out var fault) is not { } request)
            {
                LogRefused(peer, fault);
                return false;
            }

            requests.Add(request);
            (height, hash) = (request.Header.Height, request.Hash);
            // The validators of what follows are known once this block is applied.
            if (request.Header.NextValidators is not null) break;
        }

        // What follows the last certificate is nobody's word but the peer's.
        var certified = requests.FindLastIndex(r => r.Certificate is not null) + 1;
        if (certified == 0) return false;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        requests[certified - 1] = requests[certified - 1] with { Done = done };
        foreach (var request in requests.Take(certified))
        {
            if (!_execution.Request(request)) return false;
        }

        await done.Task.WaitAsync(stop).ConfigureAwait(false);
        return true;
    }

    private ApplyCertified? Check(SyncBlock block, BlockHeight below, in Hash256 belowHash, out string fault)
    {
        fault = "malformed header";
        if (!BlockHeader.TryDecode(block.HeaderBytes.Span, out var header, out _)) return null;
        fault = "not the next block of this channel";
        if (header.Channel != _genesis.Channel || header.Height != below.Next || header.Previous != belowHash) return null;
        fault = "another epoch";
        if (_store.Live.Blocks.Validators(header.Epoch) is not { } validators) return null;
        var hash = BlockHeader.HashOf(block.HeaderBytes.Span, _genesis.Suite.Hash);
        fault = "certificate does not hold";
        if (block.Certificate is { } certificate
            && certificate.Verify(hash, validators, _genesis.Suite) != CertificateFault.None)
        {
            return null;
        }

        fault = "the last block of an epoch without its certificate";
        if (header.NextValidators is not null && block.Certificate is null) return null;

        fault = "transactions are not those of the header";
        if (block.Transactions.Count != header.TransactionCount) return null;
        var transactions = new List<CheckedTransaction>(block.Transactions.Count);
        foreach (var encoded in block.Transactions)
        {
            // The certificate covers ids; the signature beside a payload has to be checked here.
            if (!_rules.TryDecode(encoded, out var transaction).IsAccepted) return null;
            if (!_rules.CheckSignature(transaction!.Signed, _chain.Members).IsAccepted) return null;
            transactions.Add(transaction);
        }

        if (BlockRoots.TransactionRoot(_genesis.Suite.Hash, transactions.Select(t => t.Id)) != header.TransactionRoot)
            return null;
        return new ApplyCertified(header, block.HeaderBytes, hash, block.Certificate, transactions, Done: null);
    }

    [LoggerMessage(4020, LogLevel.Information, "Caught up from block {From} to block {To} by fetching certified blocks.")]
    private partial void LogCaughtUp(ulong from, ulong to);

    [LoggerMessage(4021, LogLevel.Warning, "Blocks from peer {Peer} were refused: {Reason}.")]
    private partial void LogRefused(PeerId peer, string reason);
}
