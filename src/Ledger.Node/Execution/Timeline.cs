using Ledger.Core.Crypto;
using Ledger.Core.State;

namespace Ledger.Node.Execution;

/// <summary>A subject's timeline while a block is executed.</summary>
/// <param name="subject">The subject.</param>
/// <param name="path">Its key's place in the state tree.</param>
internal sealed class Timeline(string subject, in Hash256 path)
{
    public string Subject => subject;

    public Hash256 Path { get; } = path;

    /// <summary>The newest entry; null while there is none.</summary>
    public TimelineHead? Head { get; set; }
}
