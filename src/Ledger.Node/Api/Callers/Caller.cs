using Ledger.Core.Crypto;
using Ledger.Core.Membership;

namespace Ledger.Node.Api.Callers;

/// <summary>Who makes a call: a member, known by one of its keys. A feature of the HTTP request. Immutable.</summary>
/// <param name="Member">The member, as the chain has it.</param>
/// <param name="Key">The key that vouches for the call.</param>
public sealed record Caller(Member Member, KeyId Key);
