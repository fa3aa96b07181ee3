using Ledger.Client.Outbox;

namespace Ledger.Client.Tests.Outbox;

public sealed class SegmentedLogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ledger-log-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_name_of_each_new_file_is_made_durable_with_it()
    {
        using var log = new SegmentedLog(Path.Combine(_folder, "log"), segmentBytes: 1);
        Assert.Empty(log.Replay());
        Assert.Equal(1, log.FolderSyncs);

        for (var first = 1; first <= 3; first++) log.Append(first, [1]);

        Assert.Equal(3, log.Files);
        Assert.Equal(4, log.FolderSyncs);
    }
}
