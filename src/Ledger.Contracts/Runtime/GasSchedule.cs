using System.Text;

namespace Ledger.Contracts.Runtime;

/// <summary>
/// What the ledger's own work for contracts costs, in the engine's gas. Part of the
/// protocol: two nodes that charge differently disagree about blocks.
/// </summary>
/// <remarks>
/// The table of docs/spec/contract-runtime.md is made from these. Charged before the work is done. A unit is about a
/// tenth of a nanosecond; what reads and writes the stores is priced for the disk and the state tree, not for a cache.
/// </remarks>
internal static class GasSchedule
{
    /// <summary>Every question to the ledger: crossing from script to host and back.</summary>
    public const long Question = 400;

    /// <summary>Each byte of text that crosses, either way.</summary>
    public const long TextByte = 2;

    /// <summary>
    /// A transaction, call of another contract or query: memory put back to the image, schema, record.
    /// </summary>
    public const long Call = 40_000;

    /// <summary>A deployment or upgrade, before what the engine charges for it.</summary>
    public const long Deploy = 200_000;

    /// <summary>
    /// Each byte of source and schema: kept for ever, hashed, and read again by every node that starts.
    /// </summary>
    public const long SourceByte = 50;

    /// <summary>Reading a value of the state.</summary>
    public const long StateRead = 20_000;

    /// <summary>Writing or deleting a value: the path in the state tree is hashed anew.</summary>
    public const long StateWrite = 120_000;

    /// <summary>Each byte of a value written.</summary>
    public const long WriteByte = 10;

    /// <summary>Each row that a scan passes.</summary>
    public const long ScanRow = 4_000;

    /// <summary>An event.</summary>
    public const long Event = 4_000;

    /// <summary>Each leaf of evidence read.</summary>
    public const long EvidenceRead = 60_000;

    /// <summary>A record appended: indexed, and part of the log for ever.</summary>
    public const long EvidenceAppend = 300_000;

    /// <summary>Each byte of a disclosure: parsed, decoded and hashed.</summary>
    public const long DisclosureByte = 30;

    /// <summary>Reading a member.</summary>
    public const long Member = 4_000;

    /// <summary>Each byte hashed.</summary>
    public const long HashByte = 6;

    /// <summary>A signature checked.</summary>
    public const long Signature = 300_000;

    /// <summary>Each node of a schema that a value is checked against.</summary>
    public const long SchemaNode = 300;

    /// <summary>
    /// Each byte of JSON that is checked; again for each schema of allOf, anyOf and oneOf that it is held against.
    /// </summary>
    public const long JsonByte = 5;

    /// <summary>
    /// Each bracket that opens, comma and colon of such JSON: what begins something that is parsed and checked.
    /// </summary>
    public const long JsonMark = 700;

    /// <summary>Each backslash of such JSON.</summary>
    public const long JsonEscape = 300;

    /// <summary>
    /// Each byte of a character behind its first, in UTF-8: texts are turned from one encoding into the other.
    /// </summary>
    public const long JsonExtra = 25;

    /// <summary>What a text of JSON costs that is checked.</summary>
    public static long OfJson(string json) =>
        OfJson(json.Length, json.AsSpan().Count('[') + json.AsSpan().Count('{') + json.AsSpan().Count(',')
            + json.AsSpan().Count(':'), json.AsSpan().Count('\\'), Encoding.UTF8.GetByteCount(json) - json.Length);

    /// <summary>What the same text costs that is looked at once more.</summary>
    public static long OfJson(ReadOnlySpan<byte> json)
    {
        var characters = Encoding.UTF8.GetCharCount(json);
        var marks = json.Count((byte)'[') + json.Count((byte)'{') + json.Count((byte)',') + json.Count((byte)':');
        return OfJson(characters, marks, json.Count((byte)'\\'), json.Length - characters);
    }

    private static long OfJson(int characters, int marks, int escapes, int extra) =>
        (characters * JsonByte) + (marks * JsonMark) + (escapes * JsonEscape) + (extra * JsonExtra);

    /// <summary>The table of the documentation: what is charged, and how much.</summary>
    public static IReadOnlyList<(string What, long Gas)> Table { get; } =
    [
        ("each question to the ledger (any function of ctx)", Question),
        ("each byte of text that a question or its answer carries", TextByte),
        ("a transaction, ctx.call, ctx.query or scheduled call", Call),
        ("a deployment or upgrade, beside what the engine charges for building", Deploy),
        ("each byte of source and schema", SourceByte),
        ("state.get; each account or schedule entry read", StateRead),
        ("state.put, state.delete; each account or schedule entry written", StateWrite),
        ("each byte of a value written", WriteByte),
        ("each row that state.scan passes", ScanRow),
        ("emit", Event),
        ("each leaf that evidence.get, byDigest, timeline or fingerprint.verify reads", EvidenceRead),
        ("evidence.append", EvidenceAppend),
        ("each byte of a disclosure", DisclosureByte),
        ("members.get, members.role", Member),
        ("each byte that crypto.sha256 hashes", HashByte),
        ("crypto.verify", Signature),
        ("each node of a schema that a value is checked against", SchemaNode),
        ("each byte of JSON that is checked; again for each schema of allOf, anyOf, oneOf that it is held against", JsonByte),
        ("each bracket that opens, comma and colon of such JSON, beside its byte", JsonMark),
        ("each backslash of such JSON, beside its byte", JsonEscape),
        ("each byte of a character of such JSON behind the first, in UTF-8, instead of as a byte", JsonExtra),
    ];
}
