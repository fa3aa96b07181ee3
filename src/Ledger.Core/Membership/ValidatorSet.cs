using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Evidence;

namespace Ledger.Core.Membership;

/// <summary>One organisation's validator.</summary>
/// <param name="Member">The member that runs it.</param>
/// <param name="Key">Its public key: signs votes, and is its identity on the network.</param>
/// <param name="Address">Where the others reach it, as <c>host:port</c>.</param>
public sealed record Validator(string Member, PublicKey Key, string Address);

/// <summary>
/// The validators of one epoch, in the order that gives each its index (<c>ledger.core.v1.ValidatorSet</c>). Canonical
/// and immutable.
/// </summary>
public sealed class ValidatorSet
{
    /// <summary>Most validators that a channel can have.</summary>
    public const int MaxValidators = 256;

    /// <summary>Largest encoding in bytes.</summary>
    public const int MaxBytes = MaxValidators * 640;

    private readonly Validator[] _validators;
    private readonly byte[] _encoded;

    /// <summary>Creates a set.</summary>
    /// <exception cref="ArgumentException">It is empty, too large, or holds a key twice.</exception>
    public ValidatorSet(Epoch epoch, IEnumerable<Validator> validators)
    {
        Epoch = epoch;
        _validators = [.. validators];
        if (_validators.Length is 0 or > MaxValidators)
            throw new ArgumentException($"a validator set has 1 to {MaxValidators} validators", nameof(validators));
        if (_validators.Select(v => v.Key.Id).Distinct().Count() != _validators.Length)
            throw new ArgumentException("two validators share a key", nameof(validators));
        var writer = new CanonicalWriter(1024);
        writer.UInt64(1, epoch.Value);
        foreach (var validator in _validators)
        {
            var start = writer.BeginMessage(2);
            writer.Text(1, validator.Member);
            writer.Bytes(2, validator.Key.Encoded);
            writer.Text(3, validator.Address);
            writer.EndMessage(start);
        }

        _encoded = writer.ToArray();
    }

    /// <summary>The epoch.</summary>
    public Epoch Epoch { get; }

    /// <summary>The validators in order of their index.</summary>
    public IReadOnlyList<Validator> Validators => _validators;

    /// <summary>Number of validators, n.</summary>
    public int Count => _validators.Length;

    /// <summary>Quorum arithmetic for this set's size.</summary>
    public QuorumSize Quorum => QuorumSize.For(_validators.Length);

    /// <summary>The canonical encoding.</summary>
    public ReadOnlyMemory<byte> Encoded => _encoded;

    /// <summary>The validator with an index.</summary>
    public Validator this[ValidatorIndex index] => _validators[index.Value];

    /// <summary>The set's hash, which the header that ends the epoch before commits to.</summary>
    public Hash256 HashWith(HashFunction hash) => hash.Hash(DomainTag.ValidatorSet, _encoded);

    /// <summary>Whether an index belongs to the set.</summary>
    public bool Contains(ValidatorIndex index) => (uint)index.Value < (uint)_validators.Length;

    /// <summary>Finds a validator by key; null when the key is a stranger's.</summary>
    public ValidatorIndex? IndexOf(KeyId key)
    {
        for (var i = 0; i < _validators.Length; i++)
        {
            if (_validators[i].Key.Id == key) return new ValidatorIndex(i);
        }

        return null;
    }

    /// <summary>Decodes a set; keys are parsed with <paramref name="suite"/>.</summary>
    public static bool TryDecode(
        ReadOnlySpan<byte> bytes,
        CryptoSuite suite,
        [NotNullWhen(true)] out ValidatorSet? set,
        out DecodeError error)
    {
        set = null;
        var validators = new List<Validator>();
        var keys = new HashSet<KeyId>();
        var reader = new CanonicalReader(bytes);
        var epoch = new Epoch(reader.UInt64(1));
        while (reader.IsNext(2))
        {
            var inner = new CanonicalReader(reader.Message(2, 1024));
            var member = inner.RequiredText(1, EvidenceLimits.IdentifierBytes);
            var keyBytes = inner.FixedBytes(2, CryptoSuite.PublicKeySize);
            var address = inner.Text(3, EvidenceLimits.IdentifierBytes);
            if (!inner.End()) reader.Fail(inner.Error.Kind, 2);
            else if (!suite.TryParsePublicKey(keyBytes, out var key)) reader.Fail(DecodeErrorKind.BadValue, 2);
            else if (validators.Count == MaxValidators) reader.Fail(DecodeErrorKind.TooLarge, 2);
            else if (!keys.Add(key.Id)) reader.Fail(DecodeErrorKind.BadValue, 2);
            else validators.Add(new Validator(member, key, address));
        }

        if (reader.Ok && validators.Count == 0) reader.Fail(DecodeErrorKind.MissingField, 2);
        var ok = reader.End();
        error = reader.Error;
        if (ok) set = new ValidatorSet(epoch, validators);
        return ok;
    }
}
