using Ledger.Client.Identity;
using Ledger.Client.Transport;
using Ledger.Core.Membership;
using Microsoft.Extensions.Options;

namespace Ledger.Client.Hosting;

/// <summary>Checks a client's settings when the host starts, and names every fault at once.</summary>
internal sealed class LedgerClientSettingsCheck(IEnumerable<INodeApi> nodes) : IValidateOptions<LedgerClientSettings>
{
    private const int MaxEndpoints = 64;

    public ValidateOptionsResult Validate(string? name, LedgerClientSettings options)
    {
        var faults = new List<string>();
        CheckEndpoints(options, faults);
        // Keys are read by the suite of the channel.
        if (CheckGenesis(options, faults) is { } genesis) NodeKeyList.Read(options, genesis.Suite, faults);
        CheckConnection(options, faults);
        CheckIdentity(options, faults);
        if (options.MaxAttempts is < 1 or > 10_000) faults.Add("MaxAttempts must be 1 to 10,000");
        Positive(options.TransactionLifetime, nameof(options.TransactionLifetime), faults);
        Positive(options.CallTimeout, nameof(options.CallTimeout), faults);
        Positive(options.AnchorPatience, nameof(options.AnchorPatience), faults);
        return faults.Count == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(faults.Select(f => "Ledger client: " + f));
    }

    private static Genesis? CheckGenesis(LedgerClientSettings options, List<string> faults)
    {
        var genesis = default(Genesis);
        if (string.IsNullOrWhiteSpace(options.GenesisPath)) faults.Add("GenesisPath is missing");
        else Read(options.GenesisPath, "GenesisPath", faults, bytes =>
            GenesisJson.TryParse(bytes, out genesis, out var error) ? null : $"is no genesis document: {error}");
        return genesis;
    }

    private static void CheckConnection(LedgerClientSettings options, List<string> faults)
    {
        if (options.NodeKeys.Count > 0 && options.Connection is { DecidesOnCertificates: true })
            faults.Add("NodeKeys are of no use beside a Connection that decides on certificates by itself");
    }

    private static void CheckIdentity(LedgerClientSettings options, List<string> faults)
    {
        if (options.IdentityPath is null) return;
        var passphrase = default(string);
        if (options.PassphrasePath is { } path)
        {
            Read(path, "PassphrasePath", faults, bytes =>
            {
                passphrase = System.Text.Encoding.UTF8.GetString(bytes).TrimEnd('\r', '\n');
                return passphrase.Length == 0 ? "is empty" : null;
            });
            if (passphrase is null or "") return;
        }

        try
        {
            IdentityFile.Load(options.IdentityPath, passphrase);
        }
        catch (Exception fault) when (fault is IdentityFileException or IOException or UnauthorizedAccessException)
        {
            faults.Add($"IdentityPath: {fault.Message}");
        }
    }

    private static void Read(string path, string name, List<string> faults, Func<byte[], string?> check)
    {
        try
        {
            if (check(File.ReadAllBytes(path)) is { } fault) faults.Add($"{name}: {path} {fault}");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            faults.Add($"{name}: {fault.Message}");
        }
    }

    private static void Positive(TimeSpan value, string name, List<string> faults)
    {
        if (value <= TimeSpan.Zero) faults.Add($"{name} must be longer than nothing");
    }

    private void CheckEndpoints(LedgerClientSettings options, List<string> faults)
    {
        if (nodes.Any()) return;
        if (options.Endpoints.Count is 0 or > MaxEndpoints)
            faults.Add($"Endpoints holds 1 to {MaxEndpoints} addresses, such as http://127.0.0.1:7500");
        foreach (var endpoint in options.Endpoints)
        {
            if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var address)
                || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
            {
                faults.Add($"Endpoints: '{endpoint}' is no http or https address");
            }
        }
    }
}
