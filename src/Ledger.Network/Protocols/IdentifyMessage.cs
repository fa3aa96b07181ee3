using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Ledger.Network.Streams;

namespace Ledger.Network.Protocols;

/// <summary>
/// What a libp2p host says of itself: a protobuf message of public key (1), listen addresses (2), protocols (3),
/// observed address (4), protocol version (5) and agent version (6). libp2p specs, identify.
/// </summary>
internal sealed record IdentifyMessage(
    string AgentVersion, string ProtocolVersion, IReadOnlyList<string> Protocols, byte[] PublicKeyMessage)
{
    public const int MaxSize = 8 * 1024;

    private const int WireVarint = 0;
    private const int WireFixed64 = 1;
    private const int WireBytes = 2;
    private const int WireFixed32 = 5;

    /// <summary>Encodes the message; either address may be unknown.</summary>
    public byte[] Encode(IPEndPoint? listens, IPEndPoint? observed)
    {
        var output = new ArrayBufferWriter<byte>();
        Write(output, 1, PublicKeyMessage);
        if (listens is not null) Write(output, 2, Multiaddress(listens));
        foreach (var protocol in Protocols) Write(output, 3, Encoding.UTF8.GetBytes(protocol));
        if (observed is not null) Write(output, 4, Multiaddress(observed));
        Write(output, 5, Encoding.UTF8.GetBytes(ProtocolVersion));
        Write(output, 6, Encoding.UTF8.GetBytes(AgentVersion));
        return output.WrittenSpan.ToArray();
    }

    /// <summary>
    /// Reads a message, leniently as protobuf is: unknown fields are skipped, addresses are of no use here.
    /// </summary>
    /// <exception cref="WireException">The bytes are not protobuf.</exception>
    public static IdentifyMessage Decode(ReadOnlySpan<byte> input)
    {
        var (agent, version, protocols, key) = (string.Empty, string.Empty, new List<string>(), Array.Empty<byte>());
        while (!input.IsEmpty)
        {
            var tag = ReadVarint(ref input);
            if ((tag & 7) != WireBytes)
            {
                Skip(ref input, tag & 7);
                continue;
            }

            var value = Take(ref input, ReadVarint(ref input));
            switch (tag >> 3)
            {
                case 1:
                    key = value.ToArray();
                    break;
                case 3:
                    protocols.Add(Encoding.UTF8.GetString(value));
                    break;
                case 5:
                    version = Encoding.UTF8.GetString(value);
                    break;
                case 6:
                    agent = Encoding.UTF8.GetString(value);
                    break;
                default:
                    break;
            }
        }

        return new IdentifyMessage(agent, version, protocols, key);
    }

    private static void Skip(ref ReadOnlySpan<byte> input, int wireType)
    {
        switch (wireType)
        {
            case WireVarint:
                ReadVarint(ref input);
                break;
            case WireFixed64:
                Take(ref input, sizeof(ulong));
                break;
            case WireFixed32:
                Take(ref input, sizeof(uint));
                break;
            default:
                throw Malformed();
        }
    }

    private static int ReadVarint(ref ReadOnlySpan<byte> input)
    {
        if (!UVarint.TryRead(input, out var value, out var size)) throw Malformed();
        input = input[size..];
        return value;
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> input, int length)
    {
        if (length > input.Length) throw Malformed();
        var taken = input[..length];
        input = input[length..];
        return taken;
    }

    private static void Write(ArrayBufferWriter<byte> output, int field, ReadOnlySpan<byte> value)
    {
        var head = output.GetSpan(1 + UVarint.MaxSize);
        head[0] = (byte)((field << 3) | WireBytes);
        output.Advance(1 + UVarint.Write(head[1..], value.Length));
        output.Write(value);
    }

    // /ip4/…/tcp/… or /ip6/…/tcp/…: code 4 or 41, the address; code 6, the port, big-endian.
    private static byte[] Multiaddress(IPEndPoint endPoint)
    {
        var address = endPoint.Address.IsIPv4MappedToIPv6 ? endPoint.Address.MapToIPv4() : endPoint.Address;
        var code = (byte)(address.AddressFamily == AddressFamily.InterNetworkV6 ? 41 : 4);
        return [code, .. address.GetAddressBytes(), 6, (byte)(endPoint.Port >> 8), (byte)(endPoint.Port & 0xff)];
    }

    private static WireException Malformed() => new(WireFault.Truncated, "the identify message is malformed");
}
