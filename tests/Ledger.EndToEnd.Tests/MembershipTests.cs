using Ledger.Client.Submit;
using Ledger.Core.Receipts;
using Ledger.EndToEnd.Tests.Harness;
using Ledger.Storage.Verify;

namespace Ledger.EndToEnd.Tests;

/// <summary>
/// Validators come and go while the others work: real processes, and the commands that operators use.
/// </summary>
public sealed class MembershipTests
{
    // More than half of the four members.
    private static readonly string[] Approvers = ["admin.key", "car-maker.admin.key", "insurer.admin.key"];

    [Fact]
    public Task A_fifth_validator_joins_one_is_killed_one_leaves_and_receipts_of_all_epochs_verify_from_genesis() =>
        Consortium.RunAsync(async consortium =>
        {
            await AnchorAsync(consortium, consortium.Nodes[0], "epoch-0.json");

            using var fifth = await NewNodeAsync(consortium);
            fifth.Start();
            await ChangeAsync(consortium, "add.json", "add", "nodes/4/claim.json");
            await fifth.IsReadyAsync();
            await HaveReachedAsync([.. consortium.Nodes, fifth], 1);

            // Five validators spare one, and it may be an old one.
            consortium.Nodes[1].Kill();
            await AnchorAsync(consortium, fifth, "epoch-1.json");
            consortium.Nodes[1].Start();
            await consortium.Nodes[1].IsReadyAsync();

            await ChangeAsync(consortium, "remove.json", "remove", "regulator");
            await HaveReachedAsync([.. consortium.Nodes, fifth], 2);
            var removed = await consortium.Nodes[3].StatusAsync();
            Assert.Equal(("follower", false), (removed.Role, removed.Ready));
            // Four again, and again they spare one.
            consortium.Nodes[0].Kill();
            await AnchorAsync(consortium, fifth, "epoch-2.json");
            consortium.Nodes[0].Start();
            await consortium.Nodes[0].IsReadyAsync();
            await HasWhatAsync(consortium.Nodes[0], fifth);

            for (var epoch = 0; epoch < 3; epoch++)
            {
                var file = Path.Combine(consortium.Folder, $"epoch-{epoch}.json");
                var bytes = await File.ReadAllBytesAsync(file);
                Assert.True(ReceiptFile.TryRead(bytes, out var receipt, out var error), error);
                Assert.Equal(epoch, receipt.EpochChanges.Count);
                var verified = await Programs.RunToolAsync(
                    consortium.Folder, "verify", "--receipt", file, "--genesis", consortium.GenesisPath);
                verified.Ended(0);
            }

            // A record of the first epoch, for which the validators of the last vouch.
            var newest = Path.Combine(consortium.Folder, "newest.json");
            (await Programs.RunToolAsync(
                consortium.Folder,
                "receipt", "get", "@0", "--newest", "-o", newest, "--profile", consortium.Folder)).Ended(0);
            await consortium.StopAsync();
            Assert.Equal(0, await fifth.StopAsync());
            Assert.True(ReceiptFile.TryRead(await File.ReadAllBytesAsync(newest), out var renewed, out _));
            Assert.Equal(2, renewed.EpochChanges.Count);
            (await Programs.RunToolAsync(
                consortium.Folder, "verify", "--receipt", newest, "--genesis", consortium.GenesisPath)).Ended(0);
            consortium.DatabasesAreSound();
            var report = DatabaseVerifier.Verify(
                new VerifyOptions { Path = Path.Combine(fifth.DataPath, "chain") }, consortium.Genesis);
            Assert.True(report.IsSound, string.Join('\n', report.Findings.Take(20)));
            await RemovedNodeIsNotWaitedForAsync(consortium.Folder);
        });

    // As operators start it again: everything in the folder, of which one is no validator any more.
    private static async Task RemovedNodeIsNotWaitedForAsync(string folder)
    {
        try
        {
            var up = (await Programs.RunToolAsync(folder, "up", folder, "--json")).Ended(0);
            // The fifth is a candidate by its configuration, and not waited for.
            Assert.Equal(
                ["ready", "ready", "ready", "removed"],
                up.Json.GetProperty("nodes").EnumerateArray().Take(4).Select(n => n.GetProperty("state").GetString()));
            var again = (await Programs.RunToolAsync(folder, "up", folder)).Ended(0);
            Assert.Contains("node 3 is no validator of epoch 2", again.Out, StringComparison.Ordinal);
        }
        finally
        {
            (await Programs.RunToolAsync(folder, "down", folder)).Ended(0);
        }
    }

    private static async Task<TestNode> NewNodeAsync(Consortium consortium)
    {
        var port = consortium.Nodes[0].Peer.Port + 50;
        (await Programs.RunToolAsync(
            consortium.Folder,
            "validator", "new", "--out", "nodes/4", "--member", "insurer", "--address", $"127.0.0.1:{port}",
            "--grpc-listen", $"127.0.0.1:{port + 100}", "--http-listen", $"127.0.0.1:{port + 200}")).Ended(0);
        return new TestNode(4, Path.Combine(consortium.Folder, "nodes", "4"), consortium.Options);
    }

    private static async Task ChangeAsync(Consortium consortium, string file, params string[] proposal)
    {
        Task<ToolResult> Run(params string[] arguments) =>
            Programs.RunToolAsync(consortium.Folder, ["validator", .. arguments]);
        (await Run([.. proposal, "-o", file])).Ended(0);
        foreach (var key in Approvers) (await Run("approve", file, "--identity", "identities/" + key)).Ended(0);
        (await Run("submit", file)).Ended(0);
    }

    private static async Task AnchorAsync(Consortium consortium, TestNode node, string file)
    {
        using var client = consortium.ClientOf(node);
        var outcome = await client.AnchorAsync(Records.Payment("membership"));
        Assert.Equal(AnchorState.Recorded, outcome.State);
        var receipt = await client.GetReceiptAsync(outcome.IdOf(0));
        await File.WriteAllBytesAsync(Path.Combine(consortium.Folder, file), ReceiptJson.Write(receipt.Receipt));
    }

    // A validator that starts again is ready before it has the blocks that it missed, and a client may well ask it first.
    private static Task<TimeSpan> HasWhatAsync(TestNode node, TestNode other) =>
        Eventually.HoldsAsync("the one that was away has the newest block", async stop =>
        {
            var newest = (await other.StatusAsync(stop)).CertifiedHeight;
            var own = (await node.StatusAsync(stop)).CertifiedHeight;
            return (own >= newest, $"{own} of {newest}");
        });

    private static Task<TimeSpan> HaveReachedAsync(TestNode[] nodes, ulong epoch) =>
        Eventually.HoldsAsync($"all nodes are in epoch {epoch}", async stop =>
        {
            var statuses = await Task.WhenAll(nodes.Select(n => n.StatusAsync(stop)));
            return (statuses.All(s => s.Epoch == epoch), string.Join(", ", statuses.Select(s => s.Epoch)));
        });
}
