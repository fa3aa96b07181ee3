namespace Ledger.Contracts.Wasm;

/// <summary>
/// Marks a static method as what a guest imports under a name. It takes the guest's parameters (<see cref="int"/>,
/// <see cref="long"/>, <see cref="float"/>, <see cref="double"/>) and then the context's address as <see cref="nint"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class WasmImportAttribute(string module, string name) : Attribute
{
    public string Module { get; } = module;

    public string Name { get; } = name;
}
