using Ledger.Client.Identity;
using Ledger.Core.Crypto;
using Ledger.Node.Options;

namespace Ledger.Node.Hosting;

/// <summary>The files that a node of any role has.</summary>
internal static class NodeFiles
{
    /// <summary>The filters of some five million records, and what was read lately; see StorageOptions.Cache.</summary>
    public const long CacheBytes = 16 << 20;

    /// <summary>Loads the node's key.</summary>
    /// <exception cref="ConfigurationException">It cannot be read.</exception>
    public static ISigner LoadKey(NodeConfig config)
    {
        try
        {
            var passphrase = config.KeyPassphraseFile is { } file
                ? File.ReadAllText(config.Resolve(file)).TrimEnd('\r', '\n')
                : null;
            return IdentityFile.Load(config.Resolve(config.Key), passphrase);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or (IOException and not IdentityFileException))
        {
            throw new ConfigurationException($"the key or its passphrase cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Makes the folder of the databases when it is missing, and returns its path.</summary>
    /// <exception cref="ConfigurationException">It cannot be made.</exception>
    public static string MakeDataFolder(NodeConfig config)
    {
        var data = config.Resolve(config.Data);
        try
        {
            Directory.CreateDirectory(data);
            return data;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"data {data} cannot be made: {e.Message}", e);
        }
    }
}
