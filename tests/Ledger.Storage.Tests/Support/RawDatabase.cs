using Ledger.Storage.RocksDb;

namespace Ledger.Storage.Tests.Support;

/// <summary>Changes a store's database behind its back.</summary>
internal static class RawDatabase
{
    public static RocksDatabase Open(string path, IReadOnlyDictionary<string, FamilyOptions> families) =>
        RocksDatabase.Open(new DatabaseOptions { Path = path, Families = families });

    /// <summary>Inverts the middle byte of the first value of a family and returns its key.</summary>
    public static byte[] FlipFirstValueByte(
        string path, IReadOnlyDictionary<string, FamilyOptions> families, string family, int entry = 0)
    {
        using var database = Open(path, families);
        var (key, value) = TestDatabase.Entries(database, family)[entry];
        value[value.Length / 2] ^= 0xff;
        database.Put(family, key, value);
        return key;
    }
}
