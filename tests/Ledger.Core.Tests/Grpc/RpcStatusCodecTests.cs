using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Ledger.Core.Grpc;
using Ledger.Core.Grpc.Details;

namespace Ledger.Core.Tests.Grpc;

public sealed class RpcStatusCodecTests
{
    public static TheoryData<RpcStatus> Statuses => new()
    {
        new RpcStatus(GrpcStatusCode.NotFound, "No such receipt."),
        new RpcStatus(GrpcStatusCode.ResourceExhausted, "满", "MEMPOOL_FULL", TimeSpan.FromMilliseconds(250)),
        new RpcStatus(GrpcStatusCode.InvalidArgument, "Sign it again.", "SIGNATURE_INVALID"),
        new RpcStatus(GrpcStatusCode.Unavailable, "", null, TimeSpan.FromSeconds(3)),
    };

    [Theory]
    [MemberData(nameof(Statuses))]
    public void A_status_survives_its_trailers(RpcStatus status) => Assert.Equal(status, Read(
        RpcStatusCodec.FormatCode(status.Code),
        GrpcMessageText.Encode(status.Message),
        RpcStatusCodec.FormatDetails(status)));

    [Fact]
    public void The_details_are_those_of_the_public_error_model()
    {
        // google.rpc.Status{5, "m", [ErrorInfo{"R", "ledger"}]} written by hand from the public field numbers.
        var expected = Convert.FromHexString(
            "0805" + "12016d" + "1a37" + "0a28" + Hex("type.googleapis.com/google.rpc.ErrorInfo")
            + "120b" + "0a0152" + "1206" + Hex("ledger"));

        var details = RpcStatusCodec.FormatDetails(new RpcStatus(GrpcStatusCode.NotFound, "m", "R"));

        Assert.Equal(Convert.ToBase64String(expected).TrimEnd('='), details);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("17")]
    [InlineData("-1")]
    [InlineData("x")]
    [InlineData("99999999999999")]
    public void A_code_that_is_missing_or_unknown_reads_as_unknown(string? code) =>
        Assert.Equal(GrpcStatusCode.Unknown, Read(code, "m", null).Code);

    [Fact]
    public void Padded_base64_is_read_too()
    {
        var details = new Status { Details = { Any.Pack(new ErrorInfo { Reason = "R" }) } }.ToByteArray();

        Assert.Equal("R", Read("5", null, Convert.ToBase64String(details)).Reason);
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(86_401, 0)]
    [InlineData(long.MaxValue, 0)]
    [InlineData(1, -1)]
    [InlineData(1, 1_000_000_000)]
    public void A_retry_delay_out_of_range_is_ignored(long seconds, int nanos)
    {
        var retry = new RetryInfo { RetryDelay = new Duration { Seconds = seconds, Nanos = nanos } };
        var details = new Status { Details = { Any.Pack(retry) } }.ToByteArray();

        Assert.Null(Read("14", null, Convert.ToBase64String(details)).RetryDelay);
    }

    [Fact]
    public void A_reason_longer_than_the_error_model_allows_is_ignored()
    {
        var details = RpcStatusCodec.FormatDetails(new RpcStatus(GrpcStatusCode.Aborted, "", new string('A', 64)));

        Assert.Null(Read("10", null, details).Reason);
    }

    [Fact]
    public void Seeded_mutations_of_details_never_throw_and_never_lose_code_and_message()
    {
        var seed = RpcStatusCodec.FormatDetails(
            new RpcStatus(GrpcStatusCode.Aborted, "m", "REASON", TimeSpan.FromSeconds(1)))!.PadRight(4, '=');
        var bytes = Convert.FromBase64String(seed.PadRight((seed.Length + 3) / 4 * 4, '='));
        var random = new Random(42);
        for (var round = 0; round < 20_000; round++)
        {
            var mutated = bytes.ToArray();
            for (var i = random.Next(1, 4); i > 0; i--) mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            var text = Convert.ToBase64String(mutated.AsSpan(0, random.Next(mutated.Length + 1)));
            if (random.Next(4) == 0) text = text.Replace('A', (char)random.Next(0x20, 0x7f));

            var status = Read("10", "m", text);

            Assert.Equal((GrpcStatusCode.Aborted, "m"), (status.Code, status.Message));
        }
    }

    private static RpcStatus Read(string? code, string? message, string? details) =>
        RpcStatusCodec.Read(code, message, details);

    private static string Hex(string text) => Convert.ToHexString(System.Text.Encoding.ASCII.GetBytes(text));
}
