using Ledger.Storage.RocksDb.Native;

namespace Ledger.Storage;

/// <summary>Whether the native library of the databases is there; for tools that look at a machine.</summary>
public static class NativeStorageLibrary
{
    /// <summary>Tries to load it as a database would. Null when it can be used, else what to install.</summary>
    public static string? FindProblem()
    {
        try
        {
            RocksLibrary.Load(Environment.GetEnvironmentVariable(RocksLibrary.PathVariable), RocksLibrary.Candidates());
            return null;
        }
        catch (DllNotFoundException missing)
        {
            return missing.Message;
        }
    }
}
