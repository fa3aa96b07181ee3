using System.Runtime.InteropServices;

namespace Ledger.EndToEnd.Tests.Harness.Faults;

/// <summary>
/// Makes a process's writes fail as on a full disk: no file may grow beyond a size (RLIMIT_FSIZE, setrlimit(2)). It works
/// for any user, in any container, while the process runs, where a small file system would need the right to mount one. The
/// error is EFBIG and not ENOSPC.
/// </summary>
internal static partial class FileSizeLimit
{
    private const int FileSize = 1;

    /// <summary>From now on, each write of the process beyond this size fails.</summary>
    public static void Set(int process, ulong bytes)
    {
        var limit = new Limit { Current = bytes, Maximum = ulong.MaxValue };
        Assert.True(SetLimit(process, FileSize, limit, 0) == 0, $"prlimit: error {Marshal.GetLastPInvokeError()}");
    }

    [LibraryImport("libc", EntryPoint = "prlimit", SetLastError = true)]
    private static partial int SetLimit(int process, int resource, in Limit value, nint former);

    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        public ulong Current;
        public ulong Maximum;
    }
}
