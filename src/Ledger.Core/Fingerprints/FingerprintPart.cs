using System.Numerics;
using Ledger.Core.Crypto;
using Ledger.Core.Merkle;

namespace Ledger.Core.Fingerprints;

/// <summary>
/// Neighbouring records of a data set, cut and not yet hashed. Hashing one part needs nothing of another, so parts may be
/// hashed on any threads and in any order; what comes out does not depend on it.
/// </summary>
/// <remarks>Not thread-safe: used by one thread at a time. <see cref="FingerprintParts"/> makes them.</remarks>
public sealed class FingerprintPart
{
    /// <summary>Most records in a part: enough that handing it over costs nothing beside hashing it.</summary>
    internal const int MaxRecords = 4096;

    /// <summary>Bytes from which on a part is full.</summary>
    internal const int FullBytes = 128 << 10;

    private readonly HashFunction _hash;
    private readonly KeyedHash _secret;
    private readonly FingerprintParameters _parameters;

    // The ends of the records in _data. Bound: MaxRecords.
    private readonly List<int> _ends = new(256);

    // Bound: FullBytes and the largest record.
    private byte[] _data = new byte[FullBytes];
    private int _length;

    // Bound: MaxRecords.
    private Hash256[] _leaves = [];

    internal FingerprintPart(HashFunction hash, KeyedHash secret, FingerprintParameters parameters)
    {
        _hash = hash;
        _secret = secret;
        _parameters = parameters;
    }

    /// <summary>Index of the first record.</summary>
    public ulong First { get; private set; }

    /// <summary>Number of records.</summary>
    public int Count => _ends.Count;

    internal bool IsFull => _length >= FullBytes || _ends.Count == MaxRecords;

    /// <summary>The subtrees of the log tree that the records make up, from left to right; empty until
    /// <see cref="Hash"/>. At most two for each level.</summary>
    internal List<(int Level, Hash256 Root)> Subtrees { get; } = [];

    /// <summary>Salts and hashes the records. Takes nearly all the time that a fingerprint takes.</summary>
    public void Hash()
    {
        if (_leaves.Length < Count) _leaves = new Hash256[Math.Max(Count, 256)];
        var start = 0;
        for (var i = 0; i < Count; i++)
        {
            var salt = FingerprintHash.SaltOf(_secret, _parameters.Rule, First + (ulong)i);
            _leaves[i] = FingerprintHash.LeafOf(
                _hash, salt.AsSpan()[.._parameters.SaltSize], _data.AsSpan(start.._ends[i]));
            start = _ends[i];
        }

        Subtrees.Clear();
        for (var i = 0; i < Count;)
        {
            // The largest subtree that begins here and ends within this part.
            var level = Math.Min(
                BitOperations.TrailingZeroCount(First + (ulong)i), BitOperations.Log2((uint)(Count - i)));
            Subtrees.Add((level, RootOf(_leaves.AsSpan(i, 1 << level))));
            i += 1 << level;
        }
    }

    internal void Begin(ulong first)
    {
        First = first;
        _length = 0;
        _ends.Clear();
        Subtrees.Clear();
    }

    internal void Add(ReadOnlySpan<byte> record)
    {
        if (record.Length > _data.Length - _length) Array.Resize(ref _data, _length + record.Length);
        record.CopyTo(_data.AsSpan(_length));
        _length += record.Length;
        _ends.Add(_length);
    }

    // Level by level, in place.
    private Hash256 RootOf(Span<Hash256> nodes)
    {
        while (nodes.Length > 1)
        {
            var parents = nodes[..(nodes.Length / 2)];
            for (var i = 0; i < parents.Length; i++)
                parents[i] = LogTree.NodeHash(_hash, nodes[2 * i], nodes[(2 * i) + 1]);
            nodes = parents;
        }

        return nodes[0];
    }
}
