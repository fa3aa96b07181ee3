namespace Ledger.Client.Credentials;

/// <summary>
/// Gives the tokens with which calls show who makes them. <see cref="MemberCredentials"/> makes them with a member's
/// key; an application whose key is elsewhere, such as in a security module, gives its own.
/// </summary>
/// <remarks>Implementations are safe for concurrent use, and remember a token until shortly before it ends.</remarks>
public interface ICallerCredentials
{
    /// <summary>A token for a node, good for at least the next few seconds.</summary>
    /// <param name="audience">The node's origin, such as <c>https://node.example:7500</c>.</param>
    /// <param name="cancellation">Cancels waiting.</param>
    ValueTask<string> GetTokenAsync(string audience, CancellationToken cancellation);

    /// <summary>
    /// Told when a node refuses a token because its clock differs: whether tokens for that node are made by the node's
    /// clock from now on, so that the call is worth a second try. False unless an implementation can.
    /// </summary>
    /// <param name="audience">The node's origin.</param>
    /// <param name="nodeTime">The node's time.</param>
    bool AdjustClock(string audience, DateTimeOffset nodeTime) => false;
}
