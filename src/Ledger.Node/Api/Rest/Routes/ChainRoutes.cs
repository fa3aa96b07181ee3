using Google.Protobuf;
using Ledger.Core.Api.V1;
using Ledger.Core.Membership;
using Ledger.Node.Api.Rest.Forms;

namespace Ledger.Node.Api.Rest.Routes;

/// <summary>What the chain began with and how it is governed: state, epochs, genesis, members.</summary>
internal static class ChainRoutes
{
    private const string HexPrefix = "0x";

    public static IEnumerable<RestRoute> Make(RestHandlers handlers)
    {
        yield return State(handlers);
        yield return Epochs(handlers);
        yield return GenesisDocument(handlers);
        yield return Members(handlers);
    }

    private static RestRoute State(RestHandlers handlers) => new()
    {
        Method = "GET",
        Path = "/v1/state/{space}/{key}",
        Id = "getState",
        Tag = "chain",
        Summary = "The value of a key of the state tree, or its absence, with the proof.",
        Description = "A slash in the namespace (contract/NAME) is written %2F. A key that is no text, or that "
            + "begins with 0x, is written as 0x and its bytes in lower-case hexadecimal.",
        Parameters =
        [
            new("space", ParameterPlace.Path, ParameterKind.Text, "The namespace.", "timelines", 128),
            new("key", ParameterPlace.Path, ParameterKind.Text, "The key, as text or as 0x and hexadecimal.", "order-7",
                (2 * 1024) + 2),
            Known.MinHeight,
        ],
        Answers = [RestMedia.Json(RestJson.Shared.StateForm)],
        Reasons = ["NO_CERTIFIED_BLOCK", "BEHIND", "TRY_AGAIN"],
        Handle = async request =>
        {
            // Routing leaves an encoded slash as it is, for it would be a separator.
            var space = request.Arguments.Text("space").Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
            var written = request.Arguments.Text("key").Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
            if (KeyOf(written) is not { } key)
                return Statuses.InvalidArgument("key: 0x is followed by bytes in lower-case hexadecimal");
            var found = await handlers.Chain.GetStateProof(
                new GetStateProofRequest
                {
                    Namespace = space,
                    Key = key,
                    MinHeight = request.Arguments.Number("minHeight"),
                },
                request.Call).ConfigureAwait(false);
            return RestAnswer.Of(found, proof => RestAnswer.Json(
                new StateForm(
                    space,
                    written.StartsWith(HexPrefix, StringComparison.Ordinal) ? null : written,
                    key.Memory,
                    proof.Present,
                    proof.Present ? RawJson.Of(proof.Value.Span) : null,
                    proof.Present ? proof.Value.Memory : (ReadOnlyMemory<byte>?)null,
                    proof.Proof.Memory,
                    BlockForms.Of(proof.Header, proof.Certificate, handlers.Suite.Hash)),
                RestJson.Shared.StateForm));
        },
    };

    private static ByteString? KeyOf(string written)
    {
        if (!written.StartsWith(HexPrefix, StringComparison.Ordinal)) return ByteString.CopyFromUtf8(written);
        var hex = new RestParameter("key", ParameterPlace.Path, ParameterKind.Hex, "", "", 1024);
        return hex.Parse(written[HexPrefix.Length..], out _) is byte[] bytes ? UnsafeByteOperations.UnsafeWrap(bytes) : null;
    }

    private static RestRoute Epochs(RestHandlers handlers) => new()
    {
        Method = "GET",
        Path = "/v1/epochs",
        Id = "listEpochs",
        Tag = "chain",
        Summary = "How epochs ended, so that a client can follow the validators from genesis.",
        Parameters = [Known.Number("from", "The first epoch whose end is wanted.", "0")],
        Answers = [RestMedia.Json(RestJson.Shared.EpochPage)],
        Handle = async request =>
        {
            var from = request.Arguments.Number("from");
            var found = await handlers.Chain.GetEpochChanges(
                new GetEpochChangesRequest { FromEpoch = from }, request.Call).ConfigureAwait(false);
            return RestAnswer.Of(found, page =>
            {
                var next = from + (ulong)page.EpochChanges.Count;
                return RestAnswer.Json(
                    new EpochPage(
                        page.Epoch, [.. page.EpochChanges.Select(c => BlockForms.EpochEnd(c.Span, handlers.Suite))],
                        next < page.Epoch ? next : null),
                    RestJson.Shared.EpochPage);
            });
        },
    };

    private static RestRoute GenesisDocument(RestHandlers handlers) => new()
    {
        Method = "GET",
        Path = "/v1/genesis",
        Id = "getGenesis",
        Tag = "chain",
        Summary = "The genesis document.",
        Description = "Believe it only as far as its hash is the channel id that you know from elsewhere.",
        Answers =
        [
            new(MediaTypes.Json, null, "A file of format ledger-genesis/1."),
            new(MediaTypes.Protobuf, null, "ledger.core.v1.Genesis: its hash is the channel's id."),
        ],
        Reasons = ["MESSAGE_TOO_LARGE"],
        Handle = async request =>
        {
            var found = await handlers.Genesis.GetGenesis(new GetGenesisRequest(), request.Call).ConfigureAwait(false);
            return RestAnswer.Of(found, g => RestAnswer.Bytes(
                request.Answer, request.Answer == MediaTypes.Protobuf ? g.Genesis.Memory : FileOf(g.Genesis),
                isImmutable: true));
        },
    };

    private static byte[] FileOf(ByteString encoded) => Genesis.TryDecode(encoded.Span, out var genesis, out var error)
        ? GenesisJson.Write(genesis)
        : throw new UndecodableException($"the genesis document: {error}");

    private static RestRoute Members(RestHandlers handlers) => new()
    {
        Method = "GET",
        Path = "/v1/members",
        Id = "listMembers",
        Tag = "chain",
        Summary = "The members by id, a page at a time.",
        Parameters = [Known.Limit(1000, 100), Known.Cursor],
        Answers = [RestMedia.Json(RestJson.Shared.MemberPage)],
        Handle = async request =>
        {
            var found = await handlers.Genesis.ListMembers(
                new ListMembersRequest
                {
                    After = Cursors.Read(request.Arguments.Bytes("cursor")),
                    PageSize = request.Arguments.Small("limit"),
                },
                request.Call).ConfigureAwait(false);
            return RestAnswer.Of(found, page =>
            {
                List<MemberForm> members = [.. page.Members.Select(m => MemberOf(m, handlers))];
                return RestAnswer.Json(
                    new MemberPage(members, Cursors.Write(page.More ? members[^1].Id : null)),
                    RestJson.Shared.MemberPage);
            });
        },
    };

    private static MemberForm MemberOf(ByteString encoded, RestHandlers handlers) =>
        Member.TryDecode(encoded.Span, handlers.Suite, out var member, out var error)
            ? new MemberForm(
                member.Id,
                member.Name,
                member.Roles,
                [.. member.Keys.Select(k =>
                    new MemberKeyForm(k.Key.Id.ToString(), FormText.Hex(k.Key.Encoded), k.Label))],
                encoded.Memory)
            : throw new UndecodableException($"a member: {error}");
}
