using System.Reflection.Emit;
using Op = Ledger.Contracts.Wasm.WasmOperator;

namespace Ledger.Contracts.Wasm;

/// <summary>How IL makes an access of memory.</summary>
/// <param name="FieldType">The type of a field that is the same access.</param>
/// <param name="Load">Loads, widened to 32 bits.</param>
/// <param name="Store">Stores, narrowed.</param>
/// <param name="Widen">Widens what was loaded to 64 bits.</param>
internal readonly record struct WasmAccessKind(Type FieldType, OpCode Load, OpCode Store, OpCode? Widen = null)
{
    public static WasmAccessKind Of(Op code) => code switch
    {
        Op.I32Load or Op.I32Store => new(typeof(int), OpCodes.Ldind_I4, OpCodes.Stind_I4),
        Op.I64Load or Op.I64Store => new(typeof(long), OpCodes.Ldind_I8, OpCodes.Stind_I8),
        Op.F32Load or Op.F32Store => new(typeof(float), OpCodes.Ldind_R4, OpCodes.Stind_R4),
        Op.F64Load or Op.F64Store => new(typeof(double), OpCodes.Ldind_R8, OpCodes.Stind_R8),
        Op.I32Load8S or Op.I32Store8 or Op.I64Store8 => new(typeof(sbyte), OpCodes.Ldind_I1, OpCodes.Stind_I1),
        Op.I32Load8U => new(typeof(byte), OpCodes.Ldind_U1, OpCodes.Stind_I1),
        Op.I32Load16S or Op.I32Store16 or Op.I64Store16 => new(typeof(short), OpCodes.Ldind_I2, OpCodes.Stind_I2),
        Op.I32Load16U => new(typeof(ushort), OpCodes.Ldind_U2, OpCodes.Stind_I2),
        Op.I64Load8S => new(typeof(sbyte), OpCodes.Ldind_I1, OpCodes.Stind_I1, OpCodes.Conv_I8),
        Op.I64Load8U => new(typeof(byte), OpCodes.Ldind_U1, OpCodes.Stind_I1, OpCodes.Conv_U8),
        Op.I64Load16S => new(typeof(short), OpCodes.Ldind_I2, OpCodes.Stind_I2, OpCodes.Conv_I8),
        Op.I64Load16U => new(typeof(ushort), OpCodes.Ldind_U2, OpCodes.Stind_I2, OpCodes.Conv_U8),
        Op.I64Load32S or Op.I64Store32 => new(typeof(int), OpCodes.Ldind_I4, OpCodes.Stind_I4, OpCodes.Conv_I8),
        Op.I64Load32U => new(typeof(uint), OpCodes.Ldind_U4, OpCodes.Stind_I4, OpCodes.Conv_U8),
        _ => throw new ArgumentOutOfRangeException(nameof(code)),
    };
}
