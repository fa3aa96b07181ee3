using Ledger.Storage.Votes;

namespace Ledger.Node.Hosting;

/// <summary>
/// Tells a validator's first start from the start of one that lost its data, which may have voted. Whoever makes a node's
/// folder leaves a file in its empty data folder; the first start makes the vote log and removes the file. A vote log that
/// holds nothing without that file beside it was lost. docs/spec/sync.md section 7.
/// </summary>
public static class FirstStart
{
    /// <summary>The file's name in the data folder. Its contents are for people.</summary>
    public const string FileName = "first-start";

    private const string Contents =
        "The first start of this node removes this file. A validator that finds neither it nor its votes has lost them,\n"
        + "and follows without voting until it cannot contradict them. Never put it back.\n";

    /// <summary>Makes a new node's data folder.</summary>
    public static void MakeDataFolder(string data)
    {
        Directory.CreateDirectory(data);
        File.WriteAllText(Path.Combine(data, FileName), Contents);
    }

    /// <summary>Whether this node may have sent votes that it no longer knows of.</summary>
    internal static bool MayHaveLostVotes(string data, VoteLog votes)
    {
        var file = Path.Combine(data, FileName);
        if (File.Exists(file))
        {
            // In this order: a crash in between leaves both, and nothing was voted yet.
            votes.Begin();
            File.Delete(file);
        }

        return votes.Sequence == 0;
    }
}
