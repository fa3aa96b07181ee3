using Ledger.Contracts.Engine.QuickJs;

namespace Ledger.Contracts.Engine;

/// <summary>
/// The engine's code as an assembly beside this one, so that a process does not have to make it (ADR 0029). It is
/// used only when this very build of the library made it; else each process compiles the engine when it first needs
/// it, to code of the same gas and results.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public static class PrecompiledEngine
{
    /// <summary>What the assembly must be called.</summary>
    public const string FileName = "Ledger.Contracts.Generated.dll";

    /// <summary>Whether this process runs such code. Asking for it makes the engine's code ready.</summary>
    public static bool IsUsed => QuickJsBinary.IsPrecompiled;

    /// <summary>
    /// Why the assembly that lies beside this one is not used; null when it is, or there is none, as beside tests. Whether
    /// it is used makes no difference to any result, but to how long the first call takes. Makes the engine's code ready.
    /// </summary>
    public static string? Problem => QuickJsBinary.Problem;

    /// <summary>Writes the assembly: the same bytes for the same build of this library.</summary>
    public static void Save(Stream into)
    {
        ArgumentNullException.ThrowIfNull(into);
        QuickJsBinary.Save(into);
    }
}
