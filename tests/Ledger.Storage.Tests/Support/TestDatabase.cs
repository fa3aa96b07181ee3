using System.Buffers.Binary;
using Ledger.Storage.KeyValue;
using Ledger.Storage.RocksDb;

namespace Ledger.Storage.Tests.Support;

/// <summary>Small databases with the families <c>a</c> and <c>b</c>.</summary>
internal static class TestDatabase
{
    public const string A = "a";
    public const string B = "b";

    public static RocksDatabase Open(string path, params string[] families) => RocksDatabase.Open(new DatabaseOptions
    {
        Path = path,
        Families = families.ToDictionary(f => f, _ => new FamilyOptions { PointLookups = true }),
    });

    public static void Put(this RocksDatabase database, string family, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        using var batch = database.CreateBatch();
        batch.Put(database.Family(family), key, value);
        database.Write(batch, sync: false);
    }

    public static byte[] Key(ulong number)
    {
        var key = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(key, number);
        return key;
    }

    /// <summary>
    /// One batch of the crash tests: the same number in both families, with a value that depends on it.
    /// </summary>
    public static void PutNumbered(RocksDatabase database, WriteBatch batch, ulong number)
    {
        batch.Put(database.Family(A), Key(number), NumberedValue(number));
        batch.Put(database.Family(B), Key(number), Key(number));
    }

    public static byte[] NumberedValue(ulong number)
    {
        var value = new byte[300];
        for (var i = 0; i < value.Length; i++) value[i] = unchecked((byte)((number * 31) + (ulong)i));
        return value;
    }

    public static ulong Count(RocksDatabase database, string family) => (ulong)Entries(database, family).Count;

    public static List<(byte[] Key, byte[] Value)> Entries(
        RocksDatabase database, string family, KeyRange range = default, DatabaseSnapshot? snapshot = null)
    {
        var entries = new List<(byte[] Key, byte[] Value)>();
        using var iterator = database.Iterate(database.Family(family), range, snapshot);
        for (var more = iterator.SeekToFirst(); more; more = iterator.MoveNext())
        {
            entries.Add((iterator.Key.ToArray(), iterator.Value.ToArray()));
        }

        return entries;
    }
}
