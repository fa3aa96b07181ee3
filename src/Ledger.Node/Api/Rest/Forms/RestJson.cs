using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Ledger.Node.Api.Rest.Forms;

/// <summary>
/// The JSON of the REST API: camelCase, nothing absent is written, numbers are numbers, text is readable.
/// docs/spec/rest.md.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(AuditReportForm))]
[JsonSerializable(typeof(BlockForm))]
[JsonSerializable(typeof(BlockPage))]
[JsonSerializable(typeof(ConsistencyForm))]
[JsonSerializable(typeof(ContractDetails))]
[JsonSerializable(typeof(ContractEventsForm))]
[JsonSerializable(typeof(ContractPage))]
[JsonSerializable(typeof(EpochPage))]
[JsonSerializable(typeof(EvidenceForm))]
[JsonSerializable(typeof(EvidencePage))]
[JsonSerializable(typeof(FaultPage))]
[JsonSerializable(typeof(MemberPage))]
[JsonSerializable(typeof(ProblemForm))]
[JsonSerializable(typeof(QueryForm))]
[JsonSerializable(typeof(StateForm))]
[JsonSerializable(typeof(StatusForm))]
[JsonSerializable(typeof(SubmissionForm))]
[JsonSerializable(typeof(TransactionPage))]
[JsonSerializable(typeof(TransactionOutcomeForm))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class RestJson : JsonSerializerContext
{
    /// <summary>The one context that answers are written and bodies are read with.</summary>
    /// <remarks>Made when it is first used: not before the generated default that it is made of.</remarks>
    public static RestJson Shared => Lazily.Context;

    /// <summary>JSON that is not ours.</summary>
    public static JsonTypeInfo<JsonElement> Element => Shared.JsonElement;

    private static class Lazily
    {
        public static readonly RestJson Context = new(new JsonSerializerOptions(Default.Options)
        {
            // People read these answers in terminals. Nobody takes them for HTML: their type says what they are, and
            // that it is not to be guessed.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        });
    }
}
