using Ledger.Contracts.Wasm;

namespace Ledger.Contracts.Engine.QuickJs;

/// <summary>
/// The binary's exports that the host calls, under their real names (QTS_ of quickjs-emscripten). Values travel as
/// pointers to 8 bytes of guest memory (<see cref="QuickJsValue"/>), which whoever receives one frees.
/// </summary>
/// <remarks>Unsafe because translated functions are called through pointers; they check everything
/// themselves.</remarks>
internal sealed unsafe class QuickJsExports(WasmInstance instance)
{
    private readonly nint _context = instance.Context;
    private readonly delegate*<nint, void> _initialize = (delegate*<nint, void>)instance.Function("u");
    private readonly delegate*<nint, int> _newRuntime = (delegate*<nint, int>)instance.Function("K");
    private readonly delegate*<nint, int> _undefined = (delegate*<nint, int>)instance.Function("E");
    private readonly delegate*<int, int, nint, int> _newContext = Binary(instance, "N");
    private readonly delegate*<int, int, nint, void> _setStack = Action(instance, "D");
    private readonly delegate*<int, nint, int> _allocate = Unary(instance, "v");
    private readonly delegate*<int, nint, void> _free = (delegate*<int, nint, void>)instance.Function("M");
    private readonly delegate*<int, int, nint, int> _newString = Binary(instance, "_");
    private readonly delegate*<int, int, nint, int> _getText = Binary(instance, "$");
    private readonly delegate*<int, int, nint, void> _freeText = Action(instance, "S");
    private readonly delegate*<int, int, nint, void> _freeValue = Action(instance, "P");
    private readonly delegate*<int, int, nint, int> _throw = Binary(instance, "w");
    private readonly delegate*<int, int, nint, int> _exception = Binary(instance, "na");
    private readonly delegate*<int, int, int, nint, int> _element =
        (delegate*<int, int, int, nint, int>)instance.Function("ia");
    private readonly delegate*<int, nint, int> _hasJobs = Unary(instance, "fa");
    private readonly delegate*<int, int, int, nint, int> _runJobs =
        (delegate*<int, int, int, nint, int>)instance.Function("ga");
    private readonly delegate*<int, int, int, int, int, nint, int> _call =
        (delegate*<int, int, int, int, int, nint, int>)instance.Function("ma");
    private readonly delegate*<int, int, int, int, int, nint, int> _newFunction =
        (delegate*<int, int, int, int, int, nint, int>)instance.Function("Da");
    private readonly delegate*<int, int, int, int, int, int, nint, int> _evaluate =
        (delegate*<int, int, int, int, int, int, nint, int>)instance.Function("pa");

    /// <summary>Runs the binary's constructors; once in a new memory.</summary>
    public void Initialize() => _initialize(_context);

    public int NewRuntime() => _newRuntime(_context);

    /// <summary>A pointer to <c>undefined</c> that is never freed.</summary>
    public int Undefined() => _undefined(_context);

    /// <summary>A realm with all intrinsics.</summary>
    public int NewContext(int runtime) => _newContext(runtime, 0, _context);

    /// <summary>
    /// Where the engine begins to answer <c>stack overflow</c>, in bytes of its stack in linear memory.
    /// </summary>
    public void SetStack(int runtime, int bytes) => _setStack(runtime, bytes, _context);

    /// <summary>Guest memory, or 0.</summary>
    public int Allocate(int bytes) => _allocate(bytes, _context);

    public void Free(int address) => _free(address, _context);

    /// <summary>A string of the UTF-8 text at an address, which a zero byte ends.</summary>
    public int NewString(int guest, int text) => _newString(guest, text, _context);

    /// <summary>A value's text as UTF-8 that a zero byte ends, or 0 when an exception is pending.</summary>
    public int GetText(int guest, int value) => _getText(guest, value, _context);

    public void FreeText(int guest, int text) => _freeText(guest, text, _context);

    public void FreeValue(int guest, int value) => _freeValue(guest, value, _context);

    /// <summary>Makes a value the pending exception; gives what a function that throws must return.</summary>
    public int Throw(int guest, int value) => _throw(guest, value, _context);

    /// <summary>Takes the pending exception when a value says that there is one; 0 when it does not.</summary>
    public int TakeException(int guest, int value) => _exception(guest, value, _context);

    /// <summary>An array's element.</summary>
    public int Element(int guest, int array, int index) => _element(guest, array, index, _context);

    public bool HasJobs(int runtime) => _hasJobs(runtime, _context) != 0;

    /// <summary>Runs all pending jobs: gives how many, or what one of them threw.</summary>
    public int RunJobs(int runtime, int lastContext) => _runJobs(runtime, -1, lastContext, _context);

    public int Call(int guest, int function, int self, int count, int arguments) =>
        _call(guest, function, self, count, arguments, _context);

    /// <summary>A function that ends up in <see cref="QuickJsImports.CallHost"/>.</summary>
    public int NewFunction(int guest, int name, int reference) => _newFunction(guest, name, 0, 0, reference, _context);

    /// <summary>Evaluates source text; for a module it gives its namespace, or a promise for it.</summary>
    public int Evaluate(int guest, int source, int bytes, int fileName, bool module) =>
        _evaluate(guest, source, bytes, fileName, 0, module ? 1 : 0, _context);

    private static delegate*<int, nint, int> Unary(WasmInstance instance, string name) =>
        (delegate*<int, nint, int>)instance.Function(name);

    private static delegate*<int, int, nint, int> Binary(WasmInstance instance, string name) =>
        (delegate*<int, int, nint, int>)instance.Function(name);

    private static delegate*<int, int, nint, void> Action(WasmInstance instance, string name) =>
        (delegate*<int, int, nint, void>)instance.Function(name);
}
