using Google.Protobuf;
using Ledger.Core.Accountability;
using Ledger.Core.Api.V1;
using Ledger.Core.Blocks;
using Ledger.Core.Membership;
using Ledger.Node.Api;
using Ledger.Node.Api.Grpc;
using Ledger.Testing.Builders;

namespace Ledger.Node.Tests.Api.Rest;

/// <summary>What only a whole node has, with fixed contents.</summary>
internal static class Samples
{
    /// <summary>A proof in form; nobody signed it.</summary>
    public static FaultProof Fault(Genesis genesis) => new()
    {
        Channel = genesis.Channel,
        Epoch = new Epoch(0),
        Kind = FaultKind.ContradictingCheckpoints,
        Culprit = A.ValidatorSigner("org-c").PublicKey.Encoded.ToArray(),
        First = new SignedStatement(new byte[] { 1, 2 }, new byte[64]),
        Second = new SignedStatement(new byte[] { 1, 3 }, new byte[64]),
    };

    public static AuditReport Report(Genesis genesis) => new()
    {
        SoftwareVersion = "0.1.0",
        Consortium = genesis.Consortium,
        ChannelName = genesis.ChannelName,
        Channel = ApiBytes.Of(genesis.Channel.Value),
        Auditor = "org-d",
        MadeTimeMs = A.Start.UnixMilliseconds + 60_000,
        FromTimeMs = A.Start.UnixMilliseconds,
        FirstHeight = 1,
        LastHeight = 5,
        LastHeaderHash = ApiBytes.Of(genesis.Channel.Value),
        Blocks = 5,
        Transactions = 7,
        RefusedTransactions = 1,
        Records = 3,
        RecordsByType = { new NamedCount { Name = "trade.payment", Count = 3 } },
        RecordsByMember = { new NamedCount { Name = "org-a", Count = 2 }, new NamedCount { Name = "org-b", Count = 1 } },
        Totals = new AuditTotals { HeadersLinked = 5, Certificates = 5, CertificateSignatures = 15, Roots = 20 },
        Validators = { new ValidatorConduct { Member = "org-a", Address = "org-a.example:7000", SignedBlocks = 5 } },
        Faults = { ByteString.CopyFrom(Fault(genesis).Encode()) },
        Findings =
        {
            new Finding
            {
                Kind = "OTHER_HEADER",
                ValidatorIndex = 2,
                Height = 2,
                TimeMs = A.Start.UnixMilliseconds + 2000,
                Detail = "validator 2 serves another header",
                Evidence = ByteString.CopyFromUtf8("""{"height": 2}"""),
            },
        },
        Problems = { "a problem" },
    };

    /// <summary>A node that is ready and sees another one.</summary>
    public sealed class Status(Genesis genesis) : INodeStatus
    {
        public ValueTask<RpcResult<NodeStatus>> GetStatus(GetStatusRequest request, ApiCall call)
        {
            var status = new NodeStatus
            {
                SoftwareVersion = "0.1.0+sample",
                ChannelName = genesis.ChannelName,
                Channel = ApiBytes.Of(genesis.Channel.Value),
                Role = "validator",
                Member = "org-a",
                Height = 5,
                CertifiedHeight = 5,
                CertifiedTimeMs = A.Start.UnixMilliseconds + 5000,
                CertifiedHeaderHash = ApiBytes.Of(genesis.Channel.Value),
                LogSize = 3,
                TimeMs = A.Start.UnixMilliseconds + 5100,
                Ready = true,
                ClockOffsetMs = -2,
                FaultsTolerated = 1,
                Quorum = 3,
                Peers =
                {
                    new PeerStatus
                    {
                        ValidatorIndex = 1,
                        Member = "org-b",
                        Address = "org-b.example:7000",
                        Connected = true,
                        RoundTripUs = 350,
                    },
                },
                Observers = { new ObserverStatus { Member = "org-d", Connected = true, RoundTripUs = 900 } },
            };
            foreach (var validator in genesis.Validators.Validators)
            {
                status.Validators.Add(new ValidatorInfo
                {
                    Member = validator.Member,
                    Key = ByteString.CopyFrom(validator.Key.Encoded),
                    Address = validator.Address,
                });
            }

            return new(status);
        }

        public string? WhyNotReady() => null;
    }
}
