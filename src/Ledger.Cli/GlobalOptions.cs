using System.CommandLine;

namespace Ledger.Cli;

/// <summary>Options that every command has. A profile file holds their values, so that they are typed once.</summary>
internal static class GlobalOptions
{
    public static Option<string[]> Endpoint { get; } = new("--endpoint")
    {
        Description = "Address of a node, such as http://127.0.0.1:7500. Give it several times to have spares.",
        HelpName = "url",
        Recursive = true,
        AllowMultipleArgumentsPerToken = false,
    };

    public static Option<string?> Identity { get; } = new("--identity")
    {
        Description = "Key file of a member: it signs what is anchored, and shows nodes who asks.",
        HelpName = "file",
        Recursive = true,
    };

    public static Option<string?> PassphraseFile { get; } = new("--passphrase-file")
    {
        Description = "File whose first line is the passphrase of the key file.",
        HelpName = "file",
        Recursive = true,
    };

    public static Option<string?> Genesis { get; } = new("--genesis")
    {
        Description = "The channel's genesis.json, against which everything is verified.",
        HelpName = "file",
        Recursive = true,
    };

    public static Option<string?> Profile { get; } = new("--profile")
    {
        Description = "Profile file, the folder it is in, or a name of 'ledger profile'. Default: $LEDGER_PROFILE, then "
            + "./ledger.profile.json, then the default of 'ledger profile use'.",
        HelpName = "file",
        Recursive = true,
    };

    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Write the result, or the error, as one JSON object.",
        Recursive = true,
    };

    public static Option<bool> NoColour { get; } = new("--no-color")
    {
        Description = "No colours, also on a terminal. The variable NO_COLOR does the same.",
        Recursive = true,
    };

    public static void AddTo(RootCommand root)
    {
        foreach (var option in new Option[] { Endpoint, Identity, PassphraseFile, Genesis, Profile, Json, NoColour })
            root.Add(option);
    }
}
