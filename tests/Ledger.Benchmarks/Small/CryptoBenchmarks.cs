using BenchmarkDotNet.Attributes;
using Ledger.Core.Crypto;
using Ledger.Testing.Builders;

namespace Ledger.Benchmarks.Small;

/// <summary>Hashing and signatures, with the native library that validators use.</summary>
public class CryptoBenchmarks
{
    private static readonly Secp256k1Suite Suite = Secp256k1Suite.RequireNative();

    private readonly ISigner _signer = A.Signer("benchmark");
    private readonly byte[] _message = new byte[300];
    private readonly byte[] _kibibyte = new byte[1024];
    private readonly Hash256 _left = Suite.Hash.Hash("left"u8);
    private readonly Hash256 _right = Suite.Hash.Hash("right"u8);
    private byte[] _signature = [];

    [GlobalSetup]
    public void SetUp() => _signature = _signer.Sign(DomainTag.Transaction, _message);

    [Benchmark]
    public Hash256 HashNode() => Suite.Hash.HashNode(1, _left, _right);

    [Benchmark]
    public Hash256 HashKibibyte() => Suite.Hash.Hash(_kibibyte);

    [Benchmark]
    public byte[] Sign() => _signer.Sign(DomainTag.Transaction, _message);

    [Benchmark]
    public bool Verify() => Suite.Verify(_signer.PublicKey, DomainTag.Transaction, _message, _signature);
}
