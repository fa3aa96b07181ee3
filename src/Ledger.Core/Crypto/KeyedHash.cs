namespace Ledger.Core.Crypto;

/// <summary>
/// HMAC (RFC 2104) under one key that is set up once: for those who take many under the same key. Immutable and safe for
/// concurrent use.
/// </summary>
public abstract class KeyedHash
{
    /// <summary>The HMAC of <paramref name="data"/>.</summary>
    public abstract Hash256 Hmac(ReadOnlySpan<byte> data);

    /// <summary>Keeps the key, and sets it up each time.</summary>
    internal sealed class Plain(HashFunction hash, ReadOnlyMemory<byte> key) : KeyedHash
    {
        public override Hash256 Hmac(ReadOnlySpan<byte> data) => hash.Hmac(key.Span, data);
    }
}
