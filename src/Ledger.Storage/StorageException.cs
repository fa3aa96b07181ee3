namespace Ledger.Storage;

/// <summary>What went wrong below the stores.</summary>
public enum StorageFault
{
    /// <summary>The operating system refused: disk full, permission, missing directory.</summary>
    InputOutput = 0,

    /// <summary>Bytes on disk are not those that were written.</summary>
    Corruption,

    /// <summary>The database is open elsewhere.</summary>
    Locked,

    /// <summary>
    /// The database was made by something else or by a later version, or it belongs to another channel.
    /// </summary>
    Incompatible,

    /// <summary>A block contradicts the chain on disk. The node must stop: either disk or consensus is wrong.</summary>
    Conflict,
}

/// <summary>
/// An operating failure of the storage layer. The one exception class of this project; a caller that can go on (choose
/// another directory, say) branches on <see cref="Fault"/>.
/// </summary>
public sealed class StorageException : IOException
{
    /// <summary>Creates the exception.</summary>
    public StorageException(StorageFault fault, string message, Exception? inner = null)
        : base(message, inner) => Fault = fault;

    /// <summary>What went wrong.</summary>
    public StorageFault Fault { get; }

    /// <summary>Translates a RocksDB status string.</summary>
    internal static StorageException From(string status, string path)
    {
        if (status.Contains("lock hold by current process", StringComparison.Ordinal))
        {
            return new StorageException(StorageFault.Locked, $"This process already has the database {path} open.");
        }

        if (status.Contains("While lock file", StringComparison.Ordinal))
        {
            return new StorageException(
                StorageFault.Locked,
                $"Another process has the database {path} open. Stop it first: a node that runs, or one that hangs.");
        }

        var fault = status.StartsWith("Corruption", StringComparison.Ordinal) ? StorageFault.Corruption
            : status.StartsWith("Invalid argument", StringComparison.Ordinal) ? StorageFault.Incompatible
            : StorageFault.InputOutput;
        return new StorageException(fault, $"RocksDB, database {path}: {status}");
    }
}
