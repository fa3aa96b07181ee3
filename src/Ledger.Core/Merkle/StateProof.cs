using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;

namespace Ledger.Core.Merkle;

/// <summary>
/// Shows what the state tree holds for one key: the siblings on the way from the root, and where that way ends: at
/// the key's leaf (presence), at another key's leaf or at an empty subtree (absence).
/// </summary>
/// <remarks>Immutable. The key is not part of it; the verifier brings it. docs/spec/state-tree.md.</remarks>
public sealed class StateProof
{
    // Bound: StateTree.MaxDepth.
    private readonly Hash256[] _siblings;

    /// <summary>Creates a proof from its parts, which are not checked here.</summary>
    /// <param name="siblings">The sibling hashes, the root's child first; zero for an empty subtree.</param>
    /// <param name="terminal">The leaf at the end, or null when that place is empty.</param>
    public StateProof(IEnumerable<Hash256> siblings, StateLeaf? terminal)
    {
        _siblings = [.. siblings];
        Terminal = terminal;
    }

    /// <summary>The sibling hashes, the root's child first; zero for an empty subtree.</summary>
    public ReadOnlySpan<Hash256> Siblings => _siblings;

    /// <summary>The leaf at the end of the way, or null when that place is empty.</summary>
    public StateLeaf? Terminal { get; }

    /// <summary>Reads a canonical encoding.</summary>
    public static bool TryDecode(
        ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out StateProof? proof, out DecodeError error)
    {
        proof = null;
        var reader = new CanonicalReader(bytes);
        var depth = (int)reader.UInt32(1, StateTree.MaxDepth);
        var occupied = reader.Bytes(2, StateTree.MaxDepth / 8);
        var hashes = reader.Bytes(3, StateTree.MaxDepth * Hash256.Size);
        var path = reader.OptionalHash(4);
        var value = reader.OptionalHash(5);
        if (reader.Ok && occupied.Length != BitmapSize(depth)) reader.Fail(DecodeErrorKind.WrongLength, 2);
        if (reader.Ok && path.HasValue != value.HasValue) reader.Fail(DecodeErrorKind.MissingField, 5);

        var siblings = new Hash256[reader.Ok ? depth : 0];
        for (var i = 0; i < siblings.Length; i++)
        {
            if ((occupied[i >> 3] & (0x80 >> (i & 7))) == 0) continue;
            if (hashes.Length < Hash256.Size) reader.Fail(DecodeErrorKind.WrongLength, 3);
            if (!reader.Ok) break;
            siblings[i] = new Hash256(hashes[..Hash256.Size]);
            hashes = hashes[Hash256.Size..];
            if (siblings[i].IsZero) reader.Fail(DecodeErrorKind.BadValue, 3);
        }

        if (reader.Ok && !hashes.IsEmpty) reader.Fail(DecodeErrorKind.WrongLength, 3);
        if (reader.Ok && (depth & 7) != 0 && (occupied[^1] & (0xff >> (depth & 7))) != 0)
            reader.Fail(DecodeErrorKind.BadValue, 2);
        StateLeaf? terminal = path is { } p && value is { } v ? new StateLeaf(p, v) : null;
        if (reader.End()) proof = new StateProof(siblings, terminal);
        error = reader.Error;
        return proof is not null;
    }

    /// <summary>Writes the canonical encoding.</summary>
    public void Encode(CanonicalWriter writer)
    {
        var occupied = new byte[BitmapSize(_siblings.Length)];
        var hashes = new byte[_siblings.Length * Hash256.Size];
        var used = 0;
        for (var i = 0; i < _siblings.Length; i++)
        {
            if (_siblings[i].IsZero) continue;
            occupied[i >> 3] |= (byte)(0x80 >> (i & 7));
            _siblings[i].CopyTo(hashes.AsSpan(used));
            used += Hash256.Size;
        }

        writer.UInt64(1, (ulong)_siblings.Length);
        writer.Bytes(2, occupied);
        writer.Bytes(3, hashes.AsSpan(0, used));
        writer.OptionalHash(4, Terminal?.Path);
        writer.OptionalHash(5, Terminal?.ValueHash);
    }

    /// <summary>The canonical encoding in a new array.</summary>
    public byte[] ToArray()
    {
        var writer = new CanonicalWriter();
        Encode(writer);
        return writer.ToArray();
    }

    /// <summary>Whether the tree with this root holds a value with this hash at the path.</summary>
    public StateProofVerdict VerifyPresence(
        HashFunction hash, in Hash256 root, in Hash256 path, in Hash256 valueHash)
    {
        if (_siblings.Length > StateTree.MaxDepth) return StateProofVerdict.TooDeep;
        if (Terminal is not { } leaf || leaf.Path != path) return StateProofVerdict.KeyAbsent;
        if (leaf.ValueHash != valueHash) return StateProofVerdict.ValueMismatch;
        return VerifyRoot(hash, root, path);
    }

    /// <summary>Whether the tree with this root holds nothing at the path.</summary>
    public StateProofVerdict VerifyAbsence(HashFunction hash, in Hash256 root, in Hash256 path)
    {
        if (_siblings.Length > StateTree.MaxDepth) return StateProofVerdict.TooDeep;
        if (Terminal is { } leaf)
        {
            if (leaf.Path == path) return StateProofVerdict.KeyPresent;

            // The other leaf fills the place where the key's own would be, only if it lies on the key's way.
            for (var i = 0; i < _siblings.Length; i++)
                if (leaf.Path.Bit(i) != path.Bit(i)) return StateProofVerdict.NeighbourElsewhere;
        }

        return VerifyRoot(hash, root, path);
    }

    private static int BitmapSize(int depth) => (depth + 7) >> 3;

    private StateProofVerdict VerifyRoot(HashFunction hash, in Hash256 root, in Hash256 path)
    {
        var node = Terminal is { } leaf ? StateHash.Leaf(hash, leaf) : StateTree.EmptyRoot;
        for (var i = _siblings.Length - 1; i >= 0; i--)
            node = path.Bit(i) ? StateHash.Node(hash, _siblings[i], node) : StateHash.Node(hash, node, _siblings[i]);
        return node == root ? StateProofVerdict.Valid : StateProofVerdict.RootMismatch;
    }
}
