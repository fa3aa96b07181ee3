using System.Runtime.CompilerServices;
using System.Text;
using Google.Protobuf;
using Ledger.Client.Contracts;
using Ledger.Client.Submit;
using Ledger.Client.Transport;
using Ledger.Core.Api.V1;
using Ledger.Core.Blocks;
using Ledger.Core.Contracts;
using Ledger.Core.Crypto;
using Ledger.Core.Grpc;
using Ledger.Core.Receipts;
using Ledger.Core.State;
using Ledger.Core.Transactions;

namespace Ledger.Client;

public sealed partial class LedgerClient
{
    /// <summary>
    /// Makes a new signed contract transaction; submit it with
    /// <see cref="RunAsync(SignedTransaction, CancellationToken)"/>.
    /// </summary>
    /// <exception cref="ArgumentException">The body breaks a rule of its format, or exceeds the channel's
    /// limit.</exception>
    /// <exception cref="InvalidOperationException">The client has no identity.</exception>
    public SignedTransaction Sign(ContractBody body)
    {
        var encoded = body.Encode();
        return ContractBody.TryDecode(encoded, out _, out var error)
            ? Sign(encoded, null, TransactionKind.Contract)
            : throw new ArgumentException($"not a contract transaction: {error}", nameof(body));
    }

    /// <summary>Puts a new contract on the chain and calls its <c>init</c>.</summary>
    /// <param name="contract">Its name.</param>
    /// <param name="source">The ES module.</param>
    /// <param name="schema">The JSON schema of its functions.</param>
    /// <param name="arguments">The argument of <c>init</c>, as JSON.</param>
    /// <param name="options">What it may use.</param>
    /// <param name="cancellation">Cancels the call, not the transaction.</param>
    /// <exception cref="ContractFailedException">It was executed and took no effect.</exception>
    /// <exception cref="ContractNotExecutedException">It was not executed, or that is not known.</exception>
    public Task<ContractResult> DeployAsync(
        string contract, string source, string schema, string arguments = "null", ContractCallOptions? options = null,
        CancellationToken cancellation = default) =>
        RunAsync(Sign(Source(ContractAction.Deploy, contract, source, schema, arguments, options)), cancellation);

    /// <summary>Replaces a contract's source and calls its <c>migrate</c>.</summary>
    /// <inheritdoc cref="DeployAsync" path="/exception"/>
    public Task<ContractResult> UpgradeAsync(
        string contract, string source, string schema, string arguments = "null", ContractCallOptions? options = null,
        CancellationToken cancellation = default) =>
        RunAsync(Sign(Source(ContractAction.Upgrade, contract, source, schema, arguments, options)), cancellation);

    /// <summary>Calls a function of a contract and waits for its certified outcome.</summary>
    /// <param name="contract">The contract.</param>
    /// <param name="function">The function.</param>
    /// <param name="arguments">Its argument, as JSON.</param>
    /// <param name="options">What it may use.</param>
    /// <param name="cancellation">Cancels the call, not the transaction.</param>
    /// <inheritdoc cref="DeployAsync" path="/exception"/>
    public Task<ContractResult> CallAsync(
        string contract, string function, string arguments = "null", ContractCallOptions? options = null,
        CancellationToken cancellation = default) =>
        RunAsync(
            Sign(new ContractBody
            {
                Action = ContractAction.Call,
                Contract = contract,
                Function = function,
                Arguments = Encoding.UTF8.GetBytes(arguments),
                GasLimit = (options ?? ContractCallOptions.Default).GasLimit,
                Spend = (options ?? ContractCallOptions.Default).Spend,
            }),
            cancellation);

    /// <summary>Stops all calls of a contract until it is unfrozen.</summary>
    /// <inheritdoc cref="DeployAsync" path="/exception"/>
    public Task<ContractResult> FreezeAsync(string contract, CancellationToken cancellation = default) =>
        RunAsync(Sign(new ContractBody { Action = ContractAction.Freeze, Contract = contract }), cancellation);

    /// <summary>Ends a freeze.</summary>
    /// <inheritdoc cref="DeployAsync" path="/exception"/>
    public Task<ContractResult> UnfreezeAsync(string contract, CancellationToken cancellation = default) =>
        RunAsync(Sign(new ContractBody { Action = ContractAction.Unfreeze, Contract = contract }), cancellation);

    /// <summary>Stops all calls of a contract for ever; its state stays readable.</summary>
    /// <inheritdoc cref="DeployAsync" path="/exception"/>
    public Task<ContractResult> RetireAsync(string contract, CancellationToken cancellation = default) =>
        RunAsync(Sign(new ContractBody { Action = ContractAction.Retire, Contract = contract }), cancellation);

    /// <summary>
    /// Submits a signed contract transaction and waits for its certified outcome. May be called any number of times for
    /// the same transaction: it is executed once.
    /// </summary>
    /// <inheritdoc cref="DeployAsync" path="/exception"/>
    public async Task<ContractResult> RunAsync(SignedTransaction transaction, CancellationToken cancellation = default)
    {
        var outcome = await AnchorAsync(transaction, cancellation);
        return outcome switch
        {
            { State: AnchorState.Recorded, Contract: { } done } => new ContractResult(outcome, done),
            { State: AnchorState.Failed, Contract: { } failed } => throw new ContractFailedException(failed, outcome),
            _ => throw new ContractNotExecutedException(outcome),
        };
    }

    /// <summary>Runs a contract's query on a node. The answer is that node's word: nothing certifies it.</summary>
    /// <param name="contract">The contract.</param>
    /// <param name="function">The query's name.</param>
    /// <param name="arguments">Its argument, as JSON.</param>
    /// <param name="atLeast">Read the state of this block or a later one.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <exception cref="ContractFailedException">It did not return.</exception>
    /// <exception cref="LedgerUnavailableException">No node answered.</exception>
    /// <exception cref="LedgerRefusedException">The node refused it.</exception>
    public async Task<ContractQueryResult> QueryAsync(
        string contract, string function, string arguments = "null", BlockHeight atLeast = default,
        CancellationToken cancellation = default)
    {
        var request = new QueryContractRequest
        {
            Contract = contract,
            Function = function,
            Arguments = ByteString.CopyFromUtf8(arguments),
            MinHeight = atLeast.Value,
        };
        var answer = await _pool.CallAsync(
            (node, timeout, stop) => node.QueryContractAsync(request, timeout, stop), cancellation);
        if (!ContractOutcome.TryDecode(answer.Outcome.Span, out var outcome, out var error))
            throw new LedgerIntegrityException($"the outcome from the node is malformed: {error}");
        if (answer.TimeMs > Timestamp.MaxUnixMilliseconds)
            throw new LedgerIntegrityException("the node answered with a time beyond the year 9999");
        return outcome.Status == ContractStatus.Returned
            ? new ContractQueryResult(outcome, new BlockHeight(answer.Height), new Timestamp(answer.TimeMs))
            : throw new ContractFailedException(outcome, null);
    }

    /// <summary>Fetches the receipt of what a transaction or scheduled call came to, and verifies it.</summary>
    /// <param name="id">The transaction's id, or the scheduled call's.</param>
    /// <param name="atLeast">Nodes that have not certified this block are passed over.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <exception cref="LedgerUnavailableException">No node answered.</exception>
    /// <exception cref="LedgerRefusedException">It is not on the chain, or not certified yet.</exception>
    /// <exception cref="LedgerIntegrityException">The receipt does not hold, or is of another result.</exception>
    public async Task<VerifiedResult> GetResultReceiptAsync(
        Hash256 id, BlockHeight atLeast = default, CancellationToken cancellation = default)
    {
        var request = new GetResultReceiptRequest { Id = ByteString.CopyFrom(id.AsSpan()), MinHeight = atLeast.Value };
        var answer = await _pool.CallAsync(
            (node, timeout, stop) => node.GetResultReceiptAsync(request, timeout, stop), cancellation);
        if (!ResultReceipt.TryDecode(answer.Receipt.Span, out var receipt, out var error))
            throw new LedgerIntegrityException($"the receipt from the node is malformed: {error}");
        var verdict = ResultReceiptVerifier.Verify(receipt, _options.Genesis);
        if (!verdict.IsValid)
        {
            throw new LedgerIntegrityException(
                $"the receipt from the node does not hold ({verdict.Fault}): {verdict.Detail}");
        }

        return verdict.Content.Result.TransactionId == id
            ? new VerifiedResult(receipt, verdict.Content)
            : throw new LedgerIntegrityException("the node answered with the receipt of another result");
    }

    /// <summary>Fetches what the chain knows of a contract, with its proof: present, or absent.</summary>
    /// <inheritdoc cref="GetStateAsync" path="/exception"/>
    public Task<Query.StateValue> GetContractAsync(
        string contract, BlockHeight atLeast = default, CancellationToken cancellation = default) =>
        GetStateAsync(StateNamespaces.Contracts, Encoding.UTF8.GetBytes(contract), atLeast, cancellation);

    /// <summary>
    /// Fetches the source and schema of the version of a contract that a node runs, and checks them against the contract's
    /// record, which is proven by the state root of a certified block.
    /// </summary>
    /// <exception cref="LedgerUnavailableException">No node answered.</exception>
    /// <exception cref="LedgerRefusedException">There is no such contract.</exception>
    /// <exception cref="LedgerIntegrityException">The source is not that of the version on the chain.</exception>
    public async Task<ContractSource> GetContractSourceAsync(string contract, CancellationToken cancellation = default)
    {
        var state = await GetContractAsync(contract, cancellation: cancellation);
        if (state.Value is not { } value) throw NoContract(contract);
        if (!ContractRecord.TryDecode(value.Span, out var record, out var error))
            throw new LedgerIntegrityException($"the record of contract '{contract}' is malformed: {error}");
        var request = new GetContractRequest
        {
            Contract = contract,
            Version = record.Version,
            MinHeight = state.ProvenAt.Header.Height.Value,
        };
        var answer = await _pool.CallAsync(
            (node, timeout, stop) => node.GetContractAsync(request, timeout, stop), cancellation);
        if (!ContractVersion.TryDecode(answer.Source.Span, out var version, out error))
            throw new LedgerIntegrityException($"the source of contract '{contract}' is malformed: {error}");
        var hash = _options.Suite.Hash;
        return hash.Hash(version.Source.Span) == record.SourceHash && hash.Hash(version.Schema.Span) == record.SchemaHash
            ? new ContractSource(record, version, state.ProvenAt)
            : throw new LedgerIntegrityException(
                $"the node answered with another source than version {record.Version} of contract '{contract}' has");
    }

    /// <summary>Fetches a value of a contract's own state, with its proof: present, or absent.</summary>
    /// <inheritdoc cref="GetStateAsync" path="/exception"/>
    public Task<Query.StateValue> GetContractStateAsync(
        string contract, string key, BlockHeight atLeast = default, CancellationToken cancellation = default) =>
        GetStateAsync(StateNamespaces.OfContract(contract), Encoding.UTF8.GetBytes(key), atLeast, cancellation);

    /// <summary>Lists the channel's contracts by name, as a node tells them; pages are fetched as it goes on.</summary>
    /// <exception cref="LedgerUnavailableException">No node answered.</exception>
    /// <exception cref="LedgerIntegrityException">The node's answer is not in order.</exception>
    public async IAsyncEnumerable<ContractEntry> ListContractsAsync(
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var last = "";
        while (true)
        {
            var request = new ListContractsRequest { After = last };
            var page = await _pool.CallAsync(
                (node, timeout, stop) => node.ListContractsAsync(request, timeout, stop), cancellation);
            foreach (var entry in page.Contracts)
            {
                // Also what ends the loop against a node that serves the same page for ever.
                if (string.CompareOrdinal(entry.Contract, last) <= 0)
                    throw new LedgerIntegrityException("the node's list of contracts is not in order");
                last = entry.Contract;
                yield return new ContractEntry(entry.Contract, entry.Record.Memory);
            }

            if (!page.More || page.Contracts.Count == 0) yield break;
        }
    }

    private static LedgerRefusedException NoContract(string contract) => new(new RpcException(
        new RpcStatus(GrpcStatusCode.NotFound, $"there is no contract '{contract}'", "NOT_FOUND")));

    private static ContractBody Source(
        ContractAction action, string contract, string source, string schema, string arguments,
        ContractCallOptions? options, Hash256? engine) => new()
        {
            Action = action,
            Contract = contract,
            Source = Encoding.UTF8.GetBytes(source),
            Schema = Encoding.UTF8.GetBytes(schema),
            Arguments = Encoding.UTF8.GetBytes(arguments),
            Engine = engine,
            GasLimit = (options ?? ContractCallOptions.Default).DeployGasLimit,
        };

    private ContractBody Source(
        ContractAction action, string contract, string source, string schema, string arguments,
        ContractCallOptions? options) =>
        Source(
            action, contract, source, schema, arguments, options,
            _options.Genesis.Parameters.Contracts?.Engine
                ?? throw new InvalidOperationException("the channel has no contracts: its genesis names no engine"));
}
