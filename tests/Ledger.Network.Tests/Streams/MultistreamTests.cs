using Ledger.Network.Streams;
using Ledger.Network.Tests.Support;

namespace Ledger.Network.Tests.Streams;

public sealed class MultistreamTests
{
    private const string Ours = "/ledger/test/1";

    [Fact]
    public async Task Both_sides_agree_on_what_both_speak()
    {
        var (dialer, listener) = DuplexStream.CreatePair();

        var listening = Multistream.ListenAsync(listener, p => p == Ours, CancellationToken.None);
        var agreed = await Multistream.DialAsync(dialer, Ours, CancellationToken.None).Within("the dialer");

        Assert.True(agreed);
        Assert.Equal(Ours, await listening.Within("the listener"));
    }

    [Fact]
    public async Task What_the_listener_does_not_speak_is_refused_and_the_next_proposal_heard()
    {
        var (dialer, listener) = DuplexStream.CreatePair();
        var listening = Multistream.ListenAsync(listener, p => p == Ours, CancellationToken.None);

        Assert.False(await Multistream.DialAsync(dialer, "/other/1", CancellationToken.None).Within("the refusal"));
        await dialer.WriteAsync(Multistream.Encode(Ours));

        Assert.Equal(Ours, await listening.Within("the listener"));
    }

    [Fact]
    public async Task Bytes_behind_the_agreement_are_left_for_the_next_layer()
    {
        var (dialer, listener) = DuplexStream.CreatePair();
        await dialer.WriteAsync((byte[])[.. Multistream.Opening(Ours), 1, 2, 3]);

        await Multistream.ListenAsync(listener, p => p == Ours, CancellationToken.None).Within("the listener");

        var rest = new byte[3];
        await listener.ReadExactlyAsync(rest).AsTask().Within("the rest");
        Assert.Equal([1, 2, 3], rest);
    }

    [Fact]
    public async Task A_listener_gives_up_on_endless_proposals()
    {
        var (dialer, listener) = DuplexStream.CreatePair();
        var flood = Enumerable.Range(0, 100).SelectMany(i => Multistream.Encode("/nonsense/" + i));
        await dialer.WriteAsync((byte[])[.. Multistream.Encode("/multistream/1.0.0"), .. flood]);

        Assert.Null(await Multistream.ListenAsync(listener, _ => false, CancellationToken.None).Within("the end"));
    }

    [Theory]
    [InlineData("another protocol", "13" + "2f6d756c746973747265616d2f322e302e300a")]
    [InlineData("no newline", "13" + "2f6d756c746973747265616d2f312e302e3030")]
    [InlineData("an empty line", "00")]
    [InlineData("an endless line", "8108")]
    [InlineData("not UTF-8", "02" + "ff0a")]
    public async Task An_opening_that_is_not_multistream_is_refused(string what, string hex)
    {
        var input = new ScriptedStream(Convert.FromHexString(hex));

        var fault = await Assert.ThrowsAsync<WireException>(
            () => Multistream.ListenAsync(input, _ => true, CancellationToken.None).Within(what));

        Assert.Equal(WireFault.BadMultistream, fault.Fault);
    }

    [Fact]
    public async Task A_dialer_refuses_an_answer_that_is_neither_yes_nor_no()
    {
        var input = new ScriptedStream(
            [.. Multistream.Encode("/multistream/1.0.0"), .. Multistream.Encode("/other/1")]);

        await Assert.ThrowsAsync<WireException>(() => Multistream.DialAsync(input, Ours, CancellationToken.None));
    }

    [Fact]
    public async Task Mutated_negotiations_end_in_nothing_but_a_wire_fault()
    {
        var random = new Random(20262);
        var valid = new List<byte>([.. Multistream.Opening("/nope"), .. Multistream.Encode(Ours)]);
        for (var i = 0; i < 12_000; i++)
        {
            var input = valid.ToArray();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
                input[random.Next(input.Length)] = (byte)random.Next(256);
            try
            {
                await Multistream.ListenAsync(new ScriptedStream(input), p => p == Ours, CancellationToken.None);
                await Multistream.DialAsync(new ScriptedStream(input), Ours, CancellationToken.None);
            }
            catch (WireException)
            {
                // The one exception that hostile bytes may cause.
            }
        }
    }

    /// <summary>Reads a prepared input and swallows what is written.</summary>
    private sealed class ScriptedStream(byte[] input) : MemoryStream(input, writable: false)
    {
        public override bool CanWrite => true;

        public override ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;
    }
}
