using System.Security.Cryptography;

namespace Ledger.Core.Crypto.Secp256k1;

/// <summary>
/// The nonce candidates of RFC 6979 section 3.2 with HMAC-SHA-256 for a 256-bit order. Not thread-safe.
/// </summary>
internal ref struct Rfc6979Nonces
{
    private const int Size = Secp256k1Scalar.Size;

    private readonly Span<byte> _k;
    private readonly Span<byte> _v;
    private bool _started;

    /// <summary>Starts the sequence for a secret and a digest, both below the order (steps a to g).</summary>
    /// <param name="secretKey">The secret.</param>
    /// <param name="digest">The digest, reduced modulo the order.</param>
    /// <param name="state">Room for 64 bytes, secret; the caller wipes it.</param>
    public Rfc6979Nonces(ReadOnlySpan<byte> secretKey, ReadOnlySpan<byte> digest, Span<byte> state)
    {
        _k = state[..Size];
        _v = state[Size..(2 * Size)];
        _k.Clear();
        _v.Fill(1);
        Update(0, secretKey, digest);
        Update(1, secretKey, digest);
    }

    /// <summary>Writes the next candidate, which is in 1..order-1 (step h).</summary>
    public void Next(Span<byte> nonce)
    {
        do
        {
            if (_started) Update(0, [], []);
            _started = true;
            HMACSHA256.HashData(_k, _v, _v);
        }
        while (!Secp256k1Scalar.IsValid(_v));

        _v.CopyTo(nonce);
    }

    // K = HMAC(K, V || separator || secret || digest); V = HMAC(K, V).
    private readonly void Update(byte separator, ReadOnlySpan<byte> secretKey, ReadOnlySpan<byte> digest)
    {
        Span<byte> input = stackalloc byte[(3 * Size) + 1];
        _v.CopyTo(input);
        input[Size] = separator;
        secretKey.CopyTo(input[(Size + 1)..]);
        digest.CopyTo(input[(Size + 1 + secretKey.Length)..]);
        HMACSHA256.HashData(_k, input[..(Size + 1 + secretKey.Length + digest.Length)], _k);
        HMACSHA256.HashData(_k, _v, _v);
        CryptographicOperations.ZeroMemory(input);
    }
}
