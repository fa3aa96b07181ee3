using Ledger.Contracts.Wasm;

namespace Ledger.Contracts.Engine.QuickJs;

/// <summary>
/// What the engine's binary asks of its host, under the names that its linker shortened. Each answer is a function of
/// the guest and the run; addresses that the guest gives are checked where they are used.
/// </summary>
/// <remarks>
/// The names in full are in the JavaScript glue of the npm package, which does the same for browsers. Most of these are
/// never called: there is no file system, no environment, no module loader and no timer.
/// </remarks>
internal static class QuickJsImports
{
    private const int NoSuchFunction = 52; // ENOSYS
    private const int CannotSeek = 70; // ESPIPE
    private const int CalendarBytes = 44; // struct tm

    [WasmImport("a", "b")]
    public static void AssertFail(int condition, int file, int line, int function, nint context) => Stop();

    [WasmImport("a", "q")]
    public static void Abort(nint context) => Stop();

    [WasmImport("a", "r")]
    public static void Exit(int code, nint context) => Stop();

    // What it prints (only when it aborts) goes nowhere; it is told that all of it was written.
    [WasmImport("a", "c")]
    public static int Write(int file, int vectors, int count, int written, nint context)
    {
        var instance = WasmInstance.Of(context);
        long total = 0;
        for (var i = 0; i < count; i++) total += instance.ReadInt32(Address(vectors + (8L * i) + 4));
        instance.WriteInt32(Address(written), unchecked((int)total));
        return 0;
    }

    [WasmImport("a", "d")]
    public static int Close(int file, nint context) => NoSuchFunction;

    [WasmImport("a", "o")]
    public static int Seek(int file, long offset, int whence, int position, nint context) => CannotSeek;

    [WasmImport("a", "e")]
    public static int Environment(int variables, int text, nint context) => 0;

    [WasmImport("a", "f")]
    public static int EnvironmentSize(int count, int bytes, nint context)
    {
        var instance = WasmInstance.Of(context);
        instance.WriteInt32(Address(count), 0);
        instance.WriteInt32(Address(bytes), 0);
        return 0;
    }

    [WasmImport("a", "g")]
    public static int NormalizeModule(int guest, int scope, int name, int reference, nint context) => Stop();

    [WasmImport("a", "h")]
    public static int LoadModule(int guest, int scope, int name, nint context) => Stop();

    [WasmImport("a", "i")]
    public static int ShouldInterrupt(int runtime, nint context) => 0;

    [WasmImport("a", "j")]
    public static int SetTimer(int which, double milliseconds, nint context) => 0;

    [WasmImport("a", "k")]
    public static int ResizeHeap(int bytes, nint context) => Guest.Of(context).Grow(unchecked((uint)bytes)) ? 1 : 0;

    [WasmImport("a", "l")]
    public static void ClearKeepAlive(nint context)
    {
    }

    // Local time is UTC: no offset, no summer time. The other fields are not read.
    [WasmImport("a", "m")]
    public static void LocalTime(long seconds, int calendar, nint context) =>
        WasmInstance.Of(context).Memory(Address(calendar), CalendarBytes).Clear();

    [WasmImport("a", "n")]
    public static void SetTimeZone(int offset, int daylight, int standardName, int daylightName, nint context)
    {
        var instance = WasmInstance.Of(context);
        instance.WriteInt32(Address(offset), 0);
        instance.WriteInt32(Address(daylight), 0);
        instance.Memory(Address(standardName), 1)[0] = 0;
        instance.Memory(Address(daylightName), 1)[0] = 0;
    }

    [WasmImport("a", "p")]
    public static double Now(nint context) => Guest.Of(context).UnixMilliseconds;

    [WasmImport("a", "s")]
    public static int CallHost(int guest, int self, int count, int arguments, int function, nint context) =>
        Guest.Of(context).CallHost(count, Address(arguments));

    [WasmImport("a", "t")]
    public static void FreeHostReference(int runtime, int reference, nint context)
    {
    }

    private static uint Address(long address) => unchecked((uint)address);

    private static int Stop() => throw new WasmTrapException(WasmTrap.Aborted);
}
