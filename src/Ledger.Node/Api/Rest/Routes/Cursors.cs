using System.Buffers.Text;
using System.Text;
using Google.Protobuf;

namespace Ledger.Node.Api.Rest.Routes;

/// <summary>Cursors: bytes that mean something to the handler alone, in base64url.</summary>
internal static class Cursors
{
    /// <summary>A cursor; null when there is no further page.</summary>
    public static string? Write(ByteString cursor) =>
        cursor.IsEmpty ? null : Base64Url.EncodeToString(cursor.Span);

    /// <summary>A cursor that is a name; null when there is no further page.</summary>
    public static string? Write(string? name) =>
        name is null ? null : Base64Url.EncodeToString(Encoding.UTF8.GetBytes(name));

    /// <summary>The name that a cursor is; text of any kind, which the handler looks for and may not find.</summary>
    public static string Read(ByteString cursor) => Encoding.UTF8.GetString(cursor.Span);
}
