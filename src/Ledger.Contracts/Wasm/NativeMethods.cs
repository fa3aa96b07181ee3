using System.Runtime.InteropServices;

namespace Ledger.Contracts.Wasm;

/// <summary>Address space from the operating system: see mmap(2), mprotect(2), madvise(2).</summary>
internal static partial class NativeMethods
{
    public const int ProtectionRead = 1;
    public const int ProtectionReadWrite = 3;

    /// <summary>MAP_PRIVATE, MAP_ANONYMOUS, MAP_NORESERVE: pages of zeros, had when they are written.</summary>
    public const int MapPages = 0x02 | 0x20 | 0x4000;

    /// <summary>MADV_DONTNEED: on Linux the pages are zeros again at once.</summary>
    public const int AdviseZero = 4;

    /// <summary>MADV_HUGEPAGE: what is written takes 2 MiB at once, where the kernel has them.</summary>
    public const int AdviseLargePages = 14;

    /// <summary>MADV_NOHUGEPAGE: what is written takes what it needs.</summary>
    public const int AdviseSmallPages = 15;

    public static nint MapFailed => -1;

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    public static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    public static partial int Unmap(nint address, nuint length);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    public static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    public static partial int Advise(nint address, nuint length, int advice);
}
