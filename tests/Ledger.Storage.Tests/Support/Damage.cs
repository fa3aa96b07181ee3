namespace Ledger.Storage.Tests.Support;

/// <summary>What bad disks do to files.</summary>
internal static class Damage
{
    /// <summary>Inverts one byte of a file.</summary>
    public static void FlipByte(string path, long offset)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Position = offset;
        var value = file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(value ^ 0xff));
    }

    /// <summary>Cuts a file's end off.</summary>
    public static void Truncate(string path, long length)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.SetLength(length);
    }

    /// <summary>The write-ahead log of a database that was only ever opened once: the largest.</summary>
    public static string NewestLog(string directory) =>
        Directory.EnumerateFiles(directory, "*.log").MaxBy(f => new FileInfo(f).Length)!;

    /// <summary>Copies a database directory while nobody has it open.</summary>
    public static void CopyDirectory(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }
}
