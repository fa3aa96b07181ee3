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
        for (var read = stream.Read(buffer); read > 0; read = stream.Read(buffer)) running.Append(buffer.AsSpan(0, read));
        return running.Finish();
    }
}
