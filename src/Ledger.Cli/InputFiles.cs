using Ledger.Client.Import;

namespace Ledger.Cli;

/// <summary>Reads input files whole, within a bound.</summary>
internal static class InputFiles
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="CliException">It is not there, not readable, or larger than such a file can be.</exception>
    public static byte[] Read(string path, int maxBytes, string what)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
            if (stream.Length > maxBytes)
                throw new CliException(
                    ExitCodes.Input, $"{path} has {stream.Length} bytes; a {what} has at most {maxBytes}");
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.Input, $"the {what} {path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads a mapping of rows to records.</summary>
    /// <exception cref="CliException">It is not there, or is no mapping: which is told from a fault of a row.</exception>
    public static ImportMap ReadMap(string path)
    {
        try
        {
            return ImportMap.Parse(Read(path, ImportLimits.MapBytes, "mapping"));
        }
        catch (ImportException fault)
        {
            throw new CliException(ExitCodes.Input, $"the mapping {path}: {fault.Message}", fault);
        }
    }
}
