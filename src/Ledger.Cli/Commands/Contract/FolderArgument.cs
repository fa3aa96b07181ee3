using System.CommandLine;

namespace Ledger.Cli.Commands.Contract;

/// <summary>The project folder that the author's commands work in.</summary>
internal static class FolderArgument
{
    public static Argument<string> Create() => new("folder")
    {
        Description = "The project's folder. Left out: the current one.",
        DefaultValueFactory = _ => ".",
    };
}
