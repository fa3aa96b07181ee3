using Ledger.Node.Hosting;
using Ledger.Node.Tests.Support;
using Ledger.Storage.Votes;

namespace Ledger.Node.Tests.Hosting;

public sealed class FirstStartTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Data => _folder.File("data");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_new_nodes_first_start_and_all_later_ones_know_that_nothing_was_lost()
    {
        FirstStart.MakeDataFolder(Data);

        Assert.False(Start());
        Assert.False(File.Exists(Path.Combine(Data, FirstStart.FileName)));
        Assert.False(Start());
    }

    [Fact]
    public void A_node_whose_data_folder_was_emptied_may_have_lost_votes_at_every_start()
    {
        FirstStart.MakeDataFolder(Data);
        Start();
        Directory.Delete(Data, recursive: true);
        Directory.CreateDirectory(Data);

        Assert.True(Start());
        Assert.True(Start());
    }

    [Fact]
    public void A_first_start_that_was_killed_before_it_removed_the_file_is_repeated()
    {
        FirstStart.MakeDataFolder(Data);
        var file = Path.Combine(Data, FirstStart.FileName);
        var contents = File.ReadAllText(file);
        Start();
        File.WriteAllText(file, contents);

        Assert.False(Start());
        Assert.False(File.Exists(file));
    }

    private bool Start()
    {
        using var votes = VoteLog.Open(Path.Combine(Data, "votes"));
        return FirstStart.MayHaveLostVotes(Data, votes);
    }
}
