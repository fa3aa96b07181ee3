using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Blocks;
using Ledger.Core.Encoding;
using Ledger.Core.Membership;
using Ledger.Storage.KeyValue;
using Ledger.Storage.Schema;

namespace Ledger.Storage.Blocks;

/// <summary>
/// The validators of an epoch on disk. They are read without the header that names them, and a node takes from them whom
/// to believe: so they carry a checksum. A rotten byte could leave a key that still decodes, and be another's.
/// </summary>
internal static class StoredValidators
{
    public static void Put(WriteBatch batch, StoreContext context, ValidatorSet set)
    {
        var key = LedgerSchema.EpochKey(set.Epoch);
        batch.Put(context.Epochs, key, Sealed.Seal(key, set.Encoded.Span));
    }

    public static bool TryOpen(
        StoreContext context, Epoch epoch, ReadOnlySpan<byte> stored, [NotNullWhen(true)] out ValidatorSet? set,
        out string fault)
    {
        set = null;
        fault = "the checksum is wrong";
        if (Sealed.Open(LedgerSchema.EpochKey(epoch), stored) is not { } bytes) return false;
        var decoded = ValidatorSet.TryDecode(bytes, context.Suite, out set, out DecodeError error);
        fault = error.ToString();
        return decoded;
    }
}
