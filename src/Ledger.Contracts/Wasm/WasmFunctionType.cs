namespace Ledger.Contracts.Wasm;

/// <summary>What a function or block takes and gives. Immutable.</summary>
public sealed class WasmFunctionType
{
    private static readonly WasmFunctionType Empty = new([], []);
    private static readonly WasmFunctionType OneI32 = new([], [WasmValueType.I32]);
    private static readonly WasmFunctionType OneI64 = new([], [WasmValueType.I64]);
    private static readonly WasmFunctionType OneF32 = new([], [WasmValueType.F32]);
    private static readonly WasmFunctionType OneF64 = new([], [WasmValueType.F64]);

    internal WasmFunctionType(WasmValueType[] parameters, WasmValueType[] results)
    {
        ParameterTypes = parameters;
        ResultTypes = results;
    }

    public IReadOnlyList<WasmValueType> Parameters => ParameterTypes;

    public IReadOnlyList<WasmValueType> Results => ResultTypes;

    internal WasmValueType[] ParameterTypes { get; }

    internal WasmValueType[] ResultTypes { get; }

    internal bool HasSameShapeAs(WasmFunctionType other) =>
        AreSame(ParameterTypes, other.ParameterTypes) && AreSame(ResultTypes, other.ResultTypes);

    /// <summary>The type of a block that takes nothing and gives at most one value.</summary>
    internal static WasmFunctionType OfBlock(WasmValueType result) => result switch
    {
        WasmValueType.I32 => OneI32,
        WasmValueType.I64 => OneI64,
        WasmValueType.F32 => OneF32,
        WasmValueType.F64 => OneF64,
        _ => Empty,
    };

    private static bool AreSame(WasmValueType[] one, WasmValueType[] other)
    {
        if (one.Length != other.Length) return false;
        for (var i = 0; i < one.Length; i++)
        {
            if (one[i] != other[i]) return false;
        }

        return true;
    }
}
