using Google.Protobuf;
using Ledger.Client.Submit;
using Ledger.Client.Tests.Fakes;
using Ledger.Core.Api.V1;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Receipts;
using Ledger.Core.Transactions;

namespace Ledger.Client.Tests.Query;

/// <summary>Calls that show blocks, records, transactions and members one by one, and nodes that lie in them.</summary>
public sealed class ReadCallTests : IDisposable
{
    private readonly TestChannel _channel = new();
    private readonly FakeChain _chain;
    private readonly FakeNode _node;
    private readonly LedgerClient _client;

    public ReadCallTests()
    {
        var time = new ManualTime();
        _chain = new FakeChain(_channel, time);
        _node = new FakeNode(_chain, _channel);
        _client = new LedgerClient(_channel.Options(time), [_node]);
    }

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task Blocks_are_listed_newest_first_over_pages_and_without_certificates_of_their_own()
    {
        await AnchorAsync(7);

        var all = await _client.ListBlocksAsync().ToListAsync();
        var below = await _client.ListBlocksAsync(new BlockHeight(4)).ToListAsync();

        Assert.Equal([7ul, 6, 5, 4, 3, 2, 1], all.Select(h => h.Height.Value));
        Assert.Equal([3ul, 2, 1], below.Select(h => h.Height.Value));
    }

    [Fact]
    public async Task P14_a_list_of_blocks_that_leaves_one_out_or_alters_one_is_refused()
    {
        await AnchorAsync(5);
        _node.TamperBlocks = page => page.Blocks[1].Header = ByteString.CopyFrom(_chain.Blocks[0].Bytes);
        await RefusedAsync(() => _client.ListBlocksAsync().ToListAsync().AsTask());

        _node.TamperBlocks = page => page.Blocks[1].Header = page.Blocks[0].Header;
        await RefusedAsync(() => _client.ListBlocksAsync().ToListAsync().AsTask());

        _node.TamperBlocks = page => page.Blocks[0].Certificate = ByteString.Empty;
        await RefusedAsync(() => _client.ListBlocksAsync().ToListAsync().AsTask());
    }

    [Fact]
    public async Task A_block_comes_with_what_is_in_it_checked_against_its_roots()
    {
        var ids = await AnchorAsync(3);

        var block = await _client.GetBlockAsync(new BlockHeight(2));

        Assert.Equal(ids[1], Assert.Single(block.Transactions).Id);
        _node.TamperBlock = found => found.Transactions[0] = ByteString.CopyFrom(_chain.Blocks[0].Transaction.Encoded.Span);
        await RefusedAsync(() => _client.GetBlockAsync(new BlockHeight(2)));
        _node.TamperBlock = found => found.Results.Clear();
        await RefusedAsync(() => _client.GetBlockAsync(new BlockHeight(2)));
    }

    [Fact]
    public async Task P14_a_record_is_the_one_that_was_asked_for()
    {
        var ids = await AnchorAsync(2);
        var entry = await _client.GetEvidenceAsync(new EvidenceId(ids[1], 0));
        Assert.Equal(1ul, entry.Index.Value);

        _node.TamperEvidence = found => found.Leaf = ByteString.CopyFrom(_chain.Leaves[0].Bytes);
        await RefusedAsync(() => _client.GetEvidenceAsync(new EvidenceId(ids[1], 0)));
        await Assert.ThrowsAsync<LedgerRefusedException>(() => _client.GetEvidenceAsync(new EvidenceId(Hash256.Zero, 0)));
    }

    [Fact]
    public async Task What_became_of_a_transaction_is_proven_once_it_is_in_a_block()
    {
        _chain.Judge = _ => _chain.Blocks.Count == 1 ? Refusal.NotAuthorised : null;
        var ids = await AnchorAsync(2);

        var good = await _client.GetTransactionAsync(ids[0]);
        var bad = await _client.GetTransactionAsync(ids[1]);
        var none = await _client.GetTransactionAsync(Hash256.Zero);

        Assert.Equal((TransactionState.Committed, 1ul), (good.State, good.Proof!.Content.Header.Height.Value));
        Assert.Equal((TransactionState.Failed, Refusal.NotAuthorised), (bad.State, bad.Proof!.Content.Result.Refusal));
        Assert.Equal((TransactionState.Unknown, null), (none.State, none.Proof));
    }

    [Fact]
    public async Task P14_a_node_cannot_say_that_a_transaction_failed_when_it_did_not()
    {
        var ids = await AnchorAsync(1);
        _node.TamperOutcome = outcome => outcome.State = TransactionOutcome.Types.State.Failed;

        await RefusedAsync(() => _client.GetTransactionAsync(ids[0]));
    }

    [Fact]
    public async Task The_genesis_document_and_the_members_are_those_that_are_trusted()
    {
        Assert.Same(_channel.Genesis, await _client.GetGenesisAsync());
        Assert.Equal(_channel.Genesis.Members, await _client.ListMembersAsync().ToListAsync());

        _node.OtherGenesis = new TestChannel("other").Genesis.Encoded;
        await RefusedAsync(() => _client.GetGenesisAsync());
        _node.TamperMembers = page => page.Members.Clear();
        await RefusedAsync(() => _client.ListMembersAsync().ToListAsync().AsTask());
        _node.TamperMembers = page => page.Members.Add(page.Members[0]);
        await RefusedAsync(() => _client.ListMembersAsync().ToListAsync().AsTask());
    }

    [Fact]
    public async Task Proof_that_the_log_only_grew_is_fetched_for_any_two_blocks_and_holds_offline()
    {
        await AnchorAsync(6);

        var proof = await _client.GetConsistencyProofAsync(new BlockHeight(2), new BlockHeight(5));

        Assert.True(proof.Verify(_channel.Genesis).IsValid);
        Assert.True(LogConsistency.TryParse(proof.WriteJson(), out var read, out var error), error);
        Assert.Equal(
            "the log of block 2, 2 leaves, is a prefix of that of block 5, 5 leaves", read.Verify(_channel.Genesis).Detail);
        Assert.Equal(ReceiptFault.WrongChannel, read.Verify(new TestChannel("other").Genesis).Fault);
        var newest = await _client.GetConsistencyProofAsync(new BlockHeight(2));
        Assert.Contains("block 6", newest.Verify(_channel.Genesis).Detail, StringComparison.Ordinal);
    }

    private static async Task RefusedAsync(Func<Task> call) =>
        await Assert.ThrowsAsync<LedgerIntegrityException>(call);

    private async Task<List<Hash256>> AnchorAsync(int count)
    {
        var ids = new List<Hash256>();
        for (var i = 0; i < count; i++)
            ids.Add((await _client.AnchorAsync(TestChannel.Record($"order-{i}"))).Transaction.Id);
        return ids;
    }
}
