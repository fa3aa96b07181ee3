namespace Ledger.Client.Submit.Journal;

/// <summary>
/// A file in which the SDK keeps what it sends is in use by another process, damaged, or belongs to something else.
/// Nothing was changed.
/// </summary>
public sealed class JournalException : IOException
{
    internal JournalException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
