using System.Text;

namespace Ledger.Cli.Processes;

/// <summary>The last lines of a log file.</summary>
internal static class LogTail
{
    private const int MaxBytes = 16 << 10;

    /// <summary>The last so many lines; empty when there is no such file.</summary>
    public static IReadOnlyList<string> Read(string path, int lines)
    {
        if (!File.Exists(path)) return [];
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var buffer = new byte[Math.Min(stream.Length, MaxBytes)];
        stream.Position = stream.Length - buffer.Length;
        stream.ReadExactly(buffer);
        return [.. Encoding.UTF8.GetString(buffer).TrimEnd('\n').Split('\n').TakeLast(lines)];
    }
}
