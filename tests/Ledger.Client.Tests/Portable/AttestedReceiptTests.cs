using Ledger.Client.Tests.Fakes;
using Ledger.Core.Evidence;
using Ledger.Core.Grpc;
using Ledger.Core.Portable;

namespace Ledger.Client.Tests.Portable;

public sealed class AttestedReceiptTests : IDisposable
{
    private readonly TestChannel _channel = new();
    private readonly ManualTime _time = new();
    private readonly FakeChain _chain;
    private readonly FakeNode[] _nodes;
    private readonly LedgerClient _client;

    public AttestedReceiptTests()
    {
        _chain = new FakeChain(_channel, _time);
        _nodes = [.. _channel.ValidatorKeys.Select((key, i) =>
            new FakeNode(_chain, _channel, $"node-{i}") { Validator = key })];
        _client = new LedgerClient(_channel.Options(_time), _nodes);
    }

    public void Dispose() => _client.Dispose();

    [Theory]
    [InlineData(AttestationForm.Cose)]
    [InlineData(AttestationForm.Note)]
    public async Task A_quorum_of_the_validators_attests_a_receipt(AttestationForm form)
    {
        var id = await AnchorAsync();

        var receipt = await _client.GetAttestedReceiptAsync(id, form);

        Assert.Equal(3, receipt.Attestations.Count);
        Assert.Equal(
            _channel.ValidatorKeys.Take(3).Select(k => k.PublicKey.Id), receipt.Attestations.Select(a => a.Key));
        Assert.True(AttestedReceiptVerifier.Verify(receipt, _channel.Genesis).IsValid);
    }

    [Fact]
    public async Task One_validator_that_is_down_or_signs_with_another_key_is_done_without()
    {
        var id = await AnchorAsync();
        _nodes[1].Before = (method, _) =>
        {
            if (method == "Attest") throw FakeNode.Fault(GrpcStatusCode.Unavailable);
        };

        var receipt = await _client.GetAttestedReceiptAsync(id, AttestationForm.Cose);

        Assert.DoesNotContain(_channel.ValidatorKeys[1].PublicKey.Id, receipt.Attestations.Select(a => a.Key));
        _nodes[1].Before = (_, _) => { };
        _nodes[1].Validator = _channel.Stranger;
        Assert.Equal(3, (await _client.GetAttestedReceiptAsync(id, AttestationForm.Cose)).Attestations.Count);
    }

    [Fact]
    public async Task Fewer_than_a_quorum_are_not_enough_and_the_message_says_who_answered_what()
    {
        var id = await AnchorAsync();
        _nodes[0].Validator = null;
        _nodes[2].Validator = _channel.Stranger;

        var failed = await Assert.ThrowsAsync<LedgerUnavailableException>(() =>
            _client.GetAttestedReceiptAsync(id, AttestationForm.Cose));

        Assert.Contains("attested by 2 validators and the quorum is 3 of 4", failed.Message, StringComparison.Ordinal);
        Assert.Contains("node-0", failed.Message, StringComparison.Ordinal);
        Assert.Contains("does not hold", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_validator_behind_several_addresses_counts_once()
    {
        var id = await AnchorAsync();
        foreach (var node in _nodes) node.Validator = _channel.ValidatorKeys[0];

        var failed = await Assert.ThrowsAsync<LedgerUnavailableException>(() =>
            _client.GetAttestedReceiptAsync(id, AttestationForm.Note));

        Assert.Contains("attested by 1 validators", failed.Message, StringComparison.Ordinal);
    }

    private async Task<EvidenceId> AnchorAsync()
    {
        await _client.AnchorAsync(TestChannel.Record());
        return _chain.Leaves[^1].Leaf.Id;
    }
}
