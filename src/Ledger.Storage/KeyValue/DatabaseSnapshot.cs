namespace Ledger.Storage.KeyValue;

/// <summary>
/// A database as it was at one moment: reads through it see every write before that moment and none after. Keep it
/// short: versions that it pins cannot be reclaimed.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
internal abstract class DatabaseSnapshot : IDisposable
{
    /// <inheritdoc/>
    public abstract void Dispose();
}
