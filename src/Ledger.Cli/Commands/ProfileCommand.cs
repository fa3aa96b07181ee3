using System.CommandLine;
using Ledger.Cli.Output;
using Ledger.Cli.Profiles;

namespace Ledger.Cli.Commands;

/// <summary><c>ledger profile</c>: names for profile files, so that one is chosen by name from any folder.</summary>
internal static class ProfileCommand
{
    public static Command Create(CliHost host)
    {
        var name = new Argument<string>("name") { Description = "Name of a profile." };
        var path = new Argument<string>("path") { Description = "Profile file, or the folder it is in." };
        var add = new Command("add", "Gives a profile file a name. The first one becomes the default.") { name, path };
        add.SetAction(parsed => Add(host, parsed.GetRequiredValue(name), parsed.GetRequiredValue(path)));
        var use = new Command("use", "Makes a profile the default: what is meant when nothing else says.") { name };
        use.SetAction(parsed =>
        {
            (Known(host, parsed.GetRequiredValue(name)) with { Default = parsed.GetRequiredValue(name) }).Write(host);
            return ExitCodes.Ok;
        });
        var remove = new Command("remove", "Forgets a name; the profile file stays.") { name };
        remove.SetAction(parsed =>
        {
            Known(host, parsed.GetRequiredValue(name)).Without(parsed.GetRequiredValue(name)).Write(host);
            return ExitCodes.Ok;
        });
        var list = new Command("list", "Lists the names, and marks the default.");
        list.SetAction(parsed => List(host, parsed));
        var show = new Command("show", "Shows the profile that a command here would take, and why that one.");
        show.SetAction(parsed => Show(host, parsed));
        return new Command("profile", "Names for profile files: which nodes, which identity, which channel.")
        {
            list, show, add, use, remove,
        };
    }

    private static int Add(CliHost host, string name, string path)
    {
        if (name.Length is 0 or > 64 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
            throw new CliException(ExitCodes.Usage, $"'{name}' is no name: up to 64 letters, digits, '-', '_' and '.'");
        var profile = ProfileFile.Find(host, host.Resolve(path))!;
        ProfileRegister.Read(host).With(name, Path.Combine(profile.Folder, profile.FileName)).Write(host);
        return ExitCodes.Ok;
    }

    private static ProfileRegister Known(CliHost host, string name)
    {
        var register = ProfileRegister.Read(host);
        return register.Profiles.ContainsKey(name)
            ? register
            : throw new CliException(ExitCodes.Usage, $"there is no profile '{name}'; 'ledger profile list' shows them");
    }

    private static int List(CliHost host, ParseResult parsed)
    {
        var register = ProfileRegister.Read(host);
        new Result(host, parsed).Say(
            lines =>
            {
                foreach (var (name, path) in register.Profiles)
                    lines.WriteLine($"{(name == register.Default ? '*' : ' ')} {name}  {path}");
                if (register.Profiles.Count == 0)
                    lines.WriteLine("no profile has a name: ledger profile add NAME PATH gives one");
            },
            json =>
            {
                if (register.Default is not null) json.WriteString("default", register.Default);
                json.WriteStartObject("profiles");
                foreach (var (name, path) in register.Profiles) json.WriteString(name, path);
                json.WriteEndObject();
            });
        return ExitCodes.Ok;
    }

    private static int Show(CliHost host, ParseResult parsed)
    {
        var named = parsed.GetValue(GlobalOptions.Profile);
        var profile = ProfileFile.Find(host, named, out var why)
            ?? throw new CliException(
                ExitCodes.Usage, "there is none: no --profile, no LEDGER_PROFILE, no file here, no default");
        new Result(host, parsed).Say(
            lines =>
            {
                lines.WriteLine($"{Path.Combine(profile.Folder, profile.FileName)}  ({why})");
                foreach (var endpoint in profile.Endpoints) lines.WriteLine($"  endpoint  {endpoint}");
                if (profile.Identity is { } identity) lines.WriteLine($"  identity  {profile.Resolve(identity)}");
                if (profile.Genesis is { } genesis) lines.WriteLine($"  genesis   {profile.Resolve(genesis)}");
            },
            json =>
            {
                json.WriteString("file", Path.Combine(profile.Folder, profile.FileName));
                json.WriteString("because", why);
                json.WriteStartArray("endpoints");
                foreach (var endpoint in profile.Endpoints) json.WriteStringValue(endpoint);
                json.WriteEndArray();
                if (profile.Identity is { } identity) json.WriteString("identity", profile.Resolve(identity));
                if (profile.Genesis is { } genesis) json.WriteString("genesis", profile.Resolve(genesis));
            });
        return ExitCodes.Ok;
    }
}
