using System.Text.Json;
using System.Text.Json.Serialization;
using Ledger.Cli.Output;

namespace Ledger.Cli.Profiles;

/// <summary>
/// A person's names for profile files, and which one is meant when nothing else says: one file in the folder for
/// configuration (XDG Base Directory: $XDG_CONFIG_HOME, else ~/.config). Immutable.
/// </summary>
internal sealed record ProfileRegister
{
    private const int MaxProfiles = 256;
    private const int MaxBytes = 256 << 10;

    /// <summary>Version of the file's form: 1.</summary>
    [JsonRequired]
    public int LedgerProfiles { get; init; } = 1;

    /// <summary>The one that is meant when nothing else says; null when there is none.</summary>
    public string? Default { get; init; }

    /// <summary>Profile files by name.</summary>
    public SortedDictionary<string, string> Profiles { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Where the file is.</summary>
    public static string PathOf(CliHost host)
    {
        var folder = host.Variable("XDG_CONFIG_HOME") is { Length: > 0 } given && Path.IsPathRooted(given)
            ? given
            : Path.Combine(host.Variable("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config");
        return Path.Combine(folder, "ledger", "profiles.json");
    }

    /// <summary>Reads it; an empty one when there is no file.</summary>
    /// <exception cref="CliException">It is not such a file.</exception>
    public static ProfileRegister Read(CliHost host)
    {
        var path = PathOf(host);
        if (!File.Exists(path)) return new ProfileRegister();
        try
        {
            var register = JsonSerializer.Deserialize(
                InputFiles.Read(path, MaxBytes, "list of profiles"), ProfileRegisterJson.Default.ProfileRegister);
            return register is { LedgerProfiles: 1 }
                ? register
                : throw new CliException(ExitCodes.Input, $"{path} is not a list of profiles of version 1");
        }
        catch (JsonException e)
        {
            throw new CliException(ExitCodes.Input, $"{path} is not a list of profiles: {e.Message}", e);
        }
    }

    /// <summary>With one more name, or a name for another file.</summary>
    public ProfileRegister With(string name, string path)
    {
        if (Profiles.Count >= MaxProfiles)
            throw new CliException(ExitCodes.Usage, $"there are {MaxProfiles} profiles already");
        var profiles = new SortedDictionary<string, string>(Profiles, StringComparer.Ordinal) { [name] = path };
        return this with { Profiles = profiles, Default = Default ?? name };
    }

    /// <summary>Without a name.</summary>
    public ProfileRegister Without(string name)
    {
        var profiles = new SortedDictionary<string, string>(Profiles, StringComparer.Ordinal);
        profiles.Remove(name);
        return this with { Profiles = profiles, Default = Default == name ? null : Default };
    }

    /// <summary>Writes it.</summary>
    public void Write(CliHost host) =>
        OutputFile.Write(
            PathOf(host), JsonSerializer.SerializeToUtf8Bytes(this, ProfileRegisterJson.Default.ProfileRegister));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(ProfileRegister))]
internal sealed partial class ProfileRegisterJson : JsonSerializerContext;
