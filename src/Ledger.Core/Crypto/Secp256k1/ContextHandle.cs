using Microsoft.Win32.SafeHandles;

namespace Ledger.Core.Crypto.Secp256k1;

/// <summary>Owns a secp256k1_context. Threads may share it once it is randomised.</summary>
internal sealed class ContextHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        NativeMethods.ContextDestroy(handle);
        return true;
    }
}
