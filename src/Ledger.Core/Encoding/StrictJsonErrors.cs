namespace Ledger.Core.Encoding;

/// <summary>
/// The first fault met in a JSON document, as a sentence that begins with the path of the value at fault.
/// </summary>
internal sealed class StrictJsonErrors
{
    /// <summary>The first fault; null while there is none.</summary>
    public string? First { get; private set; }

    public void Add(string path, string fault) => First ??= $"{path}: {fault}";
}
