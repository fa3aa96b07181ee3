using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Ledger.Core.Crypto.Native;

namespace Ledger.Core.Crypto.Secp256k1;

/// <summary>
/// The functions of include/secp256k1.h that are used, release 0.2.0 and later. Results are 1 for success. Callers pass
/// spans of the stated lengths: the library reads and writes them unchecked.
/// </summary>
internal static partial class NativeMethods
{
    /// <summary>SECP256K1_CONTEXT_NONE: since 0.2.0 such a context serves every purpose.</summary>
    public const uint ContextNone = 1;

    /// <summary>SECP256K1_EC_COMPRESSED.</summary>
    public const uint Compressed = 258;

    /// <summary>Size of secp256k1_pubkey and secp256k1_ecdsa_signature, which are opaque.</summary>
    public const int OpaqueSize = 64;

    [LibraryImport(NativeLibraries.Secp256k1, EntryPoint = "secp256k1_context_create")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial ContextHandle ContextCreate(uint flags);

    [LibraryImport(NativeLibraries.Secp256k1, EntryPoint = "secp256k1_context_destroy")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial void ContextDestroy(nint context);

    [LibraryImport(NativeLibraries.Secp256k1, EntryPoint = "secp256k1_context_randomize")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial int ContextRandomize(ContextHandle context, ReadOnlySpan<byte> seed32);

    // Unsafe: a callback is a function pointer.
    [LibraryImport(NativeLibraries.Secp256k1, EntryPoint = "secp256k1_context_set_illegal_callback")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static unsafe partial void ContextSetIllegalCallback(
        ContextHandle context, delegate* unmanaged[Cdecl]<byte*, void*, void> callback, nint data);

    [LibraryImport(NativeLibraries.Secp256k1, EntryPoint = "secp256k1_ec_pubkey_create")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial int PublicKeyCreate(ContextHandle context, Span<byte> key64, ReadOnlySpan<byte> secret32);

    [LibraryImport(NativeLibraries.Secp256k1, EntryPoint = "secp256k1_ec_pubkey_parse")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial int PublicKeyParse(
        ContextHandle context, Span<byte> key64, ReadOnlySpan<byte> input, nuint inputLength);

    [LibraryImport(NativeLibraries.Secp256k1, EntryPoint = "secp256k1_ec_pubkey_serialize")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial int PublicKeySerialize(
        ContextHandle context, Span<byte> output, ref nuint outputLength, ReadOnlySpan<byte> key64, uint flags);

    [LibraryImport(NativeLibraries.Secp256k1, EntryPoint = "secp256k1_ecdsa_signature_parse_compact")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial int SignatureParseCompact(
        ContextHandle context, Span<byte> signature64, ReadOnlySpan<byte> compact64);

    [LibraryImport(NativeLibraries.Secp256k1, EntryPoint = "secp256k1_ecdsa_signature_serialize_compact")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial int SignatureSerializeCompact(
        ContextHandle context, Span<byte> compact64, ReadOnlySpan<byte> signature64);

    [LibraryImport(NativeLibraries.Secp256k1, EntryPoint = "secp256k1_ecdsa_verify")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial int Verify(
        ContextHandle context, ReadOnlySpan<byte> signature64, ReadOnlySpan<byte> digest32, ReadOnlySpan<byte> key64);

    // Without a nonce function the library takes its own, which is that of RFC 6979.
    [LibraryImport(NativeLibraries.Secp256k1, EntryPoint = "secp256k1_ecdsa_sign")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial int Sign(
        ContextHandle context, Span<byte> signature64, ReadOnlySpan<byte> digest32, ReadOnlySpan<byte> secret32,
        nint nonceFunction, nint nonceData);
}
