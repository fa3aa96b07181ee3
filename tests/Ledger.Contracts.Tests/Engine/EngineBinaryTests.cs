using System.Security.Cryptography;
using Ledger.Contracts.Engine.QuickJs;
using Ledger.Core.Crypto;

namespace Ledger.Contracts.Tests.Engine;

public sealed class EngineBinaryTests
{
    [Fact]
    public void P12_the_binary_is_the_pinned_one() =>
        Assert.Equal(QuickJsBinary.Hash, new Hash256(SHA256.HashData(QuickJsBinary.ReadResource("quickjs.wasm"))));

    [Fact]
    public void What_is_missing_says_how_to_get_it()
    {
        var missing = Assert.Throws<InvalidOperationException>(() => QuickJsBinary.ReadResource("none.wasm"));

        Assert.Contains("scripts/setup", missing.Message, StringComparison.Ordinal);
    }
}
