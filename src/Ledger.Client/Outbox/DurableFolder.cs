using System.Runtime.InteropServices;

namespace Ledger.Client.Outbox;

/// <summary>Makes the names in a folder durable: syncing a file does not promise that its name is.</summary>
internal static class DurableFolder
{
    private const int ReadOnly = 0;

    /// <summary>Syncs a folder where the system knows such a thing; elsewhere names are durable by themselves.</summary>
    public static void Sync(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        var descriptor = Open(folder, ReadOnly);
        if (descriptor < 0) throw new IOException($"{folder} cannot be opened to make it durable");
        try
        {
            if (FSync(descriptor) != 0) throw new IOException($"{folder} cannot be made durable");
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FSync(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
