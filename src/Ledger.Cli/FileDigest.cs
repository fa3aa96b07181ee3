using Ledger.Core.Crypto;

namespace Ledger.Cli;

/// <summary>Digests of whole files.</summary>
internal static class FileDigest
{
    /// <summary>Digests a file in pieces.</summary>
    public static Hash256 Compute(string path, HashFunction hash)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        using var running = hash.StartIncremental();
        var buffer = new byte[256 << 10];
        int read;
        while ((read = stream.Read(buffer)) > 0) running.Append(buffer.AsSpan(0, read));
        return running.Finish();
    }
}
