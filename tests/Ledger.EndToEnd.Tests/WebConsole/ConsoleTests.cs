using System.Text.Json;
using Ledger.Client.Credentials;
using Ledger.Core.Callers;
using Ledger.Core.Evidence;
using Ledger.EndToEnd.Tests.Harness;
using Xunit.Abstractions;

namespace Ledger.EndToEnd.Tests.WebConsole;

/// <summary>
/// The console as people have it before them: in a real browser, over real nodes. One walk makes all checks, because a
/// consortium and a browser take longer to start than each of them takes to be made.
/// </summary>
public sealed class ConsoleTests(ITestOutputHelper output)
{
    // A walk that ends early must not pass.
    private const int Checks = 33;

    [Fact]
    public Task The_console_signs_in_shows_searches_draws_and_verifies_in_a_browser() =>
        Consortium.RunAsync(async consortium =>
        {
            var data = new ConsoleData(consortium);
            await data.PrepareAsync();
            using var client = consortium.Client();

            async Task<string> AnswerAsync(string ask)
            {
                if (ask == "kill") consortium.Nodes[0].Kill();
                if (ask != "anchor") return "{}";
                var outcome = await client.AnchorAsync(new EvidenceRecord
                {
                    Type = "trade.delivery",
                    Subject = "order/live",
                    Actor = "clerk",
                    Action = "accept",
                    Role = "consumer",
                });
                return JsonSerializer.Serialize(new { height = outcome.Height.Value });
            }

            var found = await BrowserWalk.RunAsync(Given(consortium, data), AnswerAsync, output.WriteLine);

            var failures = found.Where(c => c.Value is not null).Select(c => $"{c.Key}: {c.Value}");
            Assert.Empty(failures);
            Assert.Equal(Checks, found.Count);
        });

    private static string Given(Consortium consortium, ConsoleData data)
    {
        var node = consortium.Nodes[0].Health;
        var credentials = new MemberCredentials(consortium.Identity, consortium.Genesis, TimeSpan.FromMinutes(30));
        return JsonSerializer.Serialize(new
        {
            origin = node.GetLeftPart(UriPartial.Authority),
            folder = consortium.Folder,
            identity = Path.Combine(consortium.Folder, "identities", "client.key"),
            token = credentials.Describe(CallerAudience.Of(node)).Sign(consortium.Identity),
            member = "data-operator",
            channel = consortium.Genesis.Channel.ToString(),
            subject = ConsoleData.Subject,
            records = data.Records,
            evidence = data.Evidence.ToString(),
            height = data.Height,
            changedRow = ConsoleData.ChangedRow,
            forgedFault = "INCLUSION_INVALID",
        });
    }
}
