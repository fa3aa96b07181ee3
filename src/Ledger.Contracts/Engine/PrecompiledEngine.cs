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

    /// <summary>Writes the assembly: the same bytes for the same build of this library.</summary>
    public static void Save(Stream into)
    {
        ArgumentNullException.ThrowIfNull(into);
        QuickJsBinary.Save(into);
    }
}
