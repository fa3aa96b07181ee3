using System.Text.Json.Nodes;
using Ledger.Client.Contracts;
using Ledger.Client.Transport;
using Ledger.Core.Evidence;
using Ledger.EndToEnd.Tests.Harness;
using Ledger.Storage.Verify;

namespace Ledger.EndToEnd.Tests;

/// <summary>A validator that lost its disk, with real processes.</summary>
public sealed class JoinTests
{
    private const int Before = 30;

    // Many times the window (64), which must be certified before a validator that lost its votes votes again.
    private const int Most = 2000;

    private const string VotesAgain = "This validator votes again";

    private const string Reader = """
        const digest = (n) => String(n).repeat(64);
        const read = (ctx, id) => ({
          byId: ctx.evidence.get(id)?.record.subject ?? null,
          none: ctx.evidence.get("ff".repeat(32)),
          byDigest: [0, 1, 2, 3].map((n) => ctx.evidence.byDigest(digest(n), { limit: 20 }).map((leaf) => leaf.id)),
          timeline: ctx.evidence.timeline("before", { after: 7, limit: 20 }).map((leaf) => leaf.id),
        });
        export function look(ctx, args) {
          return read(ctx, args.id);
        }
        export const queries = { look: (ctx, args) => read(ctx, args.id) };
        """;

    private static readonly ContractCallOptions Enough = new() { GasLimit = 50_000_000 };

    // The channel has contracts, and one that asks about evidence from before the snapshot.
    [Fact]
    public Task P11_a_wiped_validator_joins_by_snapshot_and_votes_again() => Consortium.RunAsync(async consortium =>
    {
        using var client = consortium.Client();
        await client.DeployAsync("reader", Reader, """{ "functions": { "look": {} }, "queries": { "look": {} } }""");
        var first = await client.AnchorAsync(Digested(0));
        for (var i = 1; i < Before; i++) Assert.True((await client.AnchorAsync(Digested(i))).IsRecorded);
        var asked = $$"""{"id":"{{first.Transaction.Id}}"}""";
        var lost = consortium.Nodes[3];
        Assert.Equal(0, await lost.StopAsync());
        Directory.Delete(lost.DataPath, recursive: true);
        var config = JsonNode.Parse(File.ReadAllText(lost.ConfigPath))!.AsObject();
        config["snapshot_behind_blocks"] = 10;
        File.WriteAllText(lost.ConfigPath, config.ToJsonString());

        lost.Start();
        using var others = consortium.ClientOf(consortium.Nodes[0], consortium.Nodes[1]);
        // Blocks that are certified elsewhere tell it how far it is behind.
        Assert.True((await others.AnchorAsync(Records.Payment("behind"))).IsRecorded);
        await HasJoinedAsync(lost);
        // It executes a call that asks about evidence of whose blocks it holds nothing; a divergence would end it.
        var looked = await others.CallAsync("reader", "look", asked, Enough);
        Assert.Contains("\"byId\":\"before\",\"none\":null", looked.Value, StringComparison.Ordinal);
        using var joinedClient = consortium.ClientOf(lost);
        var query = await joinedClient.QueryAsync("reader", "look", asked, looked.Transaction.Height);
        Assert.Equal(looked.Value, query.Value);
        var receipt = await joinedClient.GetReceiptAsync(new EvidenceId(first.Transaction.Id, 0));
        Assert.Equal("before", receipt.Content.Record.Subject);
        // How far the others were when it first heard of them is not known here: that many blocks and the window.
        for (var i = 0; !lost.WholeLog().Contains(VotesAgain, StringComparison.Ordinal); i++)
        {
            Assert.True(i < Most, $"it does not vote again after {i} blocks");
            Assert.True((await others.AnchorAsync(Records.Payment("between", number: i))).IsRecorded);
        }

        await consortium.HeadsBecomeEqualAsync();

        // With one of the others gone, nothing is certified without its vote.
        Assert.Equal(0, await consortium.Nodes[2].StopAsync());
        Assert.True((await others.AnchorAsync(Records.Payment("after", number: 1))).IsRecorded);
        Assert.Equal(looked.Value, (await others.CallAsync("reader", "look", asked, Enough)).Value);

        consortium.Nodes[2].Start();
        await consortium.Nodes[2].IsReadyAsync();
        await consortium.HeadsBecomeEqualAsync();
        await consortium.StopAsync();
        consortium.DatabasesAreSound();
        var whole = Verify(consortium, consortium.Nodes[0]);
        var joined = Verify(consortium, lost);
        Assert.InRange(joined.Blocks, 1UL, whole.Blocks - Before);
        Assert.Equal(whole.Leaves, joined.Leaves);
    });

    // Four digests, each again and again.
    private static EvidenceRecord Digested(int number) => Records.Payment("before", number: number) with
    {
        Digests = [new EvidenceDigest("sha-256", Convert.FromHexString(new string((char)('0' + (number % 4)), 64)))],
    };

    // It closes its ports while it joins.
    private static Task<TimeSpan> HasJoinedAsync(TestNode node) =>
        Eventually.HoldsAsync("the node has joined", async stop =>
        {
            try
            {
                var status = await node.StatusAsync(stop);
                return (status.CertifiedHeight > Before, $"certified {status.CertifiedHeight}");
            }
            catch (RpcException e)
            {
                return (false, e.Message);
            }
        });

    private static VerifyReport Verify(Consortium consortium, TestNode node) => DatabaseVerifier.Verify(
        new VerifyOptions { Path = Path.Combine(node.DataPath, "chain") }, consortium.Genesis);
}
