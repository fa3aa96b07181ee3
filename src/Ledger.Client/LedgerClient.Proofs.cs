using Google.Protobuf;
using Ledger.Client.Query;
using Ledger.Client.Verify;
using Ledger.Core.Api.V1;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Merkle;
using Ledger.Core.Receipts;
using Ledger.Core.State;

namespace Ledger.Client;

public sealed partial class LedgerClient
{
    // A timeline that grows while it is read is read again; one that keeps growing faster than that is given up.
    private const int TimelineAttempts = 5;

    /// <summary>Fetches a value of the state tree and verifies its proof, of presence or of absence.</summary>
    /// <param name="space">The namespace.</param>
    /// <param name="key">The key.</param>
    /// <param name="atLeast">The value after this block or a later one.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <exception cref="LedgerUnavailableException">No node answered, or none is so far.</exception>
    /// <exception cref="LedgerIntegrityException">The proof does not hold, or is older than asked for.</exception>
    public async Task<StateValue> GetStateAsync(
        string space,
        ReadOnlyMemory<byte> key,
        BlockHeight atLeast = default,
        CancellationToken cancellation = default)
    {
        var request = new GetStateProofRequest
        {
            Namespace = space,
            Key = ByteString.CopyFrom(key.Span),
            MinHeight = atLeast.Value,
        };
        var answer = await _pool.CallAsync(
            (node, timeout, stop) => node.GetStateProofAsync(request, timeout, stop), cancellation);
        var certified = await VerifyAsync(answer.Header.Memory, answer.Certificate.Memory, cancellation);
        if (certified.Header.Height < atLeast)
        {
            throw new LedgerIntegrityException(
                $"the node was asked for block {atLeast} or later and answered with block {certified.Header.Height}");
        }

        if (!StateProof.TryDecode(answer.Proof.Span, out var proof, out var error))
            throw new LedgerIntegrityException($"the state proof from the node is malformed: {error}");
        var hash = _options.Suite.Hash;
        var path = StateHash.PathOf(hash, space, key.Span);
        var root = certified.Header.StateRoot;
        var verdict = answer.Present
            ? proof.VerifyPresence(hash, root, path, StateHash.ValueHashOf(hash, answer.Value.Span))
            : proof.VerifyAbsence(hash, root, path);
        if (verdict != StateProofVerdict.Valid)
            throw new LedgerIntegrityException($"the state proof from the node does not hold: {verdict}");
        return new StateValue(answer.Present ? answer.Value.Memory : default(ReadOnlyMemory<byte>?), certified);
    }

    /// <summary>
    /// Fetches everything about a subject and proves that it is everything: the entries' hash chain is checked from the
    /// first on, and its end is compared with the timeline's head in the state of a certified block.
    /// </summary>
    /// <param name="subject">The subject.</param>
    /// <param name="atLeast">
    /// The timeline after this block or a later one: pass the height of an outcome, and its records are there, whichever
    /// node answers. The default takes what a node has, which may lag behind another.
    /// </param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <exception cref="LedgerUnavailableException">No node answered, or none gave the timeline up to its
    /// end.</exception>
    /// <exception cref="LedgerIntegrityException">An entry is missing, out of place or was altered.</exception>
    public async Task<Timeline> GetTimelineAsync(
        string subject, BlockHeight atLeast = default, CancellationToken cancellation = default)
    {
        var key = System.Text.Encoding.UTF8.GetBytes(subject);
        var query = EvidenceQuery.BySubject(subject) with { AtLeast = atLeast };
        for (var attempt = 0; attempt < TimelineAttempts; attempt++)
        {
            var entries = new List<EvidenceEntry>();
            await foreach (var entry in QueryAsync(query, cancellation))
            {
                TimelineChain.CheckNext(entries, entry);
                entries.Add(entry);
            }

            var state = await GetStateAsync(StateNamespaces.Timelines, key, atLeast, cancellation);
            if (TimelineChain.Complete(entries, state) is { } complete)
                return new Timeline(subject, complete, state.ProvenAt);
        }

        throw new LedgerUnavailableException(
            $"the timeline of '{subject}' could not be read up to its certified end: it grows faster than it is read, "
                + "or the "
            + "node leaves entries out; try another node",
            null);
    }

    /// <summary>
    /// Proves that the log known under an earlier certified header is a beginning of today's: nothing was rewritten
    /// since.
    /// </summary>
    /// <param name="known">The earlier header, from a receipt or a subscription.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <returns>The later certified header.</returns>
    /// <exception cref="LedgerUnavailableException">No node answered.</exception>
    /// <exception cref="LedgerIntegrityException">The proof does not hold: history was rewritten, or the node
    /// lies.</exception>
    public async Task<CertifiedBlockHeader> ProveConsistencyAsync(
        CertifiedBlockHeader known, CancellationToken cancellation = default)
    {
        var request = new GetConsistencyProofRequest { FromSize = known.Header.LogSize };
        var answer = await _pool.CallAsync(
            (node, timeout, stop) => node.GetConsistencyProofAsync(request, timeout, stop), cancellation);
        var later = await VerifyAsync(answer.Header.Memory, answer.Certificate.Memory, cancellation);
        if (answer.FromSize != known.Header.LogSize || answer.ToSize != later.Header.LogSize)
            throw new LedgerIntegrityException("the consistency proof from the node is about other sizes");
        var verdict = LogProofs.VerifyConsistency(
            _options.Suite.Hash,
            known.Header.LogSize,
            later.Header.LogSize,
            Path(answer.Path),
            known.Header.LogRoot,
            later.Header.LogRoot);
        return verdict == LogProofVerdict.Valid
            ? later
            : throw new LedgerIntegrityException(
                $"the log of block {known.Header.Height} is not a beginning of that of block {later.Header.Height}: "
                    + $"{verdict}");
    }

    /// <summary>
    /// Fetches proof, to be kept and verified offline, that the log of one block is a prefix of that of a later one.
    /// </summary>
    /// <param name="from">The earlier block.</param>
    /// <param name="to">The later block; the default is the newest certified one of a node.</param>
    /// <param name="cancellation">Cancels the calls.</param>
    /// <exception cref="LedgerUnavailableException">No node answered.</exception>
    /// <exception cref="LedgerRefusedException">There is no such block, or its history is not kept.</exception>
    /// <exception cref="LedgerIntegrityException">The proof does not hold: history was rewritten, or the node
    /// lies.</exception>
    public async Task<LogConsistency> GetConsistencyProofAsync(
        BlockHeight from, BlockHeight to = default, CancellationToken cancellation = default)
    {
        var earlier = await GetHeaderAsync(from, cancellation);
        var request = new GetConsistencyProofRequest { FromSize = earlier.Header.LogSize, ToHeight = to.Value };
        var answer = await _pool.CallAsync(
            (node, timeout, stop) => node.GetConsistencyProofAsync(request, timeout, stop), cancellation);
        var changes = await EpochChangesBeforeAsync(answer.Header.Memory, cancellation);
        var proof = new LogConsistency(
            earlier.Bytes, earlier.Certificate.Encode(),
            new HeaderProof(answer.Header.Memory, answer.Certificate.Memory, changes), Path(answer.Path));
        var verdict = proof.Verify(_options.Genesis);
        if (!verdict.IsValid)
        {
            throw new LedgerIntegrityException(
                $"the consistency proof from the node does not hold ({verdict.Fault}): {verdict.Detail}");
        }

        // It holds, but it must also be of the block that was asked for.
        var isOther = to.Value > 0
            && (!BlockHeader.TryDecode(answer.Header.Span, out var later, out _) || later.Height != to);
        return isOther ? throw new LedgerIntegrityException($"the node answered for another block than {to}") : proof;
    }

    /// <summary>Fetches a certified block's header and verifies its certificate.</summary>
    /// <exception cref="LedgerUnavailableException">No node answered.</exception>
    /// <exception cref="LedgerRefusedException">There is no such block yet.</exception>
    /// <exception cref="LedgerIntegrityException">The certificate does not hold.</exception>
    public async Task<CertifiedBlockHeader> GetHeaderAsync(BlockHeight height, CancellationToken cancellation = default)
    {
        var request = new GetBlockRequest { Height = height.Value };
        var block = await _pool.CallAsync(
            (node, timeout, stop) => node.GetBlockAsync(request, timeout, stop), cancellation);
        var certified = await VerifyAsync(block.Header.Memory, block.Certificate.Memory, cancellation);
        return certified.Header.Height == height
            ? certified
            : throw new LedgerIntegrityException(
                $"the node answered with block {certified.Header.Height}, not {height}");
    }

    private static Hash256[] Path(Google.Protobuf.Collections.RepeatedField<ByteString> path)
    {
        if (path.Count > LogTree.MaxProofLength * 2 || path.Any(h => h.Length != Hash256.Size))
            throw new LedgerIntegrityException("the proof from the node is malformed");
        return [.. path.Select(h => new Hash256(h.Span))];
    }
}
