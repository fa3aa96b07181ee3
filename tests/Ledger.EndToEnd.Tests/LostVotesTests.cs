using System.Globalization;
using System.Text.Json;
using Ledger.EndToEnd.Tests.Harness;
using Xunit.Abstractions;

namespace Ledger.EndToEnd.Tests;

/// <summary>
/// More than f validators, but not all, lost their disks: the way out that docs/guide/operator/running.md describes under
/// <i>Restore</i>, to the letter.
/// </summary>
public sealed class LostVotesTests(ITestOutputHelper output)
{
    private const int Lost = 2;
    private const int Records = 30;

    [Fact]
    public Task Two_of_four_that_lost_their_votes_are_brought_back_by_the_recipe_and_nothing_is_lost() =>
        Consortium.RunAsync(async consortium =>
        {
            var load = Load.Start(consortium, "before");
            await load.MakesProgressAsync(Records);
            var before = await load.StopAsync();
            await consortium.HeadsBecomeEqualAsync();
            var (sound, losers) = (consortium.Nodes.Take(2).ToArray(), consortium.Nodes.Skip(2).ToArray());
            foreach (var node in losers)
            {
                node.Kill();
                Directory.Delete(node.DataPath, recursive: true);
            }

            // They get the chain, and then all stand still: the rest is no quorum.
            foreach (var node in losers) node.Start();
            foreach (var node in losers) await node.AnswersAsync();
            await consortium.HeadsBecomeEqualAsync();
            var waiting = await consortium.AskInVainAsync(sound[0].Index, "in-vain");

            Assert.All(losers, n => Assert.DoesNotContain("[4004]", n.WholeLog(), StringComparison.Ordinal));

            // The recipe.
            var height = await RestHeightAsync(consortium, sound);
            await consortium.StopAsync();
            foreach (var node in losers)
            {
                // The file was used up when the folder was made, and is empty when made by hand.
                Assert.False(File.Exists(FirstStartOf(node)));
                await File.WriteAllBytesAsync(FirstStartOf(node), []);
            }

            await consortium.StartAsync();
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"all rested at block {height}"));

            var more = Load.Start(consortium, "after");
            await more.MakesProgressAsync(Records);
            var after = await more.StopAsync();
            using (var client = consortium.Client())
                Assert.True((await client.AnchorAsync(waiting)).IsRecorded);
            await consortium.HeadsBecomeEqualAsync();
            Assert.All(losers, node => Assert.False(File.Exists(FirstStartOf(node))));
            await consortium.TimelinesHoldExactlyAsync(load.Subject, before);
            await consortium.TimelinesHoldExactlyAsync(more.Subject, after);

            // They vote: with a sound one gone nothing is certified without both.
            Assert.Equal(0, await sound[1].StopAsync());
            using (var client = consortium.ClientOf([sound[0], .. losers]))
                Assert.True((await client.AnchorAsync(Harness.Records.Payment("with-both"))).IsRecorded);
            sound[1].Start();
            await sound[1].IsReadyAsync();
            await consortium.HeadsBecomeEqualAsync();
            await consortium.StopAsync();
            consortium.DatabasesAreSound();
        });

    private static string FirstStartOf(TestNode node) => Path.Combine(node.DataPath, "first-start");

    // "... until `ledger status --json` shows height and certified_height alike at each of them": the block they have.
    private static async Task<ulong> RestHeightAsync(Consortium consortium, TestNode[] sound)
    {
        var rest = 0UL;
        await Eventually.HoldsAsync("the sound validators rest", async _ =>
        {
            var result = await Programs.RunToolAsync(consortium.Folder, "status", consortium.Folder, "--json");
            var nodes = result.Json.GetProperty("nodes").EnumerateArray().Take(sound.Length).ToArray();
            var heights = nodes.Select(n => (Of(n, "height"), Of(n, "certified_height"))).ToArray();
            rest = heights[0].Item1;
            return (heights.All(h => h == (rest, rest)), string.Join(' ', heights));
        });
        return rest;
    }

    private static ulong Of(JsonElement node, string name) => node.GetProperty(name).GetUInt64();
}
