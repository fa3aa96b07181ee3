using Ledger.Client.Identity;
using Ledger.Core.Membership;

namespace Ledger.Client.Hosting;

/// <summary>Makes a client's options of a host's settings: reads the files that they name.</summary>
internal static class ClientSource
{
    public static LedgerClientOptions Read(LedgerClientSettings settings, TimeProvider time)
    {
        if (!GenesisJson.TryParse(File.ReadAllBytes(settings.GenesisPath!), out var genesis, out var error))
            throw new InvalidDataException($"{settings.GenesisPath} is no genesis document: {error}");
        return new LedgerClientOptions
        {
            Endpoints = [.. settings.Endpoints.Select(e => new Uri(e))],
            Genesis = genesis,
            Identity = settings.IdentityPath is { } path ? IdentityFile.Load(path, Passphrase(settings)) : null,
            Trust = settings.Trust,
            // The check of the settings has named what is wrong with them.
            NodeKeys = NodeKeyList.Read(settings, genesis.Suite, []),
            TransactionLifetime = settings.TransactionLifetime,
            CallTimeout = settings.CallTimeout,
            AnchorPatience = settings.AnchorPatience,
            MaxAttempts = settings.MaxAttempts,
            Connection = settings.Connection,
            Time = time,
        };
    }

    private static string? Passphrase(LedgerClientSettings settings) =>
        settings.PassphrasePath is { } path ? File.ReadAllText(path).TrimEnd('\r', '\n') : null;
}
