using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Evidence;

namespace Ledger.Core.Contracts;

/// <summary>Whether a contract can be called. The numbers are part of the format.</summary>
public enum ContractState
{
    /// <summary>Absent; never valid.</summary>
    None = 0,

    /// <summary>It can be called.</summary>
    Active = 1,

    /// <summary>It cannot be called until it is unfrozen.</summary>
    Frozen = 2,

    /// <summary>It can never be called again.</summary>
    Retired = 3,
}

/// <summary>
/// What the chain knows of a contract (<c>ledger.core.v1.ContractRecord</c>): the value in
/// <see cref="Ledger.Core.State.StateNamespaces.Contracts"/>. Canonical; immutable.
/// </summary>
public sealed record ContractRecord
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its version, from 1.</summary>
    public required uint Version { get; init; }

    /// <summary>The member that deployed it.</summary>
    public required string Owner { get; init; }

    /// <summary>Whether it can be called.</summary>
    public required ContractState State { get; init; }

    /// <summary>The engine that built this version.</summary>
    public required Hash256 Engine { get; init; }

    /// <summary>Hash of the source, by the channel's hash function.</summary>
    public required Hash256 SourceHash { get; init; }

    /// <summary>Hash of the schema, by the channel's hash function.</summary>
    public required Hash256 SchemaHash { get; init; }

    /// <summary>The memory that the engine made of the source: equal on every machine.</summary>
    public required Hash256 ImageHash { get; init; }

    /// <summary>The block that carried this version.</summary>
    public required BlockHeight Height { get; init; }

    /// <summary>That block's time, which the source saw when it was built.</summary>
    public required Timestamp BuiltAt { get; init; }

    /// <summary>Pages of memory that the source was built with.</summary>
    public required uint BuildPages { get; init; }

    /// <summary>The canonical encoding.</summary>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter(320);
        writer.Text(1, Name);
        writer.UInt64(2, Version);
        writer.Text(3, Owner);
        writer.UInt64(4, (ulong)State);
        writer.Hash(5, Engine);
        writer.Hash(6, SourceHash);
        writer.Hash(7, SchemaHash);
        writer.Hash(8, ImageHash);
        writer.UInt64(9, Height.Value);
        writer.UInt64(10, BuiltAt.UnixMilliseconds);
        writer.UInt64(11, BuildPages);
        return writer.ToArray();
    }

    /// <summary>Decodes a record. Its parts are copies.</summary>
    public static bool TryDecode(
        ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out ContractRecord? record, out DecodeError error)
    {
        record = null;
        var reader = new CanonicalReader(bytes);
        var name = reader.RequiredText(1, ContractLimits.NameBytes);
        var version = reader.UInt32(2);
        var owner = reader.RequiredText(3, EvidenceLimits.IdentifierBytes);
        var state = (ContractState)reader.UInt32(4, (uint)ContractState.Retired);
        var engine = reader.Hash(5);
        var source = reader.Hash(6);
        var schema = reader.Hash(7);
        var image = reader.Hash(8);
        var height = new BlockHeight(reader.UInt64(9));
        var builtAt = new Timestamp(reader.UInt64(10, Timestamp.MaxUnixMilliseconds));
        var pages = reader.UInt32(11);
        if (reader.Ok && !ContractLimits.IsName(name)) reader.Fail(DecodeErrorKind.BadValue, 1);
        if (reader.Ok && version == 0) reader.Fail(DecodeErrorKind.MissingField, 2);
        if (reader.Ok && state == ContractState.None) reader.Fail(DecodeErrorKind.MissingField, 4);
        var ok = reader.End();
        error = reader.Error;
        if (!ok) return false;
        record = new ContractRecord
        {
            Name = name,
            Version = version,
            Owner = owner,
            State = state,
            Engine = engine,
            SourceHash = source,
            SchemaHash = schema,
            ImageHash = image,
            Height = height,
            BuiltAt = builtAt,
            BuildPages = pages,
        };
        return true;
    }
}
