using Google.Protobuf;
using Ledger.Client.Submit;
using Ledger.Client.Transport;
using Ledger.Client.Verify;
using Ledger.Core.Api.V1;
using Ledger.Core.Blocks;
using Ledger.Core.Evidence;
using Ledger.Core.Transactions;

namespace Ledger.Client;

/// <summary>
/// Anchors evidence on a channel and reads it back. What nodes answer is checked against the channel's genesis wherever
/// it carries a proof.
/// </summary>
/// <remarks>
/// Safe for concurrent use; make one for each channel and keep it. Dispose it to close its connections.
/// docs/guide/developer/sdk.md shows how it is used.
/// </remarks>
/// <example>
/// <code>
/// using var ledger = new LedgerClient(new LedgerClientOptions { Endpoints = [new Uri("http://127.0.0.1:7500")],
/// Genesis = genesis, Identity = IdentityFile.Load("client.key"), }); var outcome = await ledger.AnchorAsync([record]);
/// </code>
/// </example>
public sealed partial class LedgerClient : IDisposable
{
    private readonly LedgerClientOptions _options;
    private readonly NodePool _pool;
    private readonly AnchorFlow _flow;
    private readonly HeaderVerifier _verifier;

    /// <summary>
    /// Makes a client of the nodes at <see cref="LedgerClientOptions.Endpoints"/>. Nothing is sent yet.
    /// </summary>
    /// <exception cref="ArgumentException">There is no endpoint, or one is not an http or https address.</exception>
    public LedgerClient(LedgerClientOptions options)
        : this(options, Connect(options))
    {
    }

    /// <summary>Makes a client of the given nodes, which it owns from now on.</summary>
    /// <exception cref="ArgumentException">There is no node.</exception>
    public LedgerClient(LedgerClientOptions options, IReadOnlyList<INodeApi> nodes)
    {
        if (nodes.Count == 0) throw new ArgumentException("a client needs at least one endpoint", nameof(options));
        _options = options;
        _pool = new NodePool(nodes, options);
        var verifier = new HeaderVerifier(options.Genesis);
        _verifier = verifier;
        _flow = new AnchorFlow(_pool, options, () => verifier.Validators.Quorum.OneHonest);
    }

    /// <summary>The settings.</summary>
    public LedgerClientOptions Options => _options;

    /// <summary>
    /// Makes a signed transaction of records, valid for <see cref="LedgerClientOptions.TransactionLifetime"/>. Its id,
    /// and so the ids of its records, are known from here on. Keep it until its outcome is known.
    /// </summary>
    /// <exception cref="ArgumentException">There are no records or too many, or they exceed the channel's
    /// limit.</exception>
    /// <exception cref="InvalidOperationException">The client has no identity.</exception>
    public SignedTransaction Sign(IReadOnlyCollection<EvidenceRecord> records)
    {
        if (records.Count is 0 or > EvidenceLimits.RecordsPerTransaction)
        {
            throw new ArgumentException(
                $"a transaction holds 1 to {EvidenceLimits.RecordsPerTransaction} records, not {records.Count}",
                nameof(records));
        }

        return Sign(EvidenceBody.Encode(records));
    }

    /// <summary>
    /// Makes a new signed transaction of an encoded body. Its id differs from that of <paramref name="predecessor"/>,
    /// also where both have the same body and are signed within one millisecond.
    /// </summary>
    internal SignedTransaction Sign(
        ReadOnlyMemory<byte> body,
        SignedTransaction? predecessor = null,
        TransactionKind kind = TransactionKind.Evidence)
    {
        var identity = _options.Identity
            ?? throw new InvalidOperationException(
                "the client has no identity: set LedgerClientOptions.Identity to sign");
        var longest = TimeSpan.FromMilliseconds(_options.Genesis.Parameters.MaxTransactionLifetimeMilliseconds);
        // A tenth less than the channel allows, for the case that our clock is ahead of the validators'.
        var lifetime = _options.TransactionLifetime < longest * 0.9 ? _options.TransactionLifetime : longest * 0.9;
        var validUntil = (_options.Time.GetUtcNow() + lifetime).ToUnixTimeMilliseconds();
        if (predecessor is not null)
            validUntil = Math.Max(validUntil, (long)predecessor.Content.ValidUntil.UnixMilliseconds + 1);
        var transaction = SignedTransaction.Create(
            new Transaction(
                _options.Channel,
                identity.PublicKey.Id,
                kind,
                new Timestamp((ulong)validUntil),
                body),
            identity,
            _options.Suite);
        var limit = _options.Genesis.Parameters.MaxTransactionBytes;
        return transaction.Encoded.Length <= limit
            ? transaction
            : throw new ArgumentException(
                $"the transaction has {transaction.Encoded.Length} bytes, the channel allows {limit}; send fewer "
                    + "records at once");
    }

    /// <summary>
    /// Signs records, submits them as one transaction (all or none is recorded) and waits for the certified outcome.
    /// </summary>
    /// <remarks>
    /// Look at <see cref="AnchorOutcome.State"/>. When it is <see cref="AnchorState.Undecided"/>, pass the outcome's
    /// transaction to <see cref="AnchorAsync(SignedTransaction, CancellationToken)"/> later; signing the records anew
    /// could record them twice. To be safe against the end of this process, use
    /// <see cref="Sign(IReadOnlyCollection{EvidenceRecord})"/>, store the transaction, and submit it then.
    /// </remarks>
    public Task<AnchorOutcome> AnchorAsync(
        IReadOnlyCollection<EvidenceRecord> records, CancellationToken cancellation = default) =>
        AnchorAsync(Sign(records), cancellation);

    /// <summary>Signs and anchors one record.</summary>
    /// <inheritdoc cref="AnchorAsync(IReadOnlyCollection{EvidenceRecord}, CancellationToken)" path="/remarks"/>
    public Task<AnchorOutcome> AnchorAsync(EvidenceRecord record, CancellationToken cancellation = default) =>
        AnchorAsync([record], cancellation);

    /// <summary>
    /// Submits a signed transaction and waits for the certified outcome. May be called any number of times for the same
    /// transaction, from any number of processes: it is recorded once.
    /// </summary>
    public Task<AnchorOutcome> AnchorAsync(SignedTransaction transaction, CancellationToken cancellation = default) =>
        AnchorAsync(transaction, null, cancellation);

    internal Task<AnchorOutcome> AnchorAsync(
        SignedTransaction transaction, TimeSpan? patience, CancellationToken cancellation) =>
        _flow.RunAsync(transaction, patience ?? _options.AnchorPatience, cancellation);

    internal Task<bool> IsRefusedForGoodAsync(SignedTransaction transaction, CancellationToken cancellation) =>
        _flow.IsRefusedForGoodAsync(transaction, cancellation);

    /// <summary>Hands a transaction to a node and does not wait for its block.</summary>
    /// <exception cref="LedgerRefusedException">The node refused it.</exception>
    /// <exception cref="LedgerUnavailableException">No node answered. It may have been admitted all the
    /// same.</exception>
    public async Task SubmitAsync(SignedTransaction transaction, CancellationToken cancellation = default)
    {
        var request = new SubmitRequest { Transaction = UnsafeByteOperations.UnsafeWrap(transaction.Encoded) };
        var answer = await _pool.CallAsync(
            (node, timeout, stop) => node.SubmitAsync(request, timeout, stop), cancellation);
        if (!answer.TransactionId.Span.SequenceEqual(transaction.Id.AsSpan()))
            throw new LedgerIntegrityException("the node answered about another transaction");
    }

    /// <summary>Asks what became of a transaction.</summary>
    /// <exception cref="LedgerUnavailableException">No node answered.</exception>
    public Task<AnchorOutcome> GetTransactionAsync(
        SignedTransaction transaction, CancellationToken cancellation = default) =>
        _flow.AskAsync(transaction, cancellation);

    /// <summary>How the node that answers first is doing.</summary>
    /// <exception cref="LedgerUnavailableException">No node answered.</exception>
    public Task<NodeStatus> GetStatusAsync(CancellationToken cancellation = default) =>
        _pool.CallAsync(
            (node, timeout, stop) => node.GetStatusAsync(new GetStatusRequest(), timeout, stop), cancellation);

    /// <inheritdoc/>
    public void Dispose() => _pool.Dispose();

    private static IReadOnlyList<INodeApi> Connect(LedgerClientOptions options)
    {
        var connection = options.ToConnection();
        return [.. options.Endpoints.Select(e => new GrpcNodeApi(e, connection))];
    }
}
