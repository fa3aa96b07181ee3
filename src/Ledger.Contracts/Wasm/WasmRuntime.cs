using System.Numerics;
using System.Runtime.CompilerServices;

namespace Ledger.Contracts.Wasm;

/// <summary>
/// What compiled code calls for: operators that IL has no instruction for, or one that throws what it should not or
/// leaves something to the processor. Every result is a function of the operands' bits alone.
/// </summary>
internal static unsafe class WasmRuntime
{
    // 2^63 and its neighbours: the bounds of conversions, each exactly a float.
    private const double TwoTo31 = 2147483648.0;
    private const double TwoTo32 = 4294967296.0;
    private const double TwoTo63 = 9223372036854775808.0;
    private const double TwoTo64 = 18446744073709551616.0;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void OutOfGas() => throw new WasmTrapException(WasmTrap.OutOfGas);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void TooDeep() => throw new WasmTrapException(WasmTrap.TooDeep);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Unreachable() => throw new WasmTrapException(WasmTrap.Unreachable);

    /// <summary>The function at a place of the table, if it has the type.</summary>
    public static nint Callee(int index, int type, nint context)
    {
        var state = (WasmContext*)context;
        if (unchecked((uint)index) >= (uint)state->TableSize) ThrowIndirectCall();
        var entry = (WasmTableEntry*)state->Table + index;
        if (entry->Type != type) ThrowIndirectCall();
        return entry->Function;
    }

    /// <summary>The host address of a checked access: of the address, the static offset and the bytes moved.</summary>
    public static nint Address(int address, long offset, int bytes, nint context)
    {
        var state = (WasmContext*)context;
        var at = unchecked((uint)address) + offset;
        if (at + bytes > (long)state->Pages * WasmLimits.PageBytes) ThrowOutOfBounds();
        return state->Memory + (nint)at;
    }

    public static void Fill(int to, int value, int count, nint context)
    {
        var state = (WasmContext*)context;
        Charge(state, WasmPrices.OfFilled(unchecked((uint)count)));
        Unsafe.InitBlockUnaligned((void*)Range(state, to, count), unchecked((byte)value), unchecked((uint)count));
    }

    public static void Copy(int to, int from, int count, nint context)
    {
        var state = (WasmContext*)context;
        Charge(state, WasmPrices.OfCopied(unchecked((uint)count)));
        var (target, source) = (Range(state, to, count), Range(state, from, count));
        Buffer.MemoryCopy((void*)source, (void*)target, unchecked((uint)count), unchecked((uint)count));
    }

    /// <summary>A walk has come to a place: takes the price unless it came by lately. The caller checks the gas.</summary>
    public static void ComeBy(int address, int price, nint context)
    {
        var state = (WasmContext*)context;
        if (WasmPlaces.IsNew(state->Places, address)) state->Gas -= price;
    }

    public static int Grow(int pages, nint context)
    {
        var before = ((WasmContext*)context)->Pages;
        return pages >= 0 && WasmInstance.Of(context).TryGrow(pages) ? before : -1;
    }

    /// <summary>Takes gas, and traps when there is not enough.</summary>
    public static void Charge(WasmContext* state, long gas)
    {
        state->Gas -= gas;
        if (state->Gas < 0) OutOfGas();
    }

    public static int DivideS(int a, int b)
    {
        if (b == 0) ThrowDivideByZero();
        if (b == -1 && a == int.MinValue) ThrowIntegerOverflow();
        return a / b;
    }

    public static int DivideU(int a, int b)
    {
        if (b == 0) ThrowDivideByZero();
        return unchecked((int)((uint)a / (uint)b));
    }

    public static int RemainderS(int a, int b)
    {
        if (b == 0) ThrowDivideByZero();
        return b == -1 ? 0 : a % b;
    }

    public static int RemainderU(int a, int b)
    {
        if (b == 0) ThrowDivideByZero();
        return unchecked((int)((uint)a % (uint)b));
    }

    public static long DivideS(long a, long b)
    {
        if (b == 0) ThrowDivideByZero();
        if (b == -1 && a == long.MinValue) ThrowIntegerOverflow();
        return a / b;
    }

    public static long DivideU(long a, long b)
    {
        if (b == 0) ThrowDivideByZero();
        return unchecked((long)((ulong)a / (ulong)b));
    }

    public static long RemainderS(long a, long b)
    {
        if (b == 0) ThrowDivideByZero();
        return b == -1 ? 0 : a % b;
    }

    public static long RemainderU(long a, long b)
    {
        if (b == 0) ThrowDivideByZero();
        return unchecked((long)((ulong)a % (ulong)b));
    }

    public static int LeadingZeros(int a) => unchecked(BitOperations.LeadingZeroCount((uint)a));

    public static int TrailingZeros(int a) => BitOperations.TrailingZeroCount(a);

    public static int CountOnes(int a) => unchecked(BitOperations.PopCount((uint)a));

    public static long LeadingZeros(long a) => unchecked(BitOperations.LeadingZeroCount((ulong)a));

    public static long TrailingZeros(long a) => BitOperations.TrailingZeroCount(a);

    public static long CountOnes(long a) => unchecked(BitOperations.PopCount((ulong)a));

    public static int RotateLeft(int a, int b) => unchecked((int)BitOperations.RotateLeft((uint)a, b & 31));

    public static int RotateRight(int a, int b) => unchecked((int)BitOperations.RotateRight((uint)a, b & 31));

    public static long RotateLeft(long a, long b) => unchecked((long)BitOperations.RotateLeft((ulong)a, (int)b & 63));

    public static long RotateRight(long a, long b) => unchecked((long)BitOperations.RotateRight((ulong)a, (int)b & 63));

    // Signs are bits: changing one never touches the rest of a NaN.
    public static float Absolute(float a) => Bits(Bits(a) & int.MaxValue);

    public static double Absolute(double a) => Bits(Bits(a) & long.MaxValue);

    public static float Negate(float a) => Bits(Bits(a) ^ int.MinValue);

    public static double Negate(double a) => Bits(Bits(a) ^ long.MinValue);

    public static float CopySign(float a, float b) => Bits((Bits(a) & int.MaxValue) | (Bits(b) & int.MinValue));

    public static double CopySign(double a, double b) => Bits((Bits(a) & long.MaxValue) | (Bits(b) & long.MinValue));

    public static float Ceiling(float a) => Canonical(MathF.Ceiling(a));

    public static double Ceiling(double a) => Canonical(Math.Ceiling(a));

    public static float Floor(float a) => Canonical(MathF.Floor(a));

    public static double Floor(double a) => Canonical(Math.Floor(a));

    public static float Truncate(float a) => Canonical(MathF.Truncate(a));

    public static double Truncate(double a) => Canonical(Math.Truncate(a));

    public static float Nearest(float a) => Canonical(MathF.Round(a, MidpointRounding.ToEven));

    public static double Nearest(double a) => Canonical(Math.Round(a, MidpointRounding.ToEven));

    public static float SquareRoot(float a) => Canonical(MathF.Sqrt(a));

    public static double SquareRoot(double a) => Canonical(Math.Sqrt(a));

    public static float Minimum(float a, float b) => Canonical(MathF.Min(a, b));

    public static double Minimum(double a, double b) => Canonical(Math.Min(a, b));

    public static float Maximum(float a, float b) => Canonical(MathF.Max(a, b));

    public static double Maximum(double a, double b) => Canonical(Math.Max(a, b));

    /// <summary>
    /// The one NaN that arithmetic gives: what a processor gives differs between makes and operand orders.
    /// </summary>
    public static float Canonical(float a) => float.IsNaN(a) ? Bits(0x7FC00000) : a;

    /// <inheritdoc cref="Canonical(float)"/>
    public static double Canonical(double a) => double.IsNaN(a) ? Bits(0x7FF8000000000000) : a;

    // Conversions by comparison, since the processors' own differ outside the range. Doubles hold every float.
    public static int ToInt32(double a)
    {
        if (double.IsNaN(a)) ThrowInvalidConversion();
        if (!(a > -TwoTo31 - 1 && a < TwoTo31)) ThrowIntegerOverflow();
        return (int)a;
    }

    public static int ToUInt32(double a)
    {
        if (double.IsNaN(a)) ThrowInvalidConversion();
        if (!(a > -1 && a < TwoTo32)) ThrowIntegerOverflow();
        return unchecked((int)(long)a);
    }

    public static long ToInt64(double a)
    {
        if (double.IsNaN(a)) ThrowInvalidConversion();
        if (!(a >= -TwoTo63 && a < TwoTo63)) ThrowIntegerOverflow();
        return (long)a;
    }

    public static long ToUInt64(double a)
    {
        if (double.IsNaN(a)) ThrowInvalidConversion();
        if (!(a > -1 && a < TwoTo64)) ThrowIntegerOverflow();
        return a < TwoTo63 ? (long)a : (long)(a - TwoTo63) ^ long.MinValue;
    }

    public static int SaturateInt32(double a) =>
        double.IsNaN(a) ? 0 : a <= -TwoTo31 ? int.MinValue : a >= TwoTo31 ? int.MaxValue : (int)a;

    public static int SaturateUInt32(double a) =>
        double.IsNaN(a) || a <= -1 ? 0 : a >= TwoTo32 ? -1 : unchecked((int)(long)a);

    public static long SaturateInt64(double a) =>
        double.IsNaN(a) ? 0 : a <= -TwoTo63 ? long.MinValue : a >= TwoTo63 ? long.MaxValue : (long)a;

    public static long SaturateUInt64(double a) =>
        double.IsNaN(a) || a <= -1 ? 0
        : a >= TwoTo64 ? -1
        : a < TwoTo63 ? (long)a : (long)(a - TwoTo63) ^ long.MinValue;

    public static double UnsignedToDouble(int a) => unchecked((uint)a);

    public static float UnsignedToSingle(int a) => (float)(double)unchecked((uint)a);

    /// <summary>Halves what does not fit a signed integer; the bit that falls off stays for the rounding.</summary>
    public static double UnsignedToDouble(long a) =>
        a >= 0 ? a : (double)((a >>> 1) | (a & 1)) * 2;

    /// <summary>
    /// Rounds once: above 53 bits, what a double would round away is first gathered in its lowest bit, which lies below
    /// every bit that a float keeps.
    /// </summary>
    public static float UnsignedToSingle(long a)
    {
        if ((a >>> 53) != 0) a = ((a >>> 11) | ((a & 0x7FF) != 0 ? 1L : 0L)) << 11;
        return (float)UnsignedToDouble(a);
    }

    public static float ToSingle(long a) => a >= 0 ? UnsignedToSingle(a) : -UnsignedToSingle(unchecked(-a));

    public static int Bits(float a) => BitConverter.SingleToInt32Bits(a);

    public static long Bits(double a) => BitConverter.DoubleToInt64Bits(a);

    public static float Bits(int a) => BitConverter.Int32BitsToSingle(a);

    public static double Bits(long a) => BitConverter.Int64BitsToDouble(a);

    private static nint Range(WasmContext* state, int address, int count)
    {
        var start = (long)unchecked((uint)address);
        if (start + unchecked((uint)count) > (long)state->Pages * WasmLimits.PageBytes) ThrowOutOfBounds();
        return state->Memory + (nint)start;
    }

    private static void ThrowIndirectCall() => throw new WasmTrapException(WasmTrap.IndirectCall);

    private static void ThrowOutOfBounds() => throw new WasmTrapException(WasmTrap.OutOfBounds);

    private static void ThrowDivideByZero() => throw new WasmTrapException(WasmTrap.DivideByZero);

    private static void ThrowIntegerOverflow() => throw new WasmTrapException(WasmTrap.IntegerOverflow);

    private static void ThrowInvalidConversion() => throw new WasmTrapException(WasmTrap.InvalidConversion);
}
