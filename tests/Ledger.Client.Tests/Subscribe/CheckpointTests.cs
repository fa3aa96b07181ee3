using Ledger.Client.Subscribe;
using Ledger.Client.Tests.Fakes;
using Ledger.Client.Tests.Import;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Grpc;

namespace Ledger.Client.Tests.Subscribe;

public sealed class CheckpointTests : IDisposable
{
    private const int Blocks = 12;

    private readonly TestChannel _channel = new();
    private readonly ManualTime _time = new();
    private readonly FakeChain _chain;
    private readonly FakeNode _node;
    private readonly LedgerClient _client;
    private readonly string _path = Path.Combine(Directory.CreateTempSubdirectory("ledger-").FullName, "checkpoint");

    public CheckpointTests()
    {
        _chain = new FakeChain(_channel, _time);
        _node = new FakeNode(_chain, _channel);
        _client = new LedgerClient(_channel.Options(_time), [_node]);
        for (var i = 0; i < Blocks; i++) _chain.Execute(_client.Sign([TestChannel.Record($"subject-{i}")]));
    }

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task P23_whoever_stops_at_any_block_resumes_there_without_a_loss()
    {
        var handled = new List<ulong>();
        for (var run = 1; handled.LastOrDefault() < Blocks; run++)
        {
            Assert.True(run < 50);
            var left = run % 3;
            await Assert.ThrowsAsync<SimulatedCrashException>(() => _client.FollowAsync(
                new FileCheckpointStore(_path),
                (block, _) =>
                {
                    handled.Add(block.Certified.Header.Height.Value);
                    return left-- == 0 || handled[^1] == Blocks ? throw new SimulatedCrashException() : Task.CompletedTask;
                }));
        }

        // At least once each, in order, and only what was interrupted twice.
        Assert.Equal(Enumerable.Range(1, Blocks).Select(i => (ulong)i), handled.Distinct());
        Assert.Equal(handled.Order(), handled);
    }

    [Fact]
    public async Task P23_effects_that_are_stored_with_their_checkpoint_happen_exactly_once()
    {
        (List<ulong> Effects, SubscriptionCheckpoint? At) stored = ([], null);
        for (var run = 0; stored.Effects.Count < Blocks; run++)
        {
            var left = run % 4;
            await foreach (var block in _client.SubscribeFromAsync(stored.At))
            {
                if (left-- == 0) break;
                stored = ([.. stored.Effects, block.Certified.Header.Height.Value], SubscriptionCheckpoint.At(block));
                if (stored.Effects.Count == Blocks) break;
            }
        }

        Assert.Equal(Enumerable.Range(1, Blocks).Select(i => (ulong)i), stored.Effects);
    }

    [Fact]
    public async Task An_outage_longer_than_all_attempts_does_not_end_the_subscription()
    {
        var failures = 0;
        _node.Before = (_, call) =>
        {
            if (call % 40 < 30)
            {
                failures++;
                throw FakeNode.Fault(GrpcStatusCode.Unavailable);
            }
        };
        var heights = new List<ulong>();

        await foreach (var block in _client.SubscribeFromAsync(null))
        {
            heights.Add(block.Certified.Header.Height.Value);
            if (heights.Count == Blocks) break;
        }

        Assert.True(failures > _client.Options.MaxAttempts);
        Assert.Equal(Enumerable.Range(1, Blocks).Select(i => (ulong)i), heights);
    }

    [Fact]
    public async Task A_chain_that_does_not_continue_the_checkpoint_is_found_out()
    {
        var foreign = new SubscriptionCheckpoint(new BlockHeight(5), Hash256.Zero);

        await Assert.ThrowsAsync<LedgerIntegrityException>(async () =>
        {
            await foreach (var block in _client.SubscribeFromAsync(foreign)) Assert.Null(block);
        });
    }

    [Fact]
    public async Task A_checkpoint_is_read_back_and_anything_else_is_refused()
    {
        var store = new FileCheckpointStore(_path);
        Assert.Null(await store.LoadAsync(default));
        var checkpoint = new SubscriptionCheckpoint(new BlockHeight(7), Sha256.Instance.Hash("x"u8));

        await store.SaveAsync(checkpoint, default);

        Assert.Equal(checkpoint, await new FileCheckpointStore(_path).LoadAsync(default));
        foreach (var text in new[] { "", "7", "7/", "0/" + new string('0', 64), "7/" + new string('g', 64), "-1/" })
        {
            Assert.False(SubscriptionCheckpoint.TryParse(text, out _));
            await File.WriteAllTextAsync(_path, text);
            await Assert.ThrowsAsync<InvalidDataException>(async () => await store.LoadAsync(default));
        }
    }
}
