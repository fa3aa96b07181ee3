namespace Ledger.Core.Evidence.Catalogue;

/// <summary>The part of a data set's life that an operation belongs to; the first half of a type's code.</summary>
public enum EvidenceStage
{
    /// <summary>授权阶段: who may do what with which data. Prefix <c>authorisation</c>.</summary>
    Authorisation,

    /// <summary>运营阶段: catalogues and data assets. Prefix <c>operation</c>.</summary>
    Operation,

    /// <summary>交易前: registration, rights, review, value and price. Prefix <c>pre-trade</c>.</summary>
    PreTrade,

    /// <summary>交易中: matching, trial, contract, payment, delivery, access. Prefix <c>trade</c>.</summary>
    Trade,

    /// <summary>
    /// 交易后: settlement, metering, derivatives, disputes, tracing, deletion. Prefix <c>post-trade</c>.
    /// </summary>
    PostTrade,

    /// <summary>隐私计算: jobs and queries of privacy-preserving computation. Prefix <c>privacy</c>.</summary>
    Privacy,

    /// <summary>数据指纹: fingerprints of data sets and checks against them. Prefix <c>fingerprint</c>.</summary>
    Fingerprint,
}

/// <summary>When in a business the evidence arises, as supervisors sort it.</summary>
public enum EvidenceLane
{
    /// <summary>事前: evidence of authorisation, before.</summary>
    Before,

    /// <summary>事中: evidence of review and performance, during.</summary>
    During,

    /// <summary>事后: evidence for tracing, after.</summary>
    After,
}

/// <summary>Names of stages and lanes.</summary>
public static class EvidenceStageNames
{
    /// <summary>The prefix of the codes of a stage's types, such as <c>pre-trade</c>.</summary>
    public static string Prefix(this EvidenceStage stage) => stage switch
    {
        EvidenceStage.Authorisation => "authorisation",
        EvidenceStage.Operation => "operation",
        EvidenceStage.PreTrade => "pre-trade",
        EvidenceStage.Trade => "trade",
        EvidenceStage.PostTrade => "post-trade",
        EvidenceStage.Privacy => "privacy",
        EvidenceStage.Fingerprint => "fingerprint",
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, "not a stage"),
    };

    /// <summary>The stage's Chinese name.</summary>
    public static string Chinese(this EvidenceStage stage) => stage switch
    {
        EvidenceStage.Authorisation => "授权阶段",
        EvidenceStage.Operation => "运营阶段",
        EvidenceStage.PreTrade => "交易前",
        EvidenceStage.Trade => "交易中",
        EvidenceStage.PostTrade => "交易后",
        EvidenceStage.Privacy => "隐私计算",
        EvidenceStage.Fingerprint => "数据指纹",
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, "not a stage"),
    };

    /// <summary>The lane's Chinese name.</summary>
    public static string Chinese(this EvidenceLane lane) => lane switch
    {
        EvidenceLane.Before => "事前",
        EvidenceLane.During => "事中",
        EvidenceLane.After => "事后",
        _ => throw new ArgumentOutOfRangeException(nameof(lane), lane, "not a lane"),
    };

    /// <summary>The lane's English name, in lower case.</summary>
    public static string English(this EvidenceLane lane) => lane switch
    {
        EvidenceLane.Before => "before",
        EvidenceLane.During => "during",
        EvidenceLane.After => "after",
        _ => throw new ArgumentOutOfRangeException(nameof(lane), lane, "not a lane"),
    };
}
