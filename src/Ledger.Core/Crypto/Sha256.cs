using System.Security.Cryptography;
using Ledger.Core.Crypto.Native;

namespace Ledger.Core.Crypto;

/// <summary>
/// SHA-256 (FIPS 180-4) on the framework's implementation; short messages on the libcrypto beneath it, directly.
/// </summary>
public sealed class Sha256 : HashFunction
{
    // Above this the concatenation is hashed incrementally instead of on the stack.
    private const int StackLimit = 1024;

    // One a thread, kept: verifying a long message then allocates no more than verifying a short one.
    [ThreadStatic]
    private static IncrementalHash? _long;

    private Sha256()
    {
    }

    /// <summary>The one instance.</summary>
    public static Sha256 Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => "sha-256";

    /// <inheritdoc/>
    public override Hash256 Hash(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        if (OpenSslSha256.IsAvailable && first.Length + second.Length <= OpenSslSha256.MaxLength)
            return OpenSslSha256.Hash(first, second);
        return HashManaged(first, second);
    }

    /// <summary>The same hash by the framework alone.</summary>
    internal static Hash256 HashManaged(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        Span<byte> digest = stackalloc byte[Hash256.Size];
        if (first.IsEmpty)
        {
            SHA256.HashData(second, digest);
        }
        else if (first.Length + second.Length <= StackLimit)
        {
            Span<byte> buffer = stackalloc byte[first.Length + second.Length];
            first.CopyTo(buffer);
            second.CopyTo(buffer[first.Length..]);
            SHA256.HashData(buffer, digest);
        }
        else
        {
            var hash = _long ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(first);
            hash.AppendData(second);
            hash.GetHashAndReset(digest);
        }

        return new Hash256(digest);
    }

    /// <inheritdoc/>
    public override Hash256 Hmac(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data) =>
        OpenSslSha256.IsAvailable && key.Length <= OpenSslSha256.BlockSize && data.Length <= OpenSslSha256.MaxLength
            ? new Pads(key).Hmac(data)
            : HmacManaged(key, data);

    /// <inheritdoc/>
    public override KeyedHash WithKey(ReadOnlySpan<byte> key) =>
        OpenSslSha256.IsAvailable && key.Length <= OpenSslSha256.BlockSize
            ? new Keyed(key.ToArray())
            : base.WithKey(key);

    /// <summary>The same HMAC by the framework alone.</summary>
    internal static Hash256 HmacManaged(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data)
    {
        Span<byte> mac = stackalloc byte[Hash256.Size];
        HMACSHA256.HashData(key, data, mac);
        return new Hash256(mac);
    }

    /// <inheritdoc/>
    public override IIncrementalHash StartIncremental() => new Running();

    // RFC 2104: H(K xor opad || H(K xor ipad || data)). The two pads are a block each, so a key is set up by hashing them.
    private readonly struct Pads
    {
        private const byte InnerPad = 0x36;
        private const byte OuterPad = 0x5c;

        private readonly Sha256State _inner;
        private readonly Sha256State _outer;

        public Pads(ReadOnlySpan<byte> key)
        {
            Span<byte> pad = stackalloc byte[OpenSslSha256.BlockSize];
            pad.Fill(InnerPad);
            for (var i = 0; i < key.Length; i++) pad[i] ^= key[i];
            _inner = OpenSslSha256.Compress(Sha256State.Initial, pad);
            for (var i = 0; i < pad.Length; i++) pad[i] ^= InnerPad ^ OuterPad;
            _outer = OpenSslSha256.Compress(Sha256State.Initial, pad);
            CryptographicOperations.ZeroMemory(pad);
        }

        public Hash256 Hmac(ReadOnlySpan<byte> data)
        {
            var inner = OpenSslSha256.Hash(_inner, OpenSslSha256.BlockSize, data, []);
            return OpenSslSha256.Hash(_outer, OpenSslSha256.BlockSize, inner.AsSpan(), []);
        }
    }

    private sealed class Keyed(byte[] key) : KeyedHash
    {
        private readonly Pads _pads = new(key);

        public override Hash256 Hmac(ReadOnlySpan<byte> data) =>
            data.Length <= OpenSslSha256.MaxLength ? _pads.Hmac(data) : HmacManaged(key, data);
    }

    private sealed class Running : IIncrementalHash
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public void Append(ReadOnlySpan<byte> data) => _hash.AppendData(data);

        public Hash256 Finish()
        {
            Span<byte> digest = stackalloc byte[Hash256.Size];
            _hash.GetHashAndReset(digest);
            return new Hash256(digest);
        }

        public void Dispose() => _hash.Dispose();
    }
}
