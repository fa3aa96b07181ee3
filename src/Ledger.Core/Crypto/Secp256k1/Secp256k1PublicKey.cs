namespace Ledger.Core.Crypto.Secp256k1;

/// <summary>A public key of this suite. Each back end derives its own, which holds the parsed point.</summary>
internal abstract class Secp256k1PublicKey(byte[] encoded) : PublicKey(encoded, Sha256.Instance);
