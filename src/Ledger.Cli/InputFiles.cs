using Ledger.Client.Import;

namespace Ledger.Cli;

/// <summary>Reads input files whole, within a bound.</summary>
internal static class InputFiles
{
    private const int PieceBytes = 64 << 10;

    /// <summary>Reads a file.</summary>
    /// <exception cref="CliException">It is not there, not readable, or larger than such a file can be.</exception>
    public static byte[] Read(string path, int maxBytes, string what)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
            // A pipe, which shells give for <(...), does not say its length.
            using var content = new MemoryStream();
            var piece = new byte[PieceBytes];
            for (int read; (read = stream.Read(piece)) > 0;)
            {
                content.Write(piece, 0, read);
                if (content.Length > maxBytes)
                    throw new CliException(ExitCodes.Input, $"{path} is too large: a {what} has at most {maxBytes} bytes");
            }

            return content.ToArray();
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
