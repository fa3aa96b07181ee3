using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Runtime.Loader;

namespace Ledger.Contracts.Wasm;

/// <summary>
/// A module compiled to the host's code. Immutable, may be used by any number of instances on any threads, and is never
/// unloaded.
/// </summary>
public sealed unsafe class WasmCode
{
    /// <summary>
    /// The version of what compiled code does: gas, depth, and what accesses outside the memory do. Part of an engine's
    /// identity: it changes with any of them.
    /// </summary>
    public const int Version = WasmGasPlan.Version;

    // Straight to optimised code: a first tier's frames are larger, and an interpreter's loop is entered once and
    // stays.
    private const MethodImplAttributes RunTimeFlags = MethodImplAttributes.AggressiveOptimization;

    private readonly delegate*<int, nint> _addresses;

    private WasmCode(WasmModule module, Type guest, WasmFunctionStatistics[] statistics)
    {
        Module = module;
        Guest = guest;
        Statistics = statistics;
        var address = guest.GetMethod(WasmCompiler.AddressMethod)
            ?? throw new MissingMethodException(guest.FullName, WasmCompiler.AddressMethod);
        _addresses = (delegate*<int, nint>)address.MethodHandle.GetFunctionPointer();
        // Pinned: compiled code has its address.
        Table = GC.AllocateArray<WasmTableEntry>(Math.Max(1, module.TableSize), pinned: true);
        for (var i = 0; i < Table.Length; i++) Table[i] = new WasmTableEntry { Type = -1 };
        foreach (var element in module.Elements)
        {
            for (var i = 0; i < element.Functions.Length; i++)
            {
                var function = element.Functions[i];
                Table[element.Offset + i] = new WasmTableEntry
                {
                    Function = _addresses(function),
                    Type = module.CanonicalType(module.FunctionTypes[function]),
                };
            }
        }
    }

    public WasmModule Module { get; }

    /// <summary>The size of each function; empty when the code was loaded.</summary>
    public IReadOnlyList<WasmFunctionStatistics> Statistics { get; }

    /// <summary>The class that it was compiled to.</summary>
    internal Type Guest { get; }

    internal WasmTableEntry[] Table { get; }

    /// <summary>Compiles a module to be used at once.</summary>
    /// <param name="module">What to compile.</param>
    /// <param name="imports">The class of the methods that it imports: <see cref="WasmImportAttribute"/>.</param>
    /// <param name="options">How to compile it.</param>
    /// <exception cref="ArgumentException">An import is missing, or of another type.</exception>
    public static WasmCode Compile(WasmModule module, Type imports, WasmCompileOptions options) =>
        Compile(module, imports, options, RunTimeFlags);

    /// <summary>
    /// Compiles with other flags than usual, for tests: gas, depth and results must not depend on them.
    /// </summary>
    internal static WasmCode Compile(
        WasmModule module, Type imports, WasmCompileOptions options, MethodImplAttributes flags)
    {
        var assembly = AssemblyBuilder.DefineDynamicAssembly(
            new AssemblyName(WasmCompiler.AssemblyName), AssemblyBuilderAccess.Run);
        var into = assembly.DefineDynamicModule(WasmCompiler.AssemblyName);
        var statistics = WasmCompiler.Compile(module, imports, options, flags, into);
        return new WasmCode(module, assembly.GetType(WasmCompiler.TypeName, throwOnError: true)!, statistics);
    }

    /// <summary>
    /// Writes a module's code as an assembly for <see cref="Load"/>. The same module, options and version of this
    /// library give the same bytes.
    /// </summary>
    /// <param name="module">What to compile.</param>
    /// <param name="imports">The class of the methods that it imports.</param>
    /// <param name="options">How to compile it.</param>
    /// <param name="into">Where to write the assembly.</param>
    /// <param name="aheadOfTime">
    /// Whether a compiler of native images will work on it: it leaves out what is to be optimised at run time.
    /// </param>
    public static void Save(
        WasmModule module, Type imports, WasmCompileOptions options, Stream into, bool aheadOfTime = false)
    {
        var assembly = new PersistedAssemblyBuilder(
            new AssemblyName(WasmCompiler.AssemblyName), typeof(object).Assembly);
        // What asks to be optimised at run time is not compiled ahead of it.
        var flags = aheadOfTime ? MethodImplAttributes.IL : RunTimeFlags;
        WasmCompiler.Compile(module, imports, options, flags, assembly.DefineDynamicModule(WasmCompiler.AssemblyName));
        using var plain = new MemoryStream();
        assembly.Save(plain);
        var bytes = plain.ToArray();
        ClearStamps(bytes);
        into.Write(bytes);
    }

    /// <summary>
    /// Loads an assembly that <see cref="Save"/> wrote, or a native image of it. It is code of this process from then
    /// on: it must lie where the process' own assemblies lie, or have been compared with a hash that is known to be
    /// right. That it was made from this module with these options is checked, against mistakes.
    /// </summary>
    /// <exception cref="BadImageFormatException">It was made from something else, or by another version.</exception>
    public static WasmCode Load(WasmModule module, WasmCompileOptions options, string path)
    {
        var context = new AssemblyLoadContext(WasmCompiler.AssemblyName);
        var guest = context.LoadFromAssemblyPath(path).GetType(WasmCompiler.TypeName);
        var identity = guest?.GetField(WasmCompiler.IdentityField)?.GetRawConstantValue() as string;
        if (guest is null || identity != WasmCompiler.IdentityOf(module, options))
            throw new BadImageFormatException("The compiled code is of another module or version.", path);
        return new WasmCode(module, guest, []);
    }

    /// <summary>The address of a function that is exported, started or in the table.</summary>
    internal nint AddressOf(int function) =>
        function < Module.ImportArray.Length ? 0 : _addresses(function);

    // The time, and a random number for the module's version: all that differs between two runs.
    private static void ClearStamps(byte[] assembly)
    {
        using var image = new PEReader(new MemoryStream(assembly));
        var metadata = image.GetMetadataReader();
        var version = metadata.GetModuleDefinition().Mvid;
        var offset = image.PEHeaders.MetadataStartOffset + metadata.GetHeapMetadataOffset(HeapIndex.Guid)
            + (16 * (metadata.GetHeapOffset(version) - 1));
        assembly.AsSpan(offset, 16).Clear();
        // Behind the machine and the number of sections.
        assembly.AsSpan(image.PEHeaders.CoffHeaderStartOffset + 4, 4).Clear();
    }
}
