namespace Ledger.Contracts.Wasm;

/// <summary>Why a module was refused.</summary>
public enum WasmErrorCode
{
    /// <summary>It was not.</summary>
    None = 0,
    Truncated,
    BadMagic,
    BadVersion,
    UnknownSection,
    SectionOrder,
    SectionSize,
    IntegerTooLong,
    BadName,
    BadType,
    BadFlag,
    LimitExceeded,
    Unsupported,
    UnknownType,
    UnknownFunction,
    UnknownLocal,
    UnknownGlobal,
    UnknownLabel,
    UnknownMemory,
    UnknownTable,
    DuplicateExport,
    CountMismatch,
    BadConstantExpression,
    SegmentOutOfRange,
    UnknownOperator,
    BadNesting,
    BadAlignment,
    ImmutableGlobal,
    TypeMismatch,
    StackUnderflow,
    ValuesLeft,
    BadStart,
}

/// <summary>Why and where a module was refused.</summary>
/// <param name="Code">The reason.</param>
/// <param name="Offset">The byte at which it was seen.</param>
/// <param name="Function">The index of the function whose body it is in, or -1.</param>
/// <param name="Detail">A word more where the reason alone does not say enough, such as the feature.</param>
public readonly record struct WasmError(WasmErrorCode Code, int Offset, int Function = -1, string? Detail = null)
{
    public override string ToString() =>
        Code + (Detail is null ? "" : $" ({Detail})")
        + (Function < 0 ? "" : $" in function {Function}") + $" at {Offset}";
}
