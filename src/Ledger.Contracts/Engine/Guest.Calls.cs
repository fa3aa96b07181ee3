using Ledger.Contracts.Engine.QuickJs;
using Ledger.Contracts.Wasm;

namespace Ledger.Contracts.Engine;

/// <summary>Calls into the guest, and how they become outcomes.</summary>
internal sealed partial class Guest
{
    private const string ContractFile = "contract.js";
    private const string ScriptFile = "script.js";

    /// <summary>Evaluates a module and makes it the image's; its outcome is the names of what it exports.</summary>
    public ScriptOutcome BuildModule(string source)
    {
        var module = Evaluate(source, ContractFile, module: true);
        if (Tag(module) == QuickJsValue.Exception) return Thrown(module);
        var bound = Call(_handles.Bind, module);
        return Tag(bound) == QuickJsValue.Exception ? Thrown(bound) : Settle(_handles.Undefined, _handles.Bound);
    }

    /// <summary>Evaluates a script; its outcome is its completion value as text.</summary>
    public ScriptOutcome EvaluateScript(string source)
    {
        var value = Evaluate(source, ScriptFile, module: false);
        return Tag(value) == QuickJsValue.Exception ? Thrown(value) : Settle(Call(_handles.Watch, value), _handles.Shown);
    }

    /// <summary>Calls an exported function.</summary>
    public ScriptOutcome CallExport(string path, string context, string argument) =>
        Settle(Call(_handles.Run, NewText(path), NewText(context), NewText(argument)), _handles.Finish);

    /// <summary>Reads an exported value.</summary>
    public ScriptOutcome ReadExport(string path)
    {
        var value = Call(_handles.Read, NewText(path));
        return Tag(value) == QuickJsValue.Exception ? Thrown(value) : Returned(ReadText(value));
    }

    /// <summary>The outcome of a run that an exception of the host's own kind ended.</summary>
    public ScriptOutcome Stopped(Exception reason) => reason switch
    {
        WasmTrapException { Trap: WasmTrap.OutOfGas } =>
            Failed(ScriptStatus.OutOfGas, "the gas is used up", _limits.Gas),
        WasmTrapException { Trap: WasmTrap.TooDeep } => Failed(ScriptStatus.TooDeep, "the calls went too deep", GasUsed),
        // The engine gives up where it finds no memory for its own book-keeping.
        WasmTrapException { Trap: WasmTrap.Unreachable or WasmTrap.Aborted } when _growthRefused =>
            Failed(ScriptStatus.OutOfMemory, "out of memory", GasUsed),
        GuestMemoryException => Failed(ScriptStatus.OutOfMemory, "out of memory", GasUsed),
        GuestTextException text => new ScriptOutcome(
            ScriptStatus.Thrown, null, new ScriptError("Error", text.Code, text.Message, null), GasUsed, MemoryBytes),
        WasmTrapException trap => Failed(ScriptStatus.Trapped, $"the engine stopped: {trap.Trap}", GasUsed),
        _ => throw new ArgumentException("not a way in which a run ends", nameof(reason), reason),
    };

    /// <summary>Whether an exception is a way in which a run ends, and no fault of the host.</summary>
    public static bool EndsRun(Exception reason) =>
        reason is WasmTrapException or GuestMemoryException or GuestTextException;

    private long GasUsed => _limits.Gas - GasLeft;

    private long MemoryBytes => (long)_instance.Pages << 16;

    // Source text may hold anything but half a surrogate pair, which has no UTF-8.
    private int Evaluate(string source, string fileName, bool module)
    {
        if (source.Length > MaxTextBytes) throw new GuestTextException("TEXT_TOO_LONG", "the source is too long");
        Charge((long)source.Length * GasPerTextByte);
        if (HoldsOddUnits(source.Replace("\0", string.Empty, StringComparison.Ordinal)))
            throw new GuestTextException("TEXT_NOT_UNICODE", "the source has half of a surrogate pair");
        var buffer = WriteNew(source, out var length);
        WriteScratch(fileName);
        var value = NotZero(_exports.Evaluate(_handles.Context, buffer, length, _handles.Scratch, module));
        _exports.Free(buffer);
        return value;
    }

    private int Call(int function, params ReadOnlySpan<int> arguments)
    {
        for (var i = 0; i < arguments.Length; i++)
            _instance.WriteInt32(Address(_handles.Arguments) + (4u * (uint)i), arguments[i]);
        return NotZero(
            _exports.Call(_handles.Context, function, _handles.Undefined, arguments.Length, _handles.Arguments));
    }

    // Runs what is pending, then takes the result: it is there already, or a promise was waited for.
    private ScriptOutcome Settle(int value, int finish)
    {
        if (Tag(value) == QuickJsValue.Exception) return Thrown(value);
        if (_exports.HasJobs(_handles.Runtime))
        {
            var ran = NotZero(_exports.RunJobs(_handles.Runtime, _handles.Scratch));
            if (Tag(ran) is not QuickJsValue.Integer) return Described(ran);
        }

        if (Tag(value) == QuickJsValue.Undefined) value = Call(finish);
        return Tag(value) == QuickJsValue.Exception ? Thrown(value) : Returned(ReadText(value));
    }

    private ScriptOutcome Returned(string value) =>
        new(ScriptStatus.Returned, value, null, GasUsed, MemoryBytes);

    private ScriptOutcome Failed(ScriptStatus status, string message, long gasUsed) =>
        new(status, null, new ScriptError(status.ToString(), null, message, null), gasUsed, MemoryBytes);

    private ScriptOutcome Thrown(int value)
    {
        var error = _exports.TakeException(_handles.Context, value);
        return error == 0 ? Failed(ScriptStatus.OutOfMemory, "out of memory", GasUsed) : Described(error);
    }

    // To say what was thrown takes a little memory, which there may not be: it gets some that scripts never get.
    private ScriptOutcome Described(int error)
    {
        var memory = MemoryBytes;
        var ranOut = _growthRefused;
        _pageLimit = _limits.MemoryPages;
        var description = Call(_handles.Describe, error);
        if (Tag(description) == QuickJsValue.Exception)
            return Failed(ranOut ? ScriptStatus.OutOfMemory : ScriptStatus.Thrown, "an error that cannot be shown", GasUsed);
        var thrown = ErrorText.Parse(ReadText(description));
        return new ScriptOutcome(ErrorText.StatusOf(thrown, ranOut), null, thrown, GasUsed, memory);
    }
}
