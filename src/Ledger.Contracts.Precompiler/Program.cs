using Ledger.Contracts.Engine;

// A step of building, which its project file runs: writes the contract engine's code as an assembly.
if (args is not [var path])
{
    await Console.Error.WriteLineAsync("usage: Ledger.Contracts.Precompiler FILE").ConfigureAwait(false);
    return 2;
}

var file = File.Create(path);
await using (file.ConfigureAwait(false)) PrecompiledEngine.Save(file);
return 0;
