using Ledger.Consensus.Faults;
using Ledger.Core.Accountability;
using Ledger.Core.Api.V1;
using Ledger.Core.Membership;

namespace Ledger.Cli.Commands.Audit;

/// <summary>A report, whose proofs of faults were verified here and not only by its auditor.</summary>
internal sealed class VerifiedReport
{
    public VerifiedReport(AuditReport data, Genesis genesis)
    {
        Data = data;
        foreach (var encoded in data.Faults)
        {
            var verdict = FaultVerifier.Verify(encoded.Span, genesis);
            if (!verdict.IsProven || !FaultProof.TryDecode(encoded.Span, out var proof, out _))
            {
                throw new CliException(
                    ExitCodes.Integrity, $"the report lists as a fault what is not proven: {verdict.Detail}");
            }

            Faults.Add((proof, verdict));
        }
    }

    public AuditReport Data { get; }

    public List<(FaultProof Proof, FaultVerdict Verdict)> Faults { get; } = [];

    /// <summary>No fault, no split view, nothing that did not hold. A slow or silent validator is no misconduct.</summary>
    public bool IsClean => Faults.Count == 0
        && Data.Problems.Count == 0
        && !Data.Findings.Any(f => f.Kind is "SPLIT_VIEW" or "UNCERTIFIED_HEADER" or "FALSE_ACCUSATION");

    /// <summary>What was checked, and what was not, in English and Chinese.</summary>
    public static IReadOnlyList<(string English, string Chinese)> Scope { get; } =
    [
        ("Checked: every block of the period was executed again by the audit node; its transaction, result, log and "
            + "state roots are those that a quorum certified.",
            "已核验：审计节点重新执行了本期间的每个区块，其交易、结果、日志与状态根均与法定人数证书所证明的一致。"),
        ("Checked: every quorum certificate and every transaction signature, once when the block came and once for "
            + "this report.",
            "已核验：每份法定人数证书与每笔交易签名，在收到区块时与生成本报告时各核验一次。"),
        ("Checked: the blocks that each validator serves to this auditor, up to the height given, against each "
            + "other.",
            "已核验：各共识节点向本审计节点提供的区块（至所列高度）彼此一致。"),
        ("Not checked: whether what was anchored is true; only its digests and signatures are on the ledger.",
            "未核验：存证内容本身是否属实；链上只有摘要与签名。"),
        ("Not checked: what validators say to others than this auditor, and votes that never reached a "
            + "certificate.",
            "未核验：共识节点向其他方提供的内容，以及未进入证书的投票。"),
        ("Not checked: view changes that left no trace in blocks; changes of proposer are counted instead.",
            "未核验：未在区块中留下痕迹的视图切换；报告以提案者更替次数代之。"),
    ];
}
