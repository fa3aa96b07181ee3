using System.Security.Cryptography;
using Ledger.Contracts.Wasm;

namespace Ledger.Contracts.Tests.Wasm;

/// <summary>Random modules, ours against Node.js: traps, pages and every byte of memory.</summary>
public sealed class DifferentialTests
{
    private const int Programs = 400;

    [Theory]
    [InlineData(1, false, WasmAccess.Trapping)]
    [InlineData(2, true, WasmAccess.Trapping)]
    [InlineData(3, false, WasmAccess.Wrapping)]
    public void Random_programs_do_what_they_do_elsewhere(int round, bool stray, WasmAccess access)
    {
        var seeds = Enumerable.Range(round * 1_000_000, Programs).ToArray();
        var theirs = NodeOracle.Run(
            [.. seeds.Select(s => new NodeOracle.Job(RandomProgram.Build(s, canonical: true, stray), ["run 7"]))]);
        var trapped = 0;

        for (var i = 0; i < seeds.Length; i++)
        {
            using var guest = new Guest(RandomProgram.Build(seeds[i], canonical: false, stray), access, pages: 1, most: 4);
            var trap = guest.TrapOf(Run);
            trapped += trap == WasmTrap.None ? 0 : 1;
            var memory = guest.Instance.Memory(0, (uint)guest.Instance.Pages * WasmLimits.PageBytes);
            Assert.True(
                theirs[i].Traps[0] == NodeOracle.NameOf(trap) && theirs[i].Pages == guest.Instance.Pages
                    && theirs[i].Memory == Convert.ToHexStringLower(SHA256.HashData(memory)),
                $"seed {seeds[i]}: {trap} {guest.Instance.Pages}; theirs {theirs[i].Traps[0]} {theirs[i].Pages}");
        }

        Assert.InRange(trapped, 1, Programs / 2);
    }

    private static unsafe void Run(Guest guest) =>
        ((delegate*<int, long, nint, int>)guest.Instance.Function("run"))(7, 0, guest.Instance.Context);
}
