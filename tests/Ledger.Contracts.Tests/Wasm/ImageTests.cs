using Ledger.Contracts.Wasm;
using Op = Ledger.Contracts.Wasm.WasmOperator;

namespace Ledger.Contracts.Tests.Wasm;

/// <summary>Restoring leaves nothing of what ran, wherever it wrote.</summary>
public sealed class ImageTests
{
    [Fact]
    public void Random_programs_forward_and_backward_leave_zero_residue()
    {
        for (var seed = 7_000_000; seed < 7_000_040; seed++)
        {
            using var guest = new Guest(
                RandomProgram.Build(seed, canonical: false, stray: true), WasmAccess.Wrapping, pages: 1, most: 4);
            var image = guest.Instance.TakeImage();
            var before = guest.Instance.HashAll();
            string[] runs = [Run(guest, image), Run(guest, image), Run(guest, image)];

            Assert.True(runs.Distinct().Count() == 1, $"seed {seed}");
            guest.Instance.Restore(image);
            Assert.Equal(before, guest.Instance.HashAll());
            Assert.Equal((image.Pages, Guest.Plenty), (guest.Instance.Pages, guest.Instance.Gas));
            Assert.Equal(image.Hash, guest.Instance.TakeImage().Hash);
        }
    }

    /// <summary>
    /// Everywhere in the window, over an image with bytes at its edges: what is hot, what is given back, the slack.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Stray_stores_anywhere_are_gone(int seed)
    {
        var random = new Random(seed);
        using var guest = new Guest(Writer(), WasmAccess.Wrapping, pages: 100, most: 1024);
        for (var i = 0; i < 30; i++) guest.Call(random.Next(100 * 65536) & ~7, "write");
        var image = guest.Instance.TakeImage();
        var before = guest.Instance.HashAll();

        for (var i = 0; i < 500; i++) guest.Call(random.Next(int.MinValue, int.MaxValue), "write");
        foreach (var (start, length) in image.Runs)
        {
            guest.Call(start - 1, "write");
            guest.Call(start + length, "write");
        }

        guest.Call(WasmLimits.WindowBytes - 1, "write");
        Assert.NotEqual(before, guest.Instance.HashAll());
        guest.Instance.Restore(image);

        Assert.Equal(before, guest.Instance.HashAll());
    }

    [Fact]
    public void Globals_pages_gas_and_depth_come_back_after_a_trap()
    {
        using var guest = new Guest(new ModuleBuilder().Memory(1).Global(WasmValueType.I64, true, c => c.I64(5))
            .Function("run", [], [], [], c => c.I64(9).SetGlobal(0).I32(2).Grow().Raw(0x1A).Call(1))
            .Function("trap", [], [], [], c => c.Call(2))
            .Function("unreachable", [], [], [], c => c.Raw(0)));
        var image = guest.Instance.TakeImage();
        var state = (guest.Instance.Global(0), guest.Instance.Pages, guest.Instance.Gas, guest.Instance.Depth);

        Assert.Equal(WasmTrap.Unreachable, guest.TrapOf(g => g.Run()));
        Assert.Equal((9, 3), (guest.Instance.Global(0), guest.Instance.Pages));
        Assert.NotEqual(state.Depth, guest.Instance.Depth);
        guest.Instance.Restore(image);

        Assert.Equal(state, (guest.Instance.Global(0), guest.Instance.Pages, guest.Instance.Gas, guest.Instance.Depth));
    }

    [Fact]
    public void An_image_fits_other_instances_of_the_same_code_only()
    {
        using var guest = new Guest(Writer(), WasmAccess.Wrapping);
        guest.Call(40, "write");
        var image = guest.Instance.TakeImage();
        using var second = new WasmInstance(guest.Code, 1, 1, this);
        using var other = new Guest(Writer());

        second.Restore(image);

        Assert.Equal(guest.Instance.HashAll(), second.HashAll());
        Assert.Equal(image.Hash, second.TakeImage().Hash);
        Assert.Throws<ArgumentException>(() => other.Instance.Restore(image));
    }

    [Fact]
    public void The_hash_of_an_image_tells_every_difference()
    {
        using var guest = new Guest(Writer(), WasmAccess.Wrapping, pages: 2);
        var hashes = new List<string> { guest.Instance.TakeImage().Hash.ToString() };
        foreach (var address in new[] { 0, 8, 70_000 })
        {
            guest.Call(address, "write");
            hashes.Add(guest.Instance.TakeImage().Hash.ToString());
        }

        guest.Instance.TryGrow(1);
        hashes.Add(guest.Instance.TakeImage().Hash.ToString());

        Assert.Equal(hashes.Count, hashes.Distinct().Count());
    }

    [Fact]
    public void A_disposed_instance_refuses()
    {
        var guest = new Guest(Writer());
        var image = guest.Instance.TakeImage();
        guest.Dispose();
        guest.Dispose();

        Assert.Throws<ObjectDisposedException>(() => guest.Instance.Restore(image));
        Assert.Throws<ObjectDisposedException>(() => guest.Instance.TakeImage());
        Assert.Throws<ObjectDisposedException>(() => guest.Instance.ReadByte(0));
    }

    private static string Run(Guest guest, WasmImage image)
    {
        guest.Instance.Restore(image);
        var trap = guest.TrapOf(g => g.RunProgram());
        return $"{trap} {guest.Instance.Gas} {guest.Instance.HashAll()}";
    }

    private static ModuleBuilder Writer() => new ModuleBuilder().Memory(1)
        .Function("write", [WasmValueType.I32], [WasmValueType.I32], [],
            c => c.Get(0).I64(-1).Access(Op.I64Store).I32(0));
}
