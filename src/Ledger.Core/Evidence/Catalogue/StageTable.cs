namespace Ledger.Core.Evidence.Catalogue;

/// <summary>Makes the rows of one stage's table.</summary>
internal sealed class StageTable(EvidenceStage stage, EvidenceLane lane)
{
    public EvidenceType Row(
        string name,
        string chinese,
        string english,
        string subjectIs,
        IReadOnlyList<string> actions,
        IReadOnlyList<string> roles,
        params IReadOnlyList<AttributeRule> attributes) => new()
        {
            Code = $"{stage.Prefix()}.{name}",
            Chinese = chinese,
            English = english,
            Stage = stage,
            Lane = lane,
            SubjectIs = subjectIs,
            Actions = actions,
            Roles = roles,
            Attributes = attributes,
        };
}
