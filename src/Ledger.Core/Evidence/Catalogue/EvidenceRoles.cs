namespace Ledger.Core.Evidence.Catalogue;

/// <summary>A role that members hold and records are made in.</summary>
/// <param name="Code">The code written in genesis and in records.</param>
/// <param name="Chinese">The Chinese name.</param>
/// <param name="English">The English name.</param>
public sealed record EvidenceRole(string Code, string Chinese, string English);

/// <summary>The roles that the catalogue knows. Codes are part of the format and never change.</summary>
public static class EvidenceRoles
{
    /// <summary>数据提供方.</summary>
    public const string Provider = "provider";

    /// <summary>数据需求方.</summary>
    public const string Consumer = "consumer";

    /// <summary>授权运营方.</summary>
    public const string Operator = "operator";

    /// <summary>开发利用方.</summary>
    public const string Developer = "developer";

    /// <summary>平台运营方.</summary>
    public const string Platform = "platform";

    /// <summary>监督管理方.</summary>
    public const string Regulator = "regulator";

    /// <summary>保险公司.</summary>
    public const string Insurer = "insurer";

    /// <summary>数据主体 / 消费者.</summary>
    public const string Subject = "subject";

    /// <summary>第三方评估审计机构.</summary>
    public const string Auditor = "auditor";

    /// <summary>All roles, in the order of the documentation.</summary>
    public static IReadOnlyList<EvidenceRole> All { get; } =
    [
        new(Provider, "数据提供方", "data provider"),
        new(Consumer, "数据需求方", "data consumer"),
        new(Operator, "授权运营方", "authorised operator"),
        new(Developer, "开发利用方", "developer of data products"),
        new(Platform, "平台运营方", "platform operator"),
        new(Regulator, "监督管理方", "regulator"),
        new(Insurer, "保险公司", "insurer"),
        new(Subject, "数据主体 / 消费者", "data subject, consumer"),
        new(Auditor, "第三方评估审计机构", "independent assessor or auditor"),
    ];
}
