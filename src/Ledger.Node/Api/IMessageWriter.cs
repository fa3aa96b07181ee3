namespace Ledger.Node.Api;

/// <summary>Where a handler writes the messages of a stream, whichever protocol carries them.</summary>
/// <remarks>Not thread-safe; belongs to the handler of its call. Waits when the client does not keep up.</remarks>
/// <typeparam name="T">The messages.</typeparam>
public interface IMessageWriter<in T>
{
    /// <summary>Writes one message.</summary>
    /// <param name="message">The message; serialized before this method returns.</param>
    /// <param name="flush">
    /// Whether the client must see it now. Without it messages are gathered into larger writes: right for a long list,
    /// wrong for the last message before a pause.
    /// </param>
    /// <exception cref="OperationCanceledException">The client is gone, or its deadline passed.</exception>
    ValueTask WriteAsync(T message, bool flush = true);
}
