namespace Ledger.Storage.KeyValue;

/// <summary>
/// Keys from <paramref name="From"/> inclusive to <paramref name="To"/> exclusive, in byte order. Empty: unbounded.
/// </summary>
internal readonly record struct KeyRange(ReadOnlyMemory<byte> From, ReadOnlyMemory<byte> To)
{
    /// <summary>Every key.</summary>
    public static KeyRange All => default;

    /// <summary>Every key that starts with <paramref name="prefix"/>.</summary>
    public static KeyRange Prefix(ReadOnlySpan<byte> prefix)
    {
        var from = prefix.ToArray();
        return new KeyRange(from, Successor(from));
    }

    // The least key greater than every key with this prefix: the prefix with its last byte that is not 0xff increased
    // and what follows cut off. All 0xff (or empty) has none: unbounded.
    private static byte[] Successor(byte[] prefix)
    {
        var length = prefix.Length;
        while (length > 0 && prefix[length - 1] == 0xff) length--;
        if (length == 0) return [];
        var next = prefix[..length];
        next[length - 1]++;
        return next;
    }
}
