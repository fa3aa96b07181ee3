using System.Globalization;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Ledger.Contracts.Wasm;

/// <summary>
/// Compiles a module to a class of static methods, one for each function, that are the same wherever they are compiled.
/// </summary>
internal sealed class WasmCompiler
{
    /// <summary>The name of every assembly of compiled code: this one lets it see its internals.</summary>
    public const string AssemblyName = "Ledger.Contracts.Generated";

    public const string TypeName = "Guest";

    /// <summary>Gives the address of a function that is exported, started, or in the table.</summary>
    public const string AddressMethod = "Address";

    public const string IdentityField = "Identity";

    /// <summary>Static offsets up to this are fields; beyond it RyuJIT would test addresses for null.</summary>
    public const int MaxFieldOffset = 16_000;

    // A hash of the library's code, as builds are deterministic.
    private static readonly Guid Library = typeof(WasmCompiler).Module.ModuleVersionId;

    private const BindingFlags Statics = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    private readonly ModuleBuilder _builder;
    private readonly MethodImplAttributes _flags;
    private readonly MethodInfo[] _methods;

    // The guest's memory as a structure; by type and offset, at most one for each pair that the module's code holds.
    private readonly Dictionary<(Type Type, int Offset), FieldBuilder> _fields = [];
    private readonly TypeBuilder _memory;

    private WasmCompiler(
        WasmModule module, Type imports, WasmCompileOptions options, MethodImplAttributes flags, ModuleBuilder builder)
    {
        _flags = flags;
        Module = module;
        Options = options;
        _builder = builder;
        _methods = new MethodInfo[module.FunctionCount];
        _memory = builder.DefineType(
            "Memory",
            TypeAttributes.Public | TypeAttributes.Sealed | TypeAttributes.ExplicitLayout,
            typeof(ValueType));
        FindImports(imports);
    }

    public static int OffsetOfGlobals => (int)Marshal.OffsetOf<WasmContext>(nameof(WasmContext.Globals));

    public WasmModule Module { get; }

    public WasmCompileOptions Options { get; }

    /// <summary>Compiles into a module of IL, with flags for the methods.</summary>
    public static WasmFunctionStatistics[] Compile(
        WasmModule module, Type imports, WasmCompileOptions options, MethodImplAttributes flags, ModuleBuilder into) =>
        new WasmCompiler(module, imports, options, flags, into).Compile();

    public static MethodInfo Helper(string name, params Type[] parameters) =>
        (parameters.Length == 0
            ? typeof(WasmRuntime).GetMethod(name, Statics)
            : typeof(WasmRuntime).GetMethod(name, Statics, parameters))
        ?? throw new MissingMethodException(nameof(WasmRuntime), name);

    public static FieldInfo ContextField(string name) =>
        typeof(WasmContext).GetField(name) ?? throw new MissingFieldException(nameof(WasmContext), name);

    public static Type ResultOf(WasmFunctionType type) =>
        type.ResultTypes.Length == 0 ? typeof(void) : WasmOperandStack.TypeOf(type.ResultTypes[0]);

    public static Type[] ParametersOf(WasmFunctionType type) =>
        [.. Array.ConvertAll(type.ParameterTypes, WasmOperandStack.TypeOf), typeof(nint)];

    /// <summary>
    /// What compiled code must have been compiled from, how, and by exactly which build of this library: places within
    /// the context are constants in it.
    /// </summary>
    public static string IdentityOf(WasmModule module, WasmCompileOptions options) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Convert.ToHexStringLower(SHA256.HashData(module.Binary.Span))}/{WasmCode.Version}/{options}/{Library}");

    public MethodInfo MethodOf(int function) => _methods[function];

    /// <summary>A field of the guest's memory as a structure that begins where an address points to.</summary>
    public FieldInfo GuestField(Type type, int offset)
    {
        if (_fields.TryGetValue((type, offset), out var field)) return field;
        field = _memory.DefineField($"{type.Name}At{offset}", type, FieldAttributes.Public);
        field.SetOffset(offset);
        return _fields[(type, offset)] = field;
    }

    private WasmFunctionStatistics[] Compile()
    {
        var guest = _builder.DefineType(
            TypeName, TypeAttributes.Public | TypeAttributes.Abstract | TypeAttributes.Sealed);
        var imports = Module.ImportArray.Length;
        for (var i = imports; i < _methods.Length; i++)
        {
            var type = Module.TypeOf(i);
            var method = guest.DefineMethod(
                $"f{i}", MethodAttributes.Public | MethodAttributes.Static, ResultOf(type), ParametersOf(type));
            method.InitLocals = false;
            method.SetImplementationFlags(_flags);
            _methods[i] = method;
        }

        var statistics = new WasmFunctionStatistics[_methods.Length - imports];
        for (var i = 0; i < statistics.Length; i++)
        {
            var generator = ((MethodBuilder)_methods[imports + i]).GetILGenerator(1 << 10);
            statistics[i] = new WasmFunctionCompiler(this, imports + i, generator).Compile();
        }

        DefineAddresses(guest);
        var identity = guest.DefineField(
            IdentityField, typeof(string), FieldAttributes.Public | FieldAttributes.Static | FieldAttributes.Literal);
        identity.SetConstant(IdentityOf(Module, Options));
        _memory.CreateType();
        guest.CreateType();
        return statistics;
    }

    // static nint Address(int function): a switch over the functions that are called by address.
    private void DefineAddresses(TypeBuilder guest)
    {
        var method = guest.DefineMethod(
            AddressMethod, MethodAttributes.Public | MethodAttributes.Static, typeof(nint), [typeof(int)]);
        var il = new WasmIlWriter(method.GetILGenerator());
        var labels = new Label[_methods.Length];
        var none = il.DefineLabel();
        Array.Fill(labels, none);
        var called = Addressed(Module);
        foreach (var function in called) labels[function] = il.DefineLabel();
        il.LoadArgument(0);
        il.Switch(labels);
        il.Mark(none);
        il.Constant(0);
        il.Emit(OpCodes.Conv_I);
        il.Emit(OpCodes.Ret);
        foreach (var function in called)
        {
            il.Mark(labels[function]);
            il.LoadFunction(_methods[function]);
            il.Emit(OpCodes.Ret);
        }
    }

    /// <summary>Functions that are called by their address.</summary>
    public static SortedSet<int> Addressed(WasmModule module)
    {
        var functions = new SortedSet<int>(module.Elements.SelectMany(e => e.Functions));
        functions.UnionWith(
            module.ExportTable.Values.Where(e => e.Kind == WasmExternalKind.Function).Select(e => e.Index));
        if (module.Start >= 0) functions.Add(module.Start);
        return functions;
    }

    private void FindImports(Type imports)
    {
        var named = imports.GetMethods(Statics)
            .SelectMany(m => m.GetCustomAttributes<WasmImportAttribute>()
                .Select(a => (Name: (a.Module, a.Name), Method: m)))
            .ToDictionary(x => x.Name, x => x.Method);
        for (var i = 0; i < Module.ImportArray.Length; i++)
        {
            var import = Module.ImportArray[i];
            if (!named.TryGetValue((import.Module, import.Name), out var method))
                throw new ArgumentException($"{imports} has no import {import.Module}.{import.Name}.", nameof(imports));
            if (method.ReturnType != ResultOf(import.Type)
                || !method.GetParameters().Select(p => p.ParameterType).SequenceEqual(ParametersOf(import.Type)))
                throw new ArgumentException($"{method} is not of the type of its import.", nameof(imports));
            _methods[i] = method;
        }
    }
}
